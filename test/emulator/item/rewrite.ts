import MailComposer from "nodemailer/lib/mail-composer";
import type Mail from "nodemailer/lib/mailer";
import type { Item } from "../store.ts";
import { composeContent } from "./compose.ts";
import { splitMime } from "./headers.ts";

/** What to change in a message's MIME. */
export interface Rewrite {
  /** New values of header lines, as nodemailer takes them. */
  mail: Mail.Options;
  /** Names of the header lines to take from `mail` (or to drop, where it has none), lower case. */
  headers: ReadonlySet<string>;
  /** Whether bodies and attachments are composed anew from the item. */
  body: boolean;
}

/** A message's MIME with some header lines or its content renewed; every other header line stays as it was, byte by byte. */
export async function rewriteMime(item: Item, rewrite: Rewrite): Promise<Uint8Array> {
  if (rewrite.headers.size === 0 && !rewrite.body) return item.mime;
  const old = splitMime(item.mime);
  const { headers } = rewrite;
  const fresh = headers.size > 0 ? await headerLines(rewrite.mail) : [];
  const content = rewrite.body ? composeContent(item) : undefined;
  const isContent = (line: string) => /^(?:content-|mime-version:)/i.test(line);
  const nameOf = (line: string) => line.slice(0, line.indexOf(":")).trim().toLowerCase();
  const lines = [
    ...old.lines.filter((line) => !headers.has(nameOf(line)) && !(content && isContent(line))),
    ...fresh.filter((line) => headers.has(nameOf(line))),
    ...(content?.lines ?? []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), content?.body ?? old.body]);
}

/** Header lines as nodemailer writes them. */
async function headerLines(mail: Mail.Options): Promise<string[]> {
  const composed = new MailComposer({ ...mail, text: "" }).compile();
  // Sent Items show whom a message was copied to blindly; transport strips it from what others get.
  Object.assign(composed, { keepBcc: true });
  return splitMime(await composed.build()).lines;
}
