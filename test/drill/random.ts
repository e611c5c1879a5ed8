/** A source of chance that a seed repeats. */
export interface Random {
  /** From 0 (inclusive) to 1. */
  next: () => number;
  /** A whole number from 0 to below `limit`. */
  below: (limit: number) => number;
  /** One of several; @throws RangeError of none */
  pick: <T>(several: readonly T[]) => T;
}

/** Mulberry32: 32 bits of state, the same numbers for the same seed everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (several) => {
      const index = below(several.length);
      if (!(index in several)) throw new RangeError("There is nothing to pick from.");
      return several[index] as (typeof several)[number];
    },
  };
}
