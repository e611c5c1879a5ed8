import { setTimeout } from "node:timers/promises";

/** Starts a call for each, so many a second whether or not earlier ones are done; without a pace as soon as it can. */
export async function atPace<Each>(
  all: readonly Each[],
  call: (one: Each) => Promise<unknown>,
  perSecond = Infinity,
): Promise<void> {
  const began = performance.now();
  const calls: Promise<unknown>[] = [];
  for (const [index, one] of all.entries()) {
    const early = began + (index * 1000) / perSecond - performance.now();
    if (early > 0) await setTimeout(early);
    calls.push(call(one));
  }
  await Promise.all(calls);
}
