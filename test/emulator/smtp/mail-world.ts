import { createTransport } from "nodemailer";
import { createObject } from "../admin/object.ts";
import { createOrganization, type Organization, type OrganizationOptions } from "../organization.ts";
import { recipientByAddress, sideOf, type Item, type Row, type SideName } from "../store.ts";
import { readMessage, firstValue } from "./headers.ts";
import { listen, type Envelope, type Listener } from "./listener.ts";
import { startMailFlow, type MailFlow, type MailFlowOptions } from "./server.ts";

/** On-premises, in the group that gets signatures. */
export const anna = "anna.weber@contoso.com";
/** On-premises, in the group that gets signatures. */
export const ben = "ben.fischer@contoso.com";
/** Has an online mailbox. */
export const uma = "uma.patel@contoso.com";
/** Has an online mailbox. */
export const victor = "victor.hugo@contoso.com";
/** A stranger. */
export const outsider = "somebody@partner.example";
/** The daemon's intake. */
export const intake = "stamped@siu.contoso.com";

/** A message that reached the intake. */
export interface Taken extends Envelope {
  mime: Buffer;
  client: string[];
}

/** An organization with its mail flow and a stand-in for the daemon's intake, for one test. */
export interface MailWorld {
  organization: Organization;
  flow: MailFlow;
  /** What reached the intake's listener. */
  taken: Taken[];
  /** Makes an object of a side, as its administrator's cmdlet would. */
  create: (noun: string, row: Row, side?: SideName) => Row;
  /** Makes an enabled transport rule. */
  rule: (row: Row, side?: SideName) => Row;
  /** Hands a message in as its account. */
  submit: (account: string, to: string[], mime: string | Buffer, from?: string) => Promise<void>;
  /** Brings a message to a port 25, with a client certificate of these names or none. */
  bring: (address: string, envelope: Envelope, mime: string | Buffer, names?: string[]) => Promise<string>;
  /** The items in a folder of somebody's mailbox. */
  folder: (owner: string, folder: "inbox" | "sentitems") => Item[];
  events: (side: SideName) => string[];
  close: () => Promise<void>;
}

/** Starts an organization, its mail flow with short retries, and a listener at siu.contoso.com. */
export async function startMailWorld(
  options: MailFlowOptions & OrganizationOptions = {},
): Promise<MailWorld> {
  const organization = await createOrganization(options);
  const { authority } = organization;
  const taken: Taken[] = [];
  const daemon: Listener = await listen({
    name: "siu.contoso.com",
    certificate: await authority.issue(["siu.contoso.com"]),
    ca: authority.ca,
    onMessage: async ({ names }, envelope, mime) => {
      taken.push({ ...envelope, mime, client: names });
      return "2.0.0 OK";
    },
  });
  organization.hosts.set("siu.contoso.com", daemon.address);
  const flow = await startMailFlow(organization, { retryDelays: [1, 2], ...options });
  const send = async (
    address: string,
    envelope: Envelope,
    mime: string | Buffer,
    more: object,
  ): Promise<string> => {
    const transport = createTransport({
      host: "127.0.0.1",
      port: Number(address.split(":")[1]),
      requireTLS: true,
      ...more,
    });
    try {
      const raw = typeof mime === "string" ? mime.replaceAll(/\r?\n/g, "\r\n") : mime;
      const info = await transport.sendMail({ envelope: { ...envelope }, raw });
      if (info.rejectedErrors?.[0]) throw info.rejectedErrors[0];
      return info.response;
    } finally {
      transport.close();
    }
  };
  const create = (noun: string, row: Row, side: SideName = "online"): Row =>
    createObject(organization, sideOf(organization, side), noun, row);
  const trusting = { ca: authority.ca, servername: "localhost" };
  return {
    organization,
    flow,
    taken,
    create,
    rule: (row, side) =>
      create("TransportRule", { Name: "Rule", State: "Enabled", Mode: "Enforce", Priority: 0, ...row }, side),
    submit: async (account, to, mime, from = account) => {
      const person = recipientByAddress(sideOf(organization, "onPremises"), account);
      const online = person?.type === "MailUser";
      const address = online ? (flow.onlineSubmission ?? "") : flow.submission;
      const auth = { user: account, pass: person?.password ?? "" };
      await send(address, { from, to }, mime, { auth, tls: trusting });
    },
    bring: async (address, envelope, mime, names) => {
      const [first, ...others] = names ?? [];
      const client = first === undefined ? {} : await authority.issue([first, ...others]);
      // Any server will do: whom it is named after is for the connectors' own tests.
      return send(address, envelope, mime, {
        tls: { ...trusting, ...client, checkServerIdentity: () => undefined },
      });
    },
    folder: (owner, folder) => {
      for (const side of organization.store.sides.values()) {
        const recipient = recipientByAddress(side, owner);
        const mailbox = recipient && side.mailboxes.get(recipient.guid);
        if (!mailbox) continue;
        const id = [...mailbox.folders.values()].find((each) => each.distinguishedId === folder)?.id;
        return [...mailbox.items.values()].filter((item) => item.folderId === id);
      }
      throw new Error(`${owner} has no mailbox.`);
    },
    events: (side) =>
      sideOf(organization, side).trace.map(
        ({ event, recipient, detail }) => `${event} ${recipient}: ${detail}`,
      ),
    close: async () => {
      await flow.close();
      await daemon.close();
    },
  };
}

/** What the product provisions online, with the manuals' values: connectors, signature rule, intake rule and the way to the listener. */
export function provision(organization: Organization, without: string[] = []): Record<string, Row> {
  const online = sideOf(organization, "online");
  const objects: Record<string, [string, Row]> = {
    inbound: [
      "InboundConnector",
      {
        Name: "CodeTwo Inbound Connector 2.0",
        ConnectorType: "OnPremises",
        SenderDomains: ["smtp:*;1"],
        RequireTls: true,
        RestrictDomainsToCertificate: true,
        TlsSenderCertificateName: "contoso.smtp.codetwo.online",
        CloudServicesMailEnabled: true,
        Enabled: true,
      },
    ],
    outbound: [
      "OutboundConnector",
      {
        Name: "CodeTwo Outbound Connector",
        ConnectorType: "OnPremises",
        RecipientDomains: [],
        IsTransportRuleScoped: true,
        UseMXRecord: false,
        SmartHosts: ["contoso.smtp.codetwo.online"],
        TlsSettings: "DomainValidation",
        TlsDomain: "*.codetwo.com",
        CloudServicesMailEnabled: true,
        Enabled: true,
      },
    ],
    signature: [
      "TransportRule",
      {
        Name: "CodeTwo Exchange transport rule",
        State: "Enabled",
        Priority: 0,
        Mode: "Enforce",
        FromScope: "InOrganization",
        FromMemberOf: ["signatures@contoso.com"],
        RouteMessageOutboundConnector: "CodeTwo Outbound Connector",
        ExceptIfFromAddressMatchesPatterns: ["<>"],
        ExceptIfMessageTypeMatches: "Calendaring",
        ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
        ExceptIfHeaderMatchesPatterns: ["true"],
        RuleErrorAction: "Defer",
        SenderAddressLocation: "HeaderOrEnvelope",
        StopRuleProcessing: false,
      },
    ],
    intakeRule: [
      "TransportRule",
      {
        Name: "Sent Items Update intake",
        State: "Enabled",
        Priority: 1,
        Mode: "Enforce",
        HeaderMatchesMessageHeader: "X-CodeTwoProcessed",
        HeaderMatchesPatterns: ["^true$"],
        HeaderContainsMessageHeader: "X-MS-Exchange-Organization-MessageDirectionality",
        HeaderContainsWords: ["Originating"],
        BlindCopyTo: [intake],
        RuleErrorAction: "Ignore",
      },
    ],
    intakeConnector: [
      "OutboundConnector",
      {
        Name: "Sent Items Update intake",
        ConnectorType: "Partner",
        RecipientDomains: ["siu.contoso.com"],
        SmartHosts: ["siu.contoso.com"],
        UseMXRecord: false,
        TlsSettings: "DomainValidation",
        TlsDomain: "siu.contoso.com",
        IsTransportRuleScoped: false,
        CloudServicesMailEnabled: false,
        Enabled: true,
      },
    ],
  };
  const made = Object.entries(objects).filter(([key]) => !without.includes(key));
  return Object.fromEntries(
    made.map(([key, [noun, row]]) => [key, createObject(organization, online, noun, row)]),
  );
}

/** A plain message. */
export function plain(from: string, to: string, subject: string, more: string[] = []): string {
  return [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, ...more, "", "Good morning.", ""].join("\r\n");
}

/** The first value of a header of raw mail; undefined when it has none. */
export function headerIn(mime: Uint8Array | undefined, name: string): string | undefined {
  return firstValue(readMessage(mime ?? Buffer.of()), name);
}

/** Everything after the header of raw mail, from the empty line on. */
export function bodyIn(mime: Uint8Array): Buffer {
  return readMessage(mime).rest;
}
