import { createTransport } from "nodemailer";
import { createEwsMailboxes } from "../../reconciler/mailbox/ews/adapter.ts";
import { at, element } from "../../reconciler/mailbox/ews/xml.ts";
import { createCall, type Call, type Operation } from "../../reconciler/mailbox/ews/operation.ts";
import { onlyResponse } from "../../reconciler/mailbox/ews/soap.ts";
import { createTransport as createEwsTransport } from "../../reconciler/mailbox/ews/transport.ts";
import { createGraphMailboxes } from "../../reconciler/mailbox/graph/adapter.ts";
import type { Directory, Mailboxes } from "../../reconciler/mailbox/port.ts";
import { findFolder } from "../emulator/mailbox.ts";
import { type Item, type Recipient, recipientByAddress, sideOf } from "../emulator/store.ts";
import { describeWorld, startWorld } from "../emulator/world.ts";

/** A message as somebody's mail program hands it in. */
export interface Mail {
  subject: string;
  messageId: string;
  /** The account that sends; From unless told otherwise. */
  account: string;
  from?: string;
  to?: string[];
  /** `mailbox`: as Outlook does, which keeps a copy in the account's Sent Items. */
  by: "mailbox" | "smtp";
  /** Further header lines. */
  headers?: string[];
}

/** The embedded Exchange with one side that answers over both protocols, and people who send mail. */
export interface SentWorld {
  protocols: Record<"EWS" | "Graph", { mailboxes: Mailboxes; directory: Directory }>;
  recipient: (address: string) => Recipient;
  /** Sends a message, waits for its delivery, and answers what ben got. */
  send: (mail: Mail) => Promise<Item>;
  /** Stores what a mail program of its own keeps of a message; in Sent Items unless told (a well-known name). */
  keep: (mail: Mail, folder?: string) => Promise<void>;
  /** Items of a mailbox that carry a Message-ID, as `folder: body`. */
  shown: (mailbox: string, messageId: string) => string[];
  items: (mailbox: string, messageId: string) => Item[];
  /** EWS as the service account, which impersonates. */
  call: Call;
  close: () => Promise<void>;
}

const ben = "ben.fischer@contoso.com";
/** What the sender wrote, and what the service makes of it. */
export const written = "<p>Hello Ben</p>";
export const signed = "<p>Hello Ben</p><p>Contoso</p>";

/** Starts everything on loopback. */
export async function startSentWorld(): Promise<SentWorld> {
  const world = await startWorld({ environment: "onPremises", grant: true });
  const { organization } = world;
  const side = sideOf(organization, "onPremises");
  const told = describeWorld(world) as {
    ews: string;
    graph: string;
    token: string;
    tenantId: string;
    submission: string;
    app: { clientId: string; secret: string };
    serviceAccount: { upn: string; password: string };
  };
  const certificateAuthority = organization.authority.ca;
  const { upn: username, password } = told.serviceAccount;
  const ewsOptions = {
    url: told.ews,
    credential: { by: "basic" as const, username, password },
    certificateAuthority,
  };
  const ews = createEwsMailboxes(ewsOptions);
  const graph = createGraphMailboxes({
    url: told.graph,
    certificateAuthority,
    now: Date.now,
    signIn: {
      tenantId: told.tenantId,
      clientId: told.app.clientId,
      proof: { clientSecret: told.app.secret },
      authority: new URL(told.token).origin,
      certificateAuthority,
    },
  });
  const transport = createEwsTransport(ewsOptions);
  const call = createCall(transport);

  const recipient = (address: string): Recipient => {
    const found = recipientByAddress(side, address);
    if (!found) throw new Error(`${address} is not in the directory`);
    return found;
  };
  const items = (mailbox: string, messageId: string): Item[] => {
    const { items } = side.mailboxes.get(recipient(mailbox).guid) ?? {};
    return [...(items?.values() ?? [])].filter(({ internetMessageId }) => internetMessageId === messageId);
  };
  const folderOf = (mailbox: string, { folderId }: Item): string => {
    const folder = side.mailboxes.get(recipient(mailbox).guid)?.folders.get(folderId);
    return folder?.displayName ?? "";
  };

  async function bySmtp(mail: Mail): Promise<void> {
    const [host, port] = told.submission.split(":");
    const { account, to = [ben] } = mail;
    const auth = { user: account, pass: recipient(account).password ?? "" };
    const tls = { ca: certificateAuthority, servername: "localhost" };
    const client = createTransport({ host, port: Number(port), requireTLS: true, auth, tls });
    try {
      await client.sendMail({ envelope: { from: account, to }, raw: mimeOf(mail) });
    } finally {
      client.close();
    }
  }

  return {
    protocols: { EWS: ews, Graph: graph },
    recipient,
    items,
    call,
    shown: (mailbox, messageId) =>
      items(mailbox, messageId)
        .map((item) => `${folderOf(mailbox, item)}: ${item.html?.match(/<p>.*<\/p>/s)?.[0] ?? ""}`)
        .toSorted(),
    send: async (mail) => {
      if (mail.by === "smtp") await bySmtp(mail);
      else await call(createItem, { mime: mimeOf(mail), disposition: "SendAndSaveCopy" }, mail.account);
      await world.mail.idle();
      const mailbox = side.mailboxes.get(recipient(ben).guid);
      const inbox = mailbox && findFolder(mailbox, "inbox")?.id;
      const got = [...(mailbox?.items.values() ?? [])].find(
        ({ subject, folderId }) => subject === mail.subject && folderId === inbox,
      );
      if (!got) throw new Error(`'${mail.subject}' did not arrive`);
      return got;
    },
    keep: (mail, folder = "sentitems") =>
      call(createItem, { mime: mimeOf(mail), disposition: "SaveOnly", folder }, mail.account),
    close: async () => {
      await ews.close();
      await graph.close();
      await transport.close();
      await world.close();
    },
  };
}

function mimeOf({ subject, messageId, account, from = account, to = [ben], headers = [] }: Mail): Buffer {
  const lines = [
    `From: ${from}`,
    `To: ${to.join(", ")}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    ...headers,
    "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8",
    "",
    written,
    "",
  ];
  return Buffer.from(lines.join("\r\n"));
}

const createItem: Operation<
  { mime: Buffer; disposition: "SendAndSaveCopy" | "SaveOnly"; folder?: string },
  void
> = {
  name: "CreateItem",
  repeatable: false,
  request: ({ mime, disposition, folder = "sentitems" }) =>
    element(
      "m:CreateItem",
      { MessageDisposition: disposition },
      element("m:SavedItemFolderId", {}, element("t:DistinguishedFolderId", { Id: folder })),
      element(
        "m:Items",
        {},
        element(
          "t:Message",
          {},
          element("t:MimeContent", { CharacterSet: "UTF-8" }, mime.toString("base64")),
          element(
            "t:ExtendedProperty",
            {},
            element("t:ExtendedFieldURI", { PropertyTag: "0x0E07", PropertyType: "Integer" }),
            element("t:Value", {}, "1"),
          ),
        ),
      ),
    ),
  parse: (answer, about) => void at(onlyResponse(answer, about), "Items"),
};
