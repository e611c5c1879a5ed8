import { Fault, isFault } from "../fault.ts";
import type { Mailboxes } from "./port.ts";

/** Mailboxes at most that are remembered as busy. */
const most = 20_000;

/**
 * Leaves a mailbox alone for as long as its server asks (Retry-After, BackOffMilliseconds): whoever asks meanwhile is told THROTTLED and the
 * rest of the time without a request, since each one that is refused makes the wait longer. Budgets are each mailbox's own.
 */
export function patient(mailboxes: Mailboxes, now: () => number): Mailboxes {
  const busy = new Map<string, { until: number; fault: Fault }>();

  const waiting =
    <Rest extends unknown[], Result>(call: (mailbox: string, ...rest: Rest) => Promise<Result>) =>
    async (mailbox: string, ...rest: Rest): Promise<Result> => {
      const { until = 0, fault } = busy.get(mailbox) ?? {};
      const left = until - now();
      if (fault !== undefined && left > 0)
        throw new Fault("THROTTLED", fault.message, { cause: fault, retryAfter: left });
      busy.delete(mailbox);
      try {
        return await call(mailbox, ...rest);
      } catch (error) {
        if (isFault(error, "THROTTLED") && error.retryAfter !== undefined) {
          if (busy.size >= most) busy.clear();
          busy.set(mailbox, { until: now() + error.retryAfter, fault: error });
        }
        throw error;
      }
    };

  const { find, elsewhere, read, update, copy, recreate, mark, remove, close } = mailboxes;
  return {
    find: waiting(find),
    elsewhere: waiting(elsewhere),
    read: waiting(read),
    update: waiting(update),
    copy: waiting(copy),
    recreate: waiting(recreate),
    mark: waiting(mark),
    remove: waiting(remove),
    close,
  };
}
