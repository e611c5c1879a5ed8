import { TestClock } from "pg-boss";
import { createTransport } from "nodemailer";
import { openIntake } from "../../reconciler/intake/open.ts";
import type { Intake, Sink } from "../../reconciler/intake/port.ts";
import { createEwsMailboxes } from "../../reconciler/mailbox/ews/adapter.ts";
import { createGraphMailboxes } from "../../reconciler/mailbox/graph/adapter.ts";
import type { Inbox } from "../../reconciler/mailbox/inbox.ts";
import type { Intake as Wanted } from "../../stacks/config/types.ts";
import { storeMessage } from "../emulator/mailbox.ts";
import type { Organization } from "../emulator/organization.ts";
import { recipientByAddress, type SideName, sideOf } from "../emulator/store.ts";
import { createAuthority } from "../emulator/tls.ts";
import { multipart, settings, stamped } from "../reconciler/message.ts";
import { startEmbedded } from "./embedded.ts";
import { startEmbeddedGraph } from "./embedded-graph.ts";

/** A way in that is open, and the other end of it. */
export interface OpenWay {
  intake: Intake;
  /** Hands a message in, or the same again; answers whether it was acknowledged, so that nobody hands it in any more. */
  bring: (message: { messageId: string; proved?: boolean; again?: boolean }) => Promise<boolean>;
  close: () => Promise<void>;
}

/** One adapter of the port. */
export interface Way {
  name: string;
  /** What it hangs on while others open: an organization, an authority. */
  start: () => Promise<{ open: (sink: Sink) => Promise<OpenWay>; close: () => Promise<void> }>;
}

const own = "X-MS-Exchange-Organization-MessageDirectionality: Originating";
const foreign = "X-MS-Exchange-Organization-MessageDirectionality: Incoming";
const tenant = `X-MS-Exchange-CrossTenant-Id: ${settings().organization.tenantId}`;
const exchange = "mail.protection.outlook.com";
const address = "stamped@siu.contoso.com";
const shared = { name: "Intake", adopt: false, address, smartHost: "siu.contoso.com" };

/** A journal report of a message. */
function reported(message: Buffer): Buffer {
  const parts = [
    "Content-Type: text/plain\r\n\r\nSender: anna.weber@contoso.com\r\nRecipient: carl@fabrikam.example\r\n",
    `Content-Type: message/rfc822\r\n\r\n${String(message)}`,
  ];
  return Buffer.from(
    `${tenant}\r\nX-MS-Journal-Report:\r\nMIME-Version: 1.0\r\n${multipart("mixed", parts)}`,
  );
}

type Listening = Exclude<Wanted, { via: "mailbox" }>;

/** A way in that listens; who has nothing to show has no certificate. */
function listening(
  name: string,
  wanted: (listen: Listening["listen"]) => Listening,
  wrapped: (message: Buffer) => Buffer = (message) => message,
): Way {
  return {
    name,
    start: async () => {
      const authority = await createAuthority();
      const { key, cert: certificate } = await authority.issue(["siu.contoso.com"]);
      const client = await authority.issue([exchange]);
      const listen = { host: "127.0.0.1", port: 0, key, certificate, certificateAuthority: authority.ca };
      const surroundings = { inbox: () => Promise.reject(new Error("none")), clock: new TestClock(0) };
      return {
        open: async (sink) => {
          const intake = await openIntake(wanted(listen), settings(), sink, {
            ...surroundings,
            onError: () => undefined,
          });
          const bring: OpenWay["bring"] = async ({ messageId, proved = true }) => {
            const transport = createTransport({
              host: "127.0.0.1",
              port: intake.port,
              requireTLS: true,
              tls: { ...(proved && client), ca: authority.ca, servername: "siu.contoso.com" },
            });
            const raw = wrapped(stamped({ messageId, headers: [own, tenant] }));
            const sent = transport.sendMail({
              raw,
              envelope: { from: "anna.weber@contoso.com", to: address },
            });
            return sent.then(
              () => true,
              () => false,
            );
          };
          return { intake, bring, close: intake.close };
        },
        close: async () => undefined,
      };
    },
  };
}

/** A mailbox; what came from outside has nothing to show. */
function mailbox(
  name: string,
  read: "ews" | "graph",
  owner: string,
  side: SideName,
  connect: () => Promise<{ inbox: Inbox; organization: Organization; close: () => Promise<void> }>,
): Way {
  return {
    name,
    start: async () => {
      const { inbox, organization, close } = await connect();
      const box = sideOf(organization, side).mailboxes.get(
        recipientByAddress(sideOf(organization, side), owner)?.guid ?? "",
      );
      if (!box) throw new Error(`${owner} has no mailbox`);
      const inboxFolder = [...box.folders.values()].find(
        ({ distinguishedId }) => distinguishedId === "inbox",
      );
      const isThere = (messageId: string): boolean =>
        [...box.items.values()].some(
          (item) => item.internetMessageId === messageId && item.folderId === inboxFolder?.id,
        );
      const open = async (sink: Sink): Promise<OpenWay> => {
        const clock = new TestClock(0);
        let failures = 0;
        const wanted = { via: "mailbox" as const, name: "Intake", adopt: false, retentionDays: 1 };
        const intake = await openIntake({ ...wanted, address: owner, read }, settings(), sink, {
          inbox: async () => inbox,
          clock,
          onError: () => void failures++,
        });
        const bring: OpenWay["bring"] = async ({ messageId, proved = true, again = false }) => {
          const before = failures;
          const raw = stamped({ messageId, headers: [proved ? own : foreign] });
          if (!again)
            await storeMessage(organization, box, "inbox", raw, { at: organization.now(), isRead: false });
          while (isThere(messageId) && failures === before) {
            await clock.tick(60_000);
            await new Promise(setImmediate);
          }
          return !isThere(messageId);
        };
        return { intake, bring, close: intake.close };
      };
      return { open, close };
    },
  };
}

/** Every way in. */
export const ways: Way[] = [
  listening("a connector", (listen) => ({
    ...shared,
    via: "connector",
    clientCertificateName: exchange,
    listen,
  })),
  listening(
    "a journal",
    (listen) => ({ ...shared, via: "journal", clientCertificateName: exchange, listen }),
    reported,
  ),
  listening("a relay", (listen) => ({ via: "relay", clientCertificateName: exchange, listen })),
  mailbox("a mailbox read by EWS", "ews", "nils.berger@contoso.com", "onPremises", async () => {
    const { options, organization, close } = await startEmbedded("Alias -like '*'");
    const { inbox, close: end } = createEwsMailboxes(options);
    return { inbox, organization, close: async () => void (await end(), await close()) };
  }),
  mailbox("a mailbox read by Graph", "graph", "uma.patel@contoso.com", "online", async () => {
    const { options, organization, close } = await startEmbeddedGraph("Alias -like '*'");
    const { inbox, close: end } = createGraphMailboxes(options);
    return { inbox, organization, close: async () => void (await end(), await close()) };
  }),
];
