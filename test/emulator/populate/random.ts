/** A stream of numbers that depends on its seeds alone. */
export interface Random {
  /** A whole number from 0 up to (not including) `limit`. */
  below: (limit: number) => number;
  /** One of a list. @throws Error when the list is empty */
  pick: <Each>(list: readonly Each[]) => Each;
  /** True in about `share` of the cases (0 to 1). */
  chance: (share: number) => boolean;
}

/** A generator (mulberry32) for the given seeds: the same seeds give the same numbers in every process. */
export function random(...seeds: number[]): Random {
  let state = seeds.reduce((mixed, seed) => scramble(mixed ^ Math.imul(seed + 1, 0x9e3779b1)), 0x51f15e);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return (scramble(state) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick: (list) => {
      const found = list[below(list.length)];
      if (found === undefined) throw new Error("Nothing can be picked from an empty list.");
      return found;
    },
  };
}

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), 1 | value);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
  return mixed ^ (mixed >>> 14);
}
