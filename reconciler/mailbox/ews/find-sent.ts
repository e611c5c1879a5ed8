import { carries } from "../message-id.ts";
import { findItem } from "./find-item.ts";
import { getItem } from "./get-item.ts";
import type { SentItem } from "../port.ts";
import type { Call } from "./operation.ts";

/** A sender rarely sends more than this between the sending of a message and the return of its stamped copy. */
const page = 50;

/**
 * Whole items in Sent Items that carry a Message-ID: of the newest page first, and by a restriction where there is none, or where
 * they were worked on (a copy made since may be among the newest without its source).
 */
export async function findSent(call: Call, mailbox: string, messageId: string): Promise<SentItem[]> {
  const list = async (restriction: { messageId?: string }) =>
    (await call(findItem, { page, ...restriction }, mailbox)).filter(carries(messageId));
  const newest = await list({});
  const isAll = newest.length > 0 && newest.every(({ mark }) => mark === undefined);
  const found = isAll ? newest : await list({ messageId });
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  return (await call(getItem, ids, mailbox)).filter((item) => item !== undefined);
}
