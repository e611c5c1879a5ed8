import type { World } from "./kind.ts";

/** How long something is looked for again. */
export interface Span {
  /** Milliseconds: the first pause between two looks, doubled from then on up to the longest one; all of them together. */
  readonly first: number;
  readonly longest: number;
  readonly total: number;
  /** Hears of each pause before it. */
  readonly before?: (pause: number) => void;
}

/** Looks until there is an answer or the pauses have used up their span, after which it looks a last time. */
export async function lookUntil<T>(
  world: Pick<World, "wait">,
  look: () => Promise<T>,
  { first, longest, total, before }: Span,
): Promise<T> {
  let left = total;
  for (let next = first; ; next = Math.min(next * 2, longest)) {
    const seen = await look();
    const pause = Math.min(next, left);
    if (seen || pause <= 0) return seen;
    before?.(pause);
    await world.wait(pause);
    left -= pause;
  }
}

/** Looks until Exchange's directory has caught up with a write. */
export async function caughtUp<T>(world: Pick<World, "wait">, look: () => Promise<T>): Promise<T> {
  return lookUntil(world, look, { first: 500, longest: 8_000, total: 15_500 });
}
