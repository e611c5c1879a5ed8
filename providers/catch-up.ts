import type { World } from "./kind.ts";

/** Milliseconds between readings while Exchange's directory catches up with a write. */
const pauses = [500, 1_000, 2_000, 4_000, 8_000];

/** Looks until there is an answer or patience ends. */
export async function caughtUp<T>(world: Pick<World, "wait">, look: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    const seen = await look();
    if (seen) return seen;
    await world.wait(pause);
  }
  return look();
}
