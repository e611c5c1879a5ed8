/** Work that waits its turn, or its time. */
export interface Queue<Entry> {
  /** `delay` in milliseconds. */
  add: (entry: Entry, delay?: number) => void;
  /** Resolves when nothing is worked on and nothing waits. */
  idle: () => Promise<void>;
  /** Forgets what waits; what is worked on comes to its end. */
  close: () => void;
}

/** A queue in memory whose entries are worked on at once and side by side; `work` may add more, and must not throw. */
export function createQueue<Entry>(work: (entry: Entry) => Promise<void>): Queue<Entry> {
  const timers = new Set<NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let open = 0;
  let closed = false;
  const release = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    add: (entry, delay = 0) => {
      if (closed) return;
      open += 1;
      const timer = setTimeout(() => {
        timers.delete(timer);
        void work(entry).finally(() => {
          open -= 1;
          if (open === 0) release();
        });
      }, delay);
      timers.add(timer);
    },
    idle: () => (open === 0 || closed ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      release();
    },
  };
}
