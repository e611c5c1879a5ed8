import type { SentSummary } from "./mailbox/port.ts";

/** The sender's copies of a message among found items, oldest first: all of them, as some clients store a second one. */
export function copiesOf<T extends SentSummary>(messageId: string, found: T[]): T[] {
  const wanted = bare(messageId);
  return found
    .filter((item) => !item.isDraft && bare(item.messageId) === wanted)
    .toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
}

/** A Message-ID without white space and angle brackets; its letter case counts (RFC 5322). */
function bare(messageId: string): string {
  return messageId.trim().replace(/^<|>$/g, "");
}
