import type { Mailbox } from "../store.ts";
import { firstValue, readMessage } from "./headers.ts";

/** How long the store remembers what it delivered, milliseconds: seven days. */
export const remembered = 7 * 24 * 3_600_000;

/**
 * Whether a mailbox got a message with the same Message-ID and client submit time (Date) within seven days: the store drops such a
 * copy, whatever else it holds. A message without a Message-ID is never one.
 * https://learn.microsoft.com/previous-versions/office/exchange-server-2007/dd577073(v=exchg.80)
 */
export function isDuplicate(mailbox: Mailbox, mime: Uint8Array, now: number): boolean {
  const key = keyOf(mime);
  const before = key === undefined ? undefined : mailbox.delivered?.get(key);
  return before !== undefined && now - before < remembered;
}

/** Remembers a delivery, and forgets those of more than seven days ago. */
export function noteDelivery(mailbox: Mailbox, mime: Uint8Array, now: number): void {
  const key = keyOf(mime);
  if (key === undefined) return;
  const delivered = (mailbox.delivered ??= new Map<string, number>());
  for (const [old, at] of delivered) {
    if (now - at < remembered) break;
    delivered.delete(old);
  }
  delivered.delete(key);
  delivered.set(key, now);
}

function keyOf(mime: Uint8Array): string | undefined {
  const message = readMessage(mime);
  const messageId = firstValue(message, "Message-ID");
  if (!messageId) return undefined;
  const date = firstValue(message, "Date") ?? "";
  const submitted = Date.parse(date);
  return `${messageId} ${Number.isNaN(submitted) ? date : submitted}`;
}
