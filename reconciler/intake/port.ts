/** A way in for stamped copies: one file each (smtp.ts; a mailbox read by EWS or Graph, a journal, a relay of one's own). */

import type { Audience } from "../job.ts";
import type { Reason } from "../reasons.ts";

/** A message whose origin has been proved, or why it has not been. */
export interface Arrival {
  raw: Uint8Array;
  /** Envelope sender, empty for the null sender. */
  envelopeSender: string;
  /** Whom this version went to, lower case, where the way in tells it. */
  recipients?: string[];
  /** For whom this version is, where the way in tells that instead. */
  audience?: Audience;
}

/** What an intake hands its mail to. */
export interface Sink {
  /** Resolves once the message is stored for good; only then may the intake acknowledge it. */
  accept: (arrival: Arrival) => Promise<void>;
  /** Records a message that is not taken in, because its origin was not proved unless told. `raw` is as much of it as was read. */
  refuse: (arrival: Arrival, text: string, reason?: Reason) => Promise<void>;
  /** Counts for good that a message of a mailbox could not be taken in; answers how often by now. */
  stumble: (mailbox: string, id: string) => Promise<number>;
}

/** An open way in. */
export interface Intake {
  /** Port on which it listens; undefined where it does not. */
  port?: number;
  /** Why it cannot take anything in now, in a sentence; undefined when it can. */
  problem: () => string | undefined;
  /** What makes it slower than it could be, in a sentence, where it may be slow: mail is taken in all the same. */
  warning?: () => string | undefined;
  /** Takes nothing new; resolves once everything begun has ended. */
  close: () => Promise<void>;
}
