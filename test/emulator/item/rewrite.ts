import MailComposer from "nodemailer/lib/mail-composer";
import type Mail from "nodemailer/lib/mailer";
import type { Item } from "../store.ts";
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
  const fresh = splitMime(await compose(item, rewrite.mail));
  const isContent = (line: string) => /^(?:content-|mime-version:)/i.test(line);
  const nameOf = (line: string) => line.slice(0, line.indexOf(":")).trim().toLowerCase();
  const lines = [
    ...old.lines.filter((line) => !rewrite.headers.has(nameOf(line)) && !(rewrite.body && isContent(line))),
    ...fresh.lines.filter((line) => rewrite.headers.has(nameOf(line))),
    ...(rewrite.body ? fresh.lines.filter(isContent) : []),
  ];
  return Buffer.concat([
    Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"),
    rewrite.body ? fresh.body : old.body,
  ]);
}

async function compose(item: Item, mail: Mail.Options): Promise<Uint8Array> {
  const composed = new MailComposer({
    ...mail,
    ...(item.html === undefined ? {} : { html: item.html }),
    text: item.text ?? "",
    // What is only referred to is known to the mailbox alone.
    attachments: item.attachments
      .filter(({ reference }) => !reference)
      .map((attachment) => ({
        filename: attachment.name,
        contentType: attachment.contentType,
        content: Buffer.from(attachment.content),
        contentDisposition: attachment.isInline ? ("inline" as const) : ("attachment" as const),
        ...partHeaders(attachment),
      })),
  }).compile();
  // Sent Items show whom a message was copied to blindly; transport strips it from what others get.
  Object.assign(composed, { keepBcc: true });
  return composed.build();
}

/** nodemailer puts whatever has a `cid` beside the HTML body, which is right for inline attachments only. */
function partHeaders({
  contentId,
  contentLocation,
  isInline,
}: Item["attachments"][number]): Partial<Mail.Attachment> {
  const location = contentLocation === undefined ? {} : { "Content-Location": contentLocation };
  if (contentId === undefined) return { headers: location };
  return isInline
    ? { cid: contentId, headers: location }
    : { headers: { ...location, "Content-ID": `<${contentId}>` } };
}
