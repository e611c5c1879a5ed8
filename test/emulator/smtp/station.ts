import type { Organization } from "../organization.ts";
import type { SideName } from "../store.ts";
import type { QueuedMail } from "./queued-mail.ts";
import type { Outcome, Sender } from "./send.ts";

/** What became of a recipient: whether the message left for another server, or the mailbox dropped it as one that it has. */
export type Result = Outcome & { sent?: boolean; duplicate?: boolean };

/** What the steps of transport work with. */
export interface Station {
  organization: Organization;
  senders: ReadonlyMap<SideName, Sender>;
  /** Writes an event into the side's message trace, once for each recipient. */
  trace: (mail: QueuedMail, recipients: string[], event: string, detail: string) => void;
  /** Queues a message; `delay` in milliseconds. */
  enqueue: (mail: QueuedMail, delay?: number) => void;
  /** Records what became of recipients; who failed for now is tried again, who failed for good is reported to the sender. */
  settle: (mail: QueuedMail, results: Result[]) => void;
}
