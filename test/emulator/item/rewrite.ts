import MailComposer from "nodemailer/lib/mail-composer";
import type Mail from "nodemailer/lib/mailer";
import type { Item } from "../store.ts";
import { composeContent, newBoundary } from "./compose.ts";
import { composeOnDemand, headerBytes, headOf } from "./composed.ts";
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

/**
 * Renews some header lines of an item's MIME, or its content, which is composed when somebody reads it; every other header line stays
 * as it was, byte by byte. Changes the item in place.
 */
export async function rewriteItem(item: Item, { mail, headers, body }: Rewrite): Promise<void> {
  if (headers.size === 0 && !body) return;
  const fresh = headers.size > 0 ? await headerLines(mail) : [];
  const known = headOf(item);
  const boundary = body || !known ? newBoundary() : known.boundary;
  const isContent = (line: string) => /^(?:content-|mime-version:)/i.test(line);
  const nameOf = (line: string) => line.slice(0, line.indexOf(":")).trim().toLowerCase();
  const lines = [
    ...splitMime(headerBytes(item)).lines.filter(
      (line) => !headers.has(nameOf(line)) && !(body && isContent(line)),
    ),
    ...fresh.filter((line) => headers.has(nameOf(line))),
    ...(body ? composeContent(item, boundary).lines : []),
  ];
  const bytes = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (body || known) composeOnDemand(item, { bytes, boundary });
  else item.mime = Buffer.concat([bytes, splitMime(item.mime).body]);
}

/** Header lines as nodemailer writes them. */
async function headerLines(mail: Mail.Options): Promise<string[]> {
  const composed = new MailComposer({ ...mail, text: "" }).compile();
  // Sent Items show whom a message was copied to blindly; transport strips it from what others get.
  Object.assign(composed, { keepBcc: true });
  return splitMime(await composed.build()).lines;
}
