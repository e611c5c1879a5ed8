import type { After } from "./timers.ts";

/** A clock that stands still until a test moves it: `now` and `after` are options of an organization. */
export interface ManualClock {
  now: () => number;
  after: After;
  /** Moves the clock; what falls due on the way is done in order, each at its time. */
  pass: (milliseconds: number) => void;
  /** How long it is, in milliseconds, until each thing that is still to be done. */
  waiting: () => number[];
}

/** Starts at a time (milliseconds since 1970; 2026-11-25 unless told). */
export function createManualClock(start = Date.UTC(2026, 10, 25)): ManualClock {
  let time = start;
  const due = new Set<{ at: number; work: () => void }>();
  return {
    now: () => time,
    after: (milliseconds, work) => {
      const one = { at: time + milliseconds, work };
      due.add(one);
      return () => void due.delete(one);
    },
    pass: (milliseconds) => {
      const end = time + milliseconds;
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
        if (!next) break;
        due.delete(next);
        time = Math.max(time, next.at);
        next.work();
      }
      time = end;
    },
    waiting: () => [...due].map(({ at }) => at - time).toSorted((one, other) => one - other),
  };
}
