import { Fault } from "../../fault.ts";
import { groupsOf } from "../groups.ts";
import { batch } from "./batch.ts";
import { within } from "./message.ts";
import type { NewAttachment } from "../carried.ts";
import type { SentAttachment } from "../port.ts";
import type { Ask, Call } from "./client.ts";

/** Bytes of files in one batch. */
const perBatch = 2.5 * 2 ** 20;

/**
 * Reads attachments with their content, in order, many small files in one round trip. An attached message comes as its MIME and is a file
 * from then on: Graph attaches no MIME as a message, and rebuilding one from its properties would lose more.
 * @throws Fault LOCKED for what has no content of its own
 */
export async function getAttachments(
  call: Call,
  mailbox: string,
  id: string,
  attachments: SentAttachment[],
): Promise<NewAttachment[]> {
  const about = `Reading attachments of a message in mailbox '${mailbox}'`;
  if (attachments.some(({ isLink }) => isLink))
    throw new Fault("LOCKED", `${about}: one is a link, which cannot be attached anew.`);
  const ask = (attachment: SentAttachment): Ask => ({
    method: "GET",
    path: within(mailbox, "messages", id, "attachments", attachment.id),
  });

  async function alone(attachment: SentAttachment): Promise<Uint8Array> {
    const { path } = ask(attachment);
    const raw = { method: "GET", path: `${path}/$value`, raw: true } as const;
    return new Uint8Array(await call<ArrayBuffer>(raw, about, mailbox));
  }

  async function together(group: SentAttachment[]): Promise<Uint8Array[]> {
    const parts = await batch(call, group.map(ask), about, mailbox);
    return parts.map((part) => {
      if ("failure" in part) throw part.failure;
      return Buffer.from((part.body as { contentBytes?: string }).contentBytes ?? "", "base64");
    });
  }

  const files: NewAttachment[] = [];
  const sizeOf = ({ isItem, size }: SentAttachment): number => (isItem ? Infinity : size);
  for (const group of groupsOf(attachments, sizeOf, perBatch)) {
    const [first, ...more] = group;
    const contents = first && more.length === 0 ? [await alone(first)] : await together(group);
    for (const [index, { name, contentType, contentId, isInline, isItem }] of group.entries())
      files.push({
        ...(isItem ? { name: `${name}.eml`, contentType: "message/rfc822" } : { name, contentType }),
        ...(contentId === undefined ? {} : { contentId }),
        isInline,
        content: contents[index] ?? new Uint8Array(),
      });
  }
  return files;
}
