import { simpleParser, type ParsedMail } from "mailparser";
import { attachedOf, type Attached } from "./attached.ts";
import { headersOf } from "../item/headers.ts";
import { importanceOf } from "../mime.ts";
import { addressesIn } from "./addresses.ts";
import { isAuthenticated } from "./firewall.ts";
import { firstValue, valuesOf, type Message } from "./headers.ts";
import type { QueuedMail } from "./queued-mail.ts";

/** Message types of MessageTypeMatches that this organization can tell. */
export type MessageType =
  | "OOF"
  | "AutoForward"
  | "Encrypted"
  | "Calendaring"
  | "PermissionControlled"
  | "Signed"
  | "ReadReceipt";

/** What rules look at: one message, read once. Addresses are lower case. */
export interface Facts {
  /** MAIL FROM; empty for the null sender. */
  envelopeSender: string;
  headerSenders: string[];
  authenticated: boolean;
  to: string[];
  cc: string[];
  subject: string;
  body: string;
  /** Bytes. */
  size: number;
  importance: "Low" | "Normal" | "High";
  types: Set<MessageType>;
  attached: Attached[];
  /** Character sets of the text parts, as they are named. */
  charsets: string[];
  /** Who gets the message, as the envelope has it once groups are opened. */
  recipients: string[];
  /** The address that brought the message to this side, where it came from outside. */
  client?: string;
  header: (name: string) => string[];
}

/** Reads a message for the rules. */
export async function factsOf(
  message: Message,
  mime: Buffer,
  { from: envelopeSender, to, client }: Pick<QueuedMail, "from" | "to" | "client">,
): Promise<Facts> {
  const mail = await simpleParser(mime, { skipTextToHtml: true, skipImageLinks: true });
  return {
    envelopeSender: envelopeSender.toLowerCase(),
    headerSenders: addressesIn(firstValue(message, "From")),
    authenticated: isAuthenticated(message),
    to: valuesOf(message, "To").flatMap(addressesIn),
    cc: valuesOf(message, "Cc").flatMap(addressesIn),
    subject: mail.subject ?? "",
    body: mail.text ?? "",
    size: mime.length,
    importance: importanceOf(headersOf(mime)),
    types: typesOf(message, mail, mime),
    attached: mail.attachments.map(({ filename = "", contentType, content }) =>
      attachedOf(filename, contentType, content),
    ),
    charsets: [...mime.toString("latin1").matchAll(/charset="?([\w.:-]+)/gi)].map(([, name = ""]) => name),
    recipients: to.map((each) => each.toLowerCase()),
    ...(client === undefined ? {} : { client }),
    header: (name) => valuesOf(message, name),
  };
}

function typesOf(message: Message, mail: ParsedMail, mime: Buffer): Set<MessageType> {
  const types = new Set<MessageType>();
  const contentType = firstValue(message, "Content-Type")?.toLowerCase() ?? "text/plain";
  const submitted = firstValue(message, "Auto-Submitted")?.toLowerCase() ?? "";
  if (contentType.startsWith("multipart/signed") || /smime-type=["']?signed-data/.test(contentType))
    types.add("Signed");
  else if (/^application\/(x-)?pkcs7-mime|^multipart\/encrypted/.test(contentType)) types.add("Encrypted");
  // A calendar part is the message itself when it carries a method; an attached .ics file is not.
  if (/^content-type:\s*text\/calendar[^\r\n]*(\r?\n[ \t][^\r\n]*)*method=/im.test(mime.toString("latin1")))
    types.add("Calendaring");
  if (mail.attachments.some(({ filename }) => filename?.toLowerCase() === "message.rpmsg"))
    types.add("PermissionControlled");
  if (/report-type=["']?disposition-notification/.test(contentType)) types.add("ReadReceipt");
  if (submitted.startsWith("auto-replied")) types.add("OOF");
  if (submitted.startsWith("auto-forwarded")) types.add("AutoForward");
  return types;
}
