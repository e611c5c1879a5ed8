import { createHash } from "node:crypto";

/** For whom a version of a split message is: outsiders (perhaps among others), or only people of the organization. */
export type Audience = "external" | "internal";

/** One version of one message on its way to the sender's mailbox. Times are milliseconds since 1970. */
export interface Job {
  /** A UUID made from sender, Message-ID and variant: taking the same copy in twice makes one job. */
  key: string;
  /** With angle brackets. */
  messageId: string;
  /** Addresses whose mailboxes may hold a copy: From, Sender, envelope sender; lower case. */
  senders: string[];
  /** Whom the version went to, lower case, where the way in tells it. */
  recipients?: string[];
  /** For whom the version is, where the way in tells that instead. */
  audience?: Audience;
  arrived: number;
  /** Until then the item is left alone (settle delay). */
  notBefore: number;
  /** From then on nothing is tried any more. */
  deadline: number;
  /** How often the job has been put off, 0 at first. */
  attempt: number;
  /** Whether the last turn ended in a fault: what it was to find out is still to be found out. */
  faulted?: boolean;
}

/** The key of a job; the variant is the service's processing id, or a digest of the body where it gives none. */
export function jobKey(sender: string, messageId: string, variant: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([sender, messageId, variant]))
    .digest("hex");
  // The shape of a version 8 UUID (RFC 9562: custom content), which is what the queue's id column takes.
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

/**
 * Whether a look that finds nothing in Sent Items is to go through all folders as well, which costs the server much: after
 * some seconds, half a minute and minutes, then every half hour, and at last; once more where a fault came between.
 */
export function looksEverywhere({ attempt, deadline, faulted = false }: Job, now: number): boolean {
  const isWide = (look: number): boolean => [3, 7, 10].includes(look) || (look > 10 && look % 30 === 0);
  return now >= deadline || isWide(attempt) || (faulted && isWide(attempt - 1));
}

/** When to look again after a number of fruitless looks: soon at first, then less and less often up to a minute. */
export function nextLook(now: number, attempt: number, deadline: number): number {
  return Math.min(now + Math.min(60_000, 250 * 2 ** Math.min(attempt, 16)), Math.max(deadline, now));
}
