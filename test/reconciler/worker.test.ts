import { expect, test } from "vitest";
import { TestClock } from "pg-boss";
import type { Result, Taken } from "../../reconciler/queue/port.ts";
import type { Turn } from "../../reconciler/standing.ts";
import { startWorker } from "../../reconciler/worker.ts";

const result: Result = { outcome: "updated", mailboxes: [], items: 1, text: "" };

/** A queue of names in memory: each falls due at a time. */
function memory(clock: TestClock) {
  const due = new Map<string, number>();
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  const finished: string[] = [];
  let waiting: { count: number; resolve: () => void } | undefined;
  const queue = {
    add: (name: string, at = clock.now()) => {
      due.set(name, at);
      changed();
    },
    take: async (limit: number) => {
      const names = [...due].filter(([, at]) => at <= clock.now()).slice(0, limit);
      return names.map(([name]) => {
        due.delete(name);
        return { job: { key: name }, raw: new Uint8Array(), attempt: 0 } as unknown as Taken;
      });
    },
    later: async ({ job }: Taken, at: number) => queue.add(job.key, at),
    finish: async ({ job }: Taken) => {
      finished.push(job.key);
      if (waiting && finished.length >= waiting.count) waiting.resolve();
    },
    nextDue: async (after: number) =>
      [...due.values()].filter((at) => at > after).toSorted((a, b) => a - b)[0],
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const untilFinished = (count: number) => {
    if (finished.length >= count) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting = { count, resolve };
    return promise;
  };
  return { queue, finished, untilFinished };
}

const throwing = (error: unknown) => {
  throw error;
};

test("a job is taken as soon as the queue changes, without a clock's tick", async () => {
  const clock = new TestClock(0);
  const { queue, finished, untilFinished } = memory(clock);
  const worker = startWorker({
    queue,
    clock,
    concurrency: 2,
    onError: throwing,
    turn: async () => ({ finish: result }),
  });
  for (const name of ["a", "b", "c"]) queue.add(name);
  await untilFinished(3);
  expect(finished.toSorted()).toEqual(["a", "b", "c"]);
  await worker.stop();
});

test("large messages are not in hand all at once", async () => {
  const clock = new TestClock(0);
  const { queue, finished, untilFinished } = memory(clock);
  let most = 0;
  let now = 0;
  const worker = startWorker({
    queue: {
      ...queue,
      take: async (limit) => (await queue.take(limit)).map((one) => ({ ...one, raw: new Uint8Array(60) })),
    },
    clock,
    concurrency: 10,
    mostBytes: 100,
    onError: throwing,
    turn: async () => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return { finish: result };
    },
  });
  for (const name of ["a", "b", "c", "d", "e"]) queue.add(name);
  await untilFinished(5);
  expect(finished).toHaveLength(5);
  expect(most).toBe(2);
  await worker.stop();
});

test("a job put off is taken at its time", async () => {
  const clock = new TestClock(0);
  const { queue, finished, untilFinished } = memory(clock);
  const put = Promise.withResolvers<void>();
  const later = queue.later;
  queue.later = async (taken, at) => {
    await later(taken, at);
    put.resolve();
  };
  let turns = 0;
  const turn = async (): Promise<Turn> => (++turns === 1 ? { later: 5000, result } : { finish: result });
  const worker = startWorker({ queue, clock, concurrency: 2, onError: throwing, turn });
  queue.add("a");
  await put.promise;
  while (turns < 2) {
    expect(finished).toEqual([]);
    await clock.tick(2500);
    await new Promise(setImmediate);
  }
  await untilFinished(1);
  expect(clock.now()).toBeGreaterThanOrEqual(5000);
  await worker.stop();
});

test("no more jobs at once than allowed, and stopping waits for those in hand", async () => {
  const clock = new TestClock(0);
  const { queue, finished } = memory(clock);
  let running = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  const turn = async (): Promise<Turn> => {
    most = Math.max(most, ++running);
    if (running === 2) full.resolve();
    await gate.promise;
    running--;
    return { finish: result };
  };
  const worker = startWorker({ queue, clock, concurrency: 2, onError: throwing, turn });
  for (const name of ["a", "b", "c", "d"]) queue.add(name);
  await full.promise;
  const stopped = worker.stop();
  gate.resolve();
  await stopped;
  expect(most).toBe(2);
  expect(finished.toSorted()).toEqual(["a", "b"]);
});

test("a turn that throws stops nobody else", async () => {
  const clock = new TestClock(0);
  const { queue, untilFinished } = memory(clock);
  const errors: unknown[] = [];
  const turn = async ({ job }: Taken): Promise<Turn> => {
    if (job.key === "bad") throw new Error("bad");
    return { finish: result };
  };
  const worker = startWorker({ queue, clock, concurrency: 1, onError: (error) => errors.push(error), turn });
  queue.add("bad");
  queue.add("good");
  await untilFinished(1);
  expect(errors).toHaveLength(1);
  await worker.stop();
});

test("a result that the database does not take is written down when it takes it", async () => {
  const clock = new TestClock(0);
  const { queue, finished, untilFinished } = memory(clock);
  const refused = Promise.withResolvers<void>();
  const { finish } = queue;
  queue.finish = async () => {
    queue.finish = finish;
    refused.resolve();
    throw new Error("the disk is full");
  };
  let turns = 0;
  const turn = async (): Promise<Turn> => {
    turns++;
    return { finish: result };
  };
  const worker = startWorker({ queue, clock, concurrency: 1, onError: () => {}, turn });
  queue.add("a");
  await refused.promise;
  expect(finished).toEqual([]);
  await clock.tick(1000);
  await untilFinished(1);
  expect(turns).toBe(1);
  await worker.stop();
});
