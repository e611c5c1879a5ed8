import { groupsOf } from "../groups.ts";
import { getAttachment } from "./get-attachment.ts";
import type { NewAttachment } from "../carried.ts";
import type { SentAttachment } from "../port.ts";
import type { Call } from "./operation.ts";

/** Bytes of attachments in one answer: with all of them it could be larger than the server gives. */
const together = 4 * 2 ** 20;

/** Reads attachments with their content, in order. @throws Fault LOCKED for one that cannot be attached anew */
export async function getContents(
  call: Call,
  mailbox: string,
  attachments: SentAttachment[],
): Promise<NewAttachment[]> {
  const files: NewAttachment[] = [];
  for (const group of groupsOf(attachments, ({ size }) => size, together)) {
    const ids = group.map(({ id }) => id);
    files.push(...(await call(getAttachment, ids, mailbox)));
  }
  return files;
}
