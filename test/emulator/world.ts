import { seeded } from "./admin/seed.ts";
import { startControl, type Control } from "./control/server.ts";
import type { Submit } from "./ews/call.ts";
import { ewsEndpoint } from "./ews/server.ts";
import type { ThrottlingPolicy } from "./ews/throttling-policy.ts";
import { startNotifications, type Notifications } from "./graph/notifications/service.ts";
import { graphEndpoint } from "./graph/server.ts";
import { createOrganization, type Organization, type OrganizationOptions } from "./organization.ts";
import { startWebServer, type WebServer } from "./server.ts";
import { startMailFlow, type MailFlow, type MailFlowOptions } from "./smtp/server.ts";
import { recipientByAddress, sideOf, type Recipient, type SideName } from "./store.ts";

/** The embedded Exchange with all its servers, listening on loopback. */
export interface World {
  organization: Organization;
  onPremises: WebServer;
  online?: WebServer;
  mail: MailFlow;
  control: Control;
  /** Ends every server and writes the state a last time. */
  close: () => Promise<void>;
}

export interface WorldOptions
  extends OrganizationOptions, Pick<MailFlowOptions, "retryDelays" | "relaySplits"> {
  /** Port of the on-premises HTTPS endpoint; 0 for any free one. */
  port?: number;
  /** Plain HTTP for everything but the tokens. */
  insecure?: boolean;
  /** Milliseconds that every HTTP answer takes longer. */
  latency?: number;
  /** Limits of EWS; Microsoft's defaults unless told. */
  policy?: Partial<ThrottlingPolicy>;
  /** Notifications of Graph go to endpoints with any certificate; else it has to be the organization's. */
  anyCertificate?: boolean;
}

/** Starts everything. @throws Error EADDRINUSE when the port is taken; nothing is left listening then. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const organization = await createOrganization(options);
  const started: { close: () => Promise<void> }[] = [];
  const keep = async <Part extends { close: () => Promise<void> }>(
    starting: Promise<Part>,
  ): Promise<Part> => {
    const part = await starting;
    started.push(part);
    return part;
  };
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).toReversed()) await part.close();
    await organization.flush();
    await organization.shortened();
  };
  let notifications: Notifications | undefined;
  const web = async (name: SideName, mail: MailFlow, port = 0): Promise<WebServer> => {
    const submit: Submit = async ({ account, from, to, mime }) => {
      await mail.send(name, account, { from, to }, mime);
    };
    const side = sideOf(organization, name);
    const login = name === "online" || organization.environment === "onPremises";
    const { insecure = false, anyCertificate = false } = options;
    if (login)
      notifications = await keep(
        Promise.resolve(startNotifications(organization, side, { insecure, anyCertificate })),
      );
    return keep(
      startWebServer(organization, name, {
        port,
        insecure,
        latency: options.latency ?? 0,
        login,
        ews: ewsEndpoint(organization, side, submit, options.policy),
        // Where there is no Exchange Online, Graph answers for the one side that is there: something to test against.
        ...(login && notifications
          ? { graph: graphEndpoint(organization, side, { submit, notifications }) }
          : {}),
      }),
    );
  };
  try {
    const mail = await keep(startMailFlow(organization, options));
    const onPremises = await web("onPremises", mail, options.port);
    const online = organization.environment === "hybrid" ? await web("online", mail) : undefined;
    return {
      organization,
      onPremises,
      ...(online ? { online } : {}),
      mail,
      control: await keep(startControl(organization, notifications)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a client has to know to work with the organization: addresses, accounts and secrets. */
export function describeWorld({
  organization,
  onPremises,
  online,
  mail,
  control,
}: World): Record<string, unknown> {
  const { store } = organization;
  const side = sideOf(organization, "onPremises");
  const everyone = [...side.recipients.values()];
  const account = (recipient: Recipient | undefined): { upn: string; password: string } | undefined =>
    recipient?.password === undefined
      ? undefined
      : { upn: recipient.userPrincipalName ?? recipient.alias, password: recipient.password };
  /** With the side that their mailbox is on: in a hybrid organization EWS of servers of one's own opens those on-premises, Graph the others. */
  const user = (recipient: Recipient) => {
    const known = account(recipient);
    const home: SideName = side.mailboxes.has(recipient.guid) ? "onPremises" : "online";
    return known ? [{ ...known, side: home }] : [];
  };
  const special = ["admin", "siu"].map((alias) => recipientByAddress(side, `${alias}@${store.domain}`));
  const [administrator, service] = special.map(account);
  const application = (id: string) => {
    const found = store.applications.find(({ appId }) => appId === id);
    return found && { clientId: found.appId, secret: found.secret };
  };
  const [app, worker] = [application(seeded.application), application(seeded.worker)];
  return {
    environment: organization.environment,
    tenant: store.tenantDomain,
    tenantId: store.tenantId,
    ews: onPremises.ews,
    ...((online ?? onPremises).graph === undefined ? {} : { graph: (online ?? onPremises).graph }),
    admin: onPremises.admin,
    autodiscover: onPremises.autodiscover,
    submission: mail.submission,
    smtp: mail.onPremises,
    internet: mail.internet.address,
    ...(mail.relay ? { relay: mail.relay.address } : {}),
    token: (online ?? onPremises).token,
    control: { url: control.url, token: control.token },
    users: everyone.filter((each) => !special.includes(each)).flatMap(user),
    // Hidden ones last: who takes the first one can address it.
    groups: everyone
      .filter(({ members }) => members && members.length > 0)
      .toSorted((a, b) => Number(a.hiddenFromAddressLists) - Number(b.hiddenFromAddressLists))
      .map(({ primarySmtpAddress: address }) => ({ address })),
    administrator,
    ...(service ? { serviceAccount: service } : {}),
    ...(app ? { app } : {}),
    ...(worker ? { worker } : {}),
    sides: {
      onPremises: {
        admin: onPremises.admin,
        ews: onPremises.ews,
        autodiscover: onPremises.autodiscover,
        submission: mail.submission,
        smtp: mail.onPremises,
      },
      ...(online
        ? {
            online: {
              admin: online.admin,
              ews: online.ews,
              autodiscover: online.autodiscover,
              graph: online.graph,
              token: online.token,
              submission: mail.onlineSubmission,
              smtp: mail.online,
            },
          }
        : {}),
    },
  };
}
