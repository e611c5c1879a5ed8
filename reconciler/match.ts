import type { ParsedMail } from "mailparser";
import type { SentSummary } from "./mailbox/port.ts";
import { headerValues } from "./stamp.ts";

/** The sender's copies of a message among found items, oldest first: all of them, as some clients store a second one. */
export function copiesOf<T extends SentSummary>(messageId: string, found: T[]): T[] {
  const wanted = bare(messageId);
  return found
    .filter((item) => !item.isDraft && bare(item.messageId) === wanted)
    .toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
}

/**
 * Whether a second copy may appear in the sender's mailbox, going by how the message was handed in: a mail program that uses
 * SMTP (and says its name) stores one itself, while Exchange keeps one of its own. Outlook's mail comes `with mapi`.
 */
export function mayHaveSecondCopy(mail: ParsedMail): boolean {
  const handedIn = headerValues(mail, "Received").at(-1);
  const program = ["User-Agent", "X-Mailer"].flatMap((name) => headerValues(mail, name));
  return program.length > 0 && handedIn !== undefined && !/\bwith\s+mapi\b/i.test(handedIn);
}

/** A Message-ID without white space and angle brackets; its letter case counts (RFC 5322). */
function bare(messageId: string): string {
  return messageId.trim().replace(/^<|>$/g, "");
}
