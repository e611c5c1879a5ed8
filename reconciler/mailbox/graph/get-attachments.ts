import { Fault } from "../../fault.ts";
import { within } from "./message.ts";
import type { NewAttachment } from "../carried.ts";
import type { SentAttachment } from "../port.ts";
import type { Call } from "./client.ts";

/**
 * Reads attachments with their content, one by one. An attached message comes as its MIME and is a file from then on: Graph attaches no
 * MIME as a message, and rebuilding one from its properties would lose more. @throws Fault LOCKED for what has no content of its own
 */
export async function getAttachments(
  call: Call,
  mailbox: string,
  id: string,
  attachments: SentAttachment[],
): Promise<NewAttachment[]> {
  const about = `Reading attachments of a message in mailbox '${mailbox}'`;
  const files: NewAttachment[] = [];
  for (const { id: attachment, name, contentType, contentId, isInline, isItem, isLink } of attachments) {
    if (isLink) throw new Fault("LOCKED", `${about}: one is a link, which cannot be attached anew.`);
    const path = `${within(mailbox, "messages", id, "attachments", attachment)}/$value`;
    const content = new Uint8Array(
      await call<ArrayBuffer>({ method: "GET", path, raw: true }, about, mailbox),
    );
    files.push({
      ...(isItem ? { name: `${name}.eml`, contentType: "message/rfc822" } : { name, contentType }),
      ...(contentId === undefined ? {} : { contentId }),
      isInline,
      content,
    });
  }
  return files;
}
