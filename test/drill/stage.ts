import { provision } from "../emulator/smtp/mail-world.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import { startWorld, type World } from "../emulator/world.ts";
import { settings } from "../reconciler/message.ts";
import type { Settings } from "../../stacks/config/types.ts";
import type { Manner, Readers, Writer } from "./letters.ts";

/** Where the daemons listen, to the rest of the world. */
export const listener = "siu.contoso.com";

/** Half of them on each side: Exchange Online takes thirty messages a minute of each. Two are out of the settings' scope. */
export const writers: readonly Writer[] = Array.from({ length: 40 }, (_, index): Writer => {
  const side = index % 2 === 0 ? "onPremises" : "online";
  return { address: `writer${index}@contoso.com`, side, ...(index < 2 && { outside: true }) };
});

/** The colleague's mailbox is in Exchange Online: mail to it passes the relay too, and gets a version of its own. */
export const readers: Readers = {
  customers: ["carl@fabrikam.example", "dora@fabrikam.example"],
  colleague: "reader@contoso.com",
};

/** The embedded Exchange, hybrid, with everything provisioned. */
export async function openWorld(): Promise<World> {
  const people = [...writers, { address: readers.colleague, side: "online" as const }].map(
    ({ address, side }) => {
      const [alias = ""] = address.split("@");
      return { name: alias, alias, home: side };
    },
  );
  const world = await startWorld({
    environment: "hybrid",
    grant: true,
    relaySplits: true,
    // For the longest drill there is.
    retryDelays: Array.from({ length: 10_000 }, () => 250),
    population: {
      people,
      groups: [{ name: "Signatures", alias: "signatures", members: people.map(({ alias }) => alias) }],
    },
  });
  provision(world.organization);
  // Tokens end all the time, each in the middle of something.
  world.organization.settings.tokenLifetime = 20_000;
  return world;
}

/** What the daemons' settings refer to, besides how each of them reaches Exchange. */
export async function environmentOf({ organization }: World): Promise<Record<string, string>> {
  const { authority, store } = organization;
  const certificate = await authority.issue([listener]);
  const service = recipientByAddress(sideOf(organization, "onPremises"), "siu@contoso.com");
  return {
    CA: authority.ca,
    KEY: certificate.key,
    CERTIFICATE: certificate.cert,
    SERVICE_PASSWORD: service?.password ?? "",
    APPLICATION_SECRET: store.applications[0]?.secret ?? "",
  };
}

const kept: Record<Manner, Partial<Settings>> = {
  "in place": {},
  kept: { keepOriginal: true },
  versions: { splitMessages: { enabled: true, saveAll: true, keep: "first" } },
  anew: {},
};

/** Sets everything up for a manner of updating: the settings, and what Exchange lets be changed. */
export async function arrange(
  manner: Manner,
  { organization }: World,
  call: (path: string, init: RequestInit) => Promise<Response>,
): Promise<void> {
  const [application] = organization.store.applications;
  if (!application) throw new Error("there is no application");
  if (manner === "anew") {
    organization.settings.mailAdvancedFrom = 0;
    application.permissions = application.permissions.filter((name) => !name.startsWith("Mail-Advanced"));
  }
  const certificateAuthority = "${env:CA}";
  const wanted = settings({
    ...kept[manner],
    senders: {
      include: "allExcept",
      users: writers.filter(({ outside }) => outside).map(({ address }) => address),
      groups: [],
    },
    mailboxes: {
      onPremises: {
        ewsUrl: "${env:EWS_URL}",
        certificateAuthority,
        account: { upn: "siu@contoso.com", password: "${env:SERVICE_PASSWORD}" },
      },
      online: {
        tenantId: organization.store.tenantId,
        application: { clientId: application.appId, clientSecret: "${env:APPLICATION_SECRET}" },
        graphUrl: "${env:GRAPH_URL}",
        loginUrl: "${env:LOGIN_URL}",
        certificateAuthority,
      },
    },
    intake: {
      via: "connector",
      name: "Sent Items Update intake",
      adopt: false,
      clientCertificateName: "mail.protection.outlook.com",
      address: `stamped@${listener}`,
      smartHost: listener,
      listen: {
        host: "127.0.0.1",
        port: "${env:INTAKE_PORT}",
        key: "${env:KEY}",
        certificate: "${env:CERTIFICATE}",
        certificateAuthority,
      },
    },
  });
  const answer = await call("/settings", { method: "PUT", body: JSON.stringify(wanted) });
  if (answer.status !== 204) throw new Error(`the settings were refused: ${await answer.text()}`);
}
