import { groupsOf } from "../groups.ts";
import { createAttachment } from "./create-attachment.ts";
import type { NewAttachment } from "../carried.ts";
import type { ItemRef } from "../port.ts";
import type { Attached } from "../protocol.ts";
import type { Call } from "./operation.ts";

/** Bytes of attachments in one request: with all of them it could be larger than the server takes. */
const together = 4 * 2 ** 20;

/** Adds attachments to an item, many small ones in one round trip. */
export async function addAttachments(
  call: Call,
  mailbox: string,
  item: ItemRef,
  attachments: NewAttachment[],
): Promise<Attached> {
  const added: string[] = [];
  let parent = item;
  for (const group of groupsOf(attachments, ({ content }) => content.length, together)) {
    try {
      const output = await call(createAttachment, { item: parent, attachments: group }, mailbox);
      added.push(...output.added);
      if (output.failure !== undefined) return { added, failure: output.failure };
      parent = { id: item.id, version: output.version ?? parent.version };
    } catch (failure) {
      return { added, failure };
    }
  }
  return { added };
}
