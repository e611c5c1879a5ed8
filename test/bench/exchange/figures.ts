/** Durations of single calls, in milliseconds. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** What repetitions of one measurement came to, smallest, middle and largest. */
export interface Spread {
  low: number;
  median: number;
  high: number;
}

/** @throws Error when nothing was measured */
export function latencyOf(milliseconds: readonly number[]): Latency {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  const at = (share: number): number => {
    const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    if (found === undefined) throw new Error("Nothing was measured.");
    return round(found);
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** @throws Error when nothing was measured */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, median, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (low === undefined || median === undefined || high === undefined)
    throw new Error("Nothing was measured.");
  return { low: round(low), median: round(median), high: round(high) };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** How long a call takes, in milliseconds. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

/** Calls a second that `workers` get done at once, each one call after the other, for some time. `call` gets the worker's number and the turn. */
export async function throughput(
  milliseconds: number,
  workers: number,
  call: (worker: number, turn: number) => Promise<void>,
): Promise<number> {
  const began = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let turn = 0; performance.now() - began < milliseconds; turn++) {
        await call(worker, turn);
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - began) / 1000);
}
