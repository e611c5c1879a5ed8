/** What the reconciler needs of a durable queue; test/contract/queue.test.ts holds every adapter to it. */
import type { Job } from "../job.ts";
import type { Original } from "../mailbox/port.ts";
import type { Reason } from "../reasons.ts";
import type { Settings } from "../../stacks/config/types.ts";

/** A job in hand, with the stamped message as it came in. Nobody else gets it until it is put off or finished. */
export interface Taken {
  job: Job;
  raw: Uint8Array;
  /** Which attempt of the queue this is; a call with an outdated one changes nothing. */
  attempt: number;
}

/** How a message ended, or `pending`. `skipped`: left alone, for a reason. `refused`: not taken in. */
export type Outcome = "pending" | "updated" | "skipped" | "failed" | "refused";

/** What became of a job, or of one turn of it. */
export interface Result {
  outcome: Outcome;
  reason?: Reason;
  /** Mailboxes (primary addresses) in which a copy was found. */
  mailboxes: string[];
  /** Sent items changed so far. */
  items: number;
  /** A sentence for the operator; never message content. */
  text: string;
}

/** One row of the audit: one message and what became of it. Times are milliseconds since 1970. */
export interface AuditEntry extends Result {
  key: string;
  /** Grows with every change of any row: what `audit` pages by. */
  change: number;
  messageId: string;
  senders: string[];
  arrived: number;
  done?: number;
  attempts: number;
  history: { at: number; text: string }[];
}

/** A message that was not taken in. */
export interface Refusal {
  messageId: string;
  senders: string[];
  at: number;
  reason: Reason;
  text: string;
}

/** The stored settings and their version, which is the ETag of the HTTP interface. */
export interface StoredSettings {
  version: number;
  settings: Settings;
}

/** Which messages are meant; what is not given leaves the choice open. */
export interface Choice {
  /** Keys or Message-IDs. */
  ids?: string[];
  sender?: string;
  outcome?: Outcome;
  reason?: string;
  /** Taken in at this time or later. */
  after?: number;
}

/** Times before which things are forgotten. */
export interface Forgotten {
  /** Finished rows of the audit, with everything that belongs to them, and counted failures of an intake. */
  rows: number;
  /** Stamped copies of messages that failed. */
  failed: number;
  /** Bodies remembered before an update. */
  originals: number;
}

/** What has not ended. Times in milliseconds. */
export interface Backlog {
  /** Could be taken now. */
  due: number;
  /** Wait for their time: the settle delay, or the next look. */
  later: number;
  /** Are being worked on. */
  inHand: number;
  /** Age of the oldest of them; 0 where there is none. */
  oldest: number;
}

/** How many messages ended in one way. */
export interface Ends {
  outcome: Outcome;
  reason?: Reason;
  count: number;
}

/** How many messages were updated within a slot of time, and how long that took since their arrival (milliseconds). */
export interface Pace {
  /** Where the slot begins. */
  at: number;
  updated: number;
  median: number;
  /** Nineteen of twenty took no longer. */
  slow: number;
}

/** Who looks at the mail path from outside and tells the daemon what was found. */
export type ReportKind = "doctor" | "probe";

/** What was found, and when. */
export interface PublishedReport {
  at: number;
  content: object;
}

export interface Queue {
  /** Asks the database; where the last message could not be stored, tries to store as much and takes it back. @throws what it says */
  canStore: () => Promise<void>;
  /** Stores job and message in one transaction; false when the job was known before (then nothing changes). */
  add: (job: Job, raw: Uint8Array) => Promise<boolean>;
  /** Up to `limit` jobs that are due: versions of one message one after the other, in the order of their arrival. */
  take: (limit: number) => Promise<Taken[]>;
  /** Whether a job is still this process's: false once others may have it, since it could not be renewed in time. */
  holds: (taken: Taken) => boolean;
  /** Puts a job off until `at`, with what is known so far; successors of the same message wait for it. */
  later: (taken: Taken, at: number, result: Result) => Promise<void>;
  /** Ends a job and forgets the message's content, unless it failed. */
  finish: (taken: Taken, result: Result) => Promise<void>;
  /** Records a message that was not taken in. */
  refuse: (refusal: Refusal) => Promise<void>;
  /** Counts that an item of an intake mailbox could not be taken in, and answers how often by now. */
  stumbled: (mailbox: string, item: string, at: number) => Promise<number>;
  /** When the next job that became or becomes due after `after` is due, or undefined. */
  nextDue: (after: number) => Promise<number | undefined>;
  /** Makes the chosen messages due again that failed and whose content is still there, as if they came now; answers their keys. */
  retry: (choice: Choice) => Promise<string[]>;
  /** Rows changed after a change number, in the order of their change. */
  audit: (since: number, limit: number, choice?: Choice) => Promise<AuditEntry[]>;
  /** Number of messages by outcome. */
  counts: () => Promise<Partial<Record<Outcome, number>>>;
  /** What has not ended. */
  backlog: () => Promise<Backlog>;
  /** How many messages ended since a time, by outcome and reason, the most frequent first. */
  ends: (since: number) => Promise<Ends[]>;
  /** Updated messages since a time in slots of so many milliseconds; empty slots are left out. */
  pace: (since: number, slot: number) => Promise<Pace[]>;
  /** The rows that changed last, of one outcome or with a text in Message-ID or a sender's address. */
  latest: (which: { outcome?: Outcome; text?: string }, limit: number) => Promise<AuditEntry[]>;
  /** The last report of each kind. */
  reports: () => Promise<Partial<Record<ReportKind, PublishedReport>>>;
  /** Keeps a report in place of the last one of its kind. */
  saveReport: (kind: ReportKind, report: PublishedReport) => Promise<void>;
  /** Called after every change of a job or row, in this process or another. Returns how to stop it. */
  onChange: (listener: () => void) => () => void;
  settings: () => Promise<StoredSettings | undefined>;
  /** Called with settings that another process stored. Returns how to stop it. */
  onSettings: (listener: (stored: StoredSettings) => void) => () => void;
  /** Stores settings if the stored version is `expected` (0: none stored; undefined: whatever it is); undefined when it is not. */
  saveSettings: (settings: Settings, expected: number | undefined) => Promise<StoredSettings | undefined>;
  /** Keeps the body of a copy before its first update, for later versions of a split message. The first one counts. */
  rememberOriginal: (mailbox: string, messageId: string, body: Original, at: number) => Promise<void>;
  originalOf: (mailbox: string, messageId: string) => Promise<Original | undefined>;
  /** Forgets what is older than it needs to be, and gives the space back. */
  prune: (before: Forgotten) => Promise<void>;
  close: () => Promise<void>;
}
