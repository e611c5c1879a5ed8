import type { Clock } from "pg-boss";
import { Fault } from "./fault.ts";
import type { Queue, Taken } from "./queue/port.ts";
import { type Turn, summary } from "./standing.ts";

/** What a worker works with. */
export interface WorkerOptions {
  queue: Pick<Queue, "take" | "later" | "finish" | "nextDue" | "onChange">;
  /** One turn of one job; see `reconcile`. */
  turn: (taken: Taken) => Promise<Turn>;
  /** Jobs in hand at once, over all messages. */
  concurrency: number;
  /** Bytes of their messages beyond which no further job is taken until one has ended; 32 MB unless given. */
  mostBytes?: number;
  clock: Clock;
  onError: (error: unknown) => void;
}

/** When to try again what the database refused, in milliseconds. */
const retryDelay = 1000;

/** Takes jobs as they fall due: woken by the queue's changes and by one timer for the next due time, never by polling. */
export function startWorker(options: WorkerOptions): { stop: () => Promise<void> } {
  const { queue, turn, concurrency, mostBytes = 32 * 2 ** 20, clock, onError } = options;
  const inHand = new Set<Promise<void>>();
  let bytes = 0;
  let stopped = false;
  const stopping = Promise.withResolvers<void>();
  let pumping: Promise<void> | undefined;
  let wanted = false;
  let timer: unknown;

  const wake = (): void => {
    wanted = true;
    if (!stopped) pumping ??= pump().finally(pumped);
  };

  /** A wake that came while the pump was ending must not be lost. */
  const pumped = (): void => {
    pumping = undefined;
    if (wanted) wake();
  };

  const pump = async (): Promise<void> => {
    while (wanted && !stopped) {
      wanted = false;
      const asked = clock.now();
      try {
        // One by one: how large a message is shows when it is taken, and a dozen of 150 MB would be too much.
        while (!stopped && inHand.size < concurrency && bytes < mostBytes) {
          const [taken] = await queue.take(1);
          if (taken === undefined) break;
          const size = taken.raw.byteLength;
          bytes += size;
          const work = handle(taken).finally(() => {
            bytes -= size;
            inHand.delete(work);
            wake();
          });
          inHand.add(work);
        }
        const due = await queue.nextDue(asked);
        if (due !== undefined) wakeAt(due);
      } catch (error) {
        onError(error);
        wakeAt(clock.now() + retryDelay);
      }
    }
  };

  const wakeAt = (time: number): void => {
    clock.clearTimeout(timer);
    if (!stopped) timer = clock.setTimeout(wake, Math.min(Math.max(0, time - clock.now()), 3_600_000));
  };

  const handle = async (taken: Taken): Promise<void> => {
    const end = await turn(taken).catch((error: unknown): Turn => {
      onError(error);
      const fault = new Fault("UNEXPECTED", String(error), { cause: error });
      return summary(taken.job, [{ mailbox: "", standing: { is: "fault", fault } }], clock.now());
    });
    const write = () =>
      "finish" in end ? queue.finish(taken, end.finish) : queue.later(taken, end.later, end.result);
    // Only here is known what was done: it is written down as soon as the database takes it.
    for (;;) {
      try {
        return await write();
      } catch (error) {
        onError(error);
        if (stopped) return;
        await Promise.race([stopping.promise, pause()]);
      }
    }
  };

  const pause = () => new Promise<void>((resolve) => clock.setTimeout(resolve, retryDelay));

  const unsubscribe = queue.onChange(wake);
  wake();
  return {
    stop: async () => {
      stopped = true;
      stopping.resolve();
      unsubscribe();
      clock.clearTimeout(timer);
      await pumping;
      await Promise.all(inHand);
    },
  };
}
