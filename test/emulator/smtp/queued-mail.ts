import type { SideName } from "../store.ts";
import type { NotificationRequest } from "./notification-request.ts";

/** A message on its way through a side, as plain data: what waits here is taken up again after a restart. */
export interface QueuedMail {
  side: SideName;
  /** MAIL FROM; empty for the null sender. */
  from: string;
  to: string[];
  mime: Uint8Array;
  /** What comes next: the rules, or (when they are done) the way out. */
  stage: "rules" | "route";
  /** The address that brought it, of a server or a client outside; absent for what began here. */
  client?: string;
  /** The groups that recipients were opened from, by the recipient's address in lower case. */
  expanded?: Record<string, string>;
  /** The connector that a rule chose. */
  connector?: string;
  /** A rule asks for TLS on the way out. */
  requireTls?: boolean;
  /** Its journal report is on its way. */
  journaled?: boolean;
  /** What the sender asks to hear of it. */
  notifications?: NotificationRequest;
  /** Tries made so far. */
  attempt: number;
}
