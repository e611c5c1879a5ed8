/** Work that waits its turn, or its time. */
export interface Queue<Entry> {
  /** `delay` in milliseconds. */
  add: (entry: Entry, delay?: number) => void;
  /** Works on what an earlier run of the organization left behind. */
  resume: () => void;
  /** Resolves when nothing is worked on and nothing waits. */
  idle: () => Promise<void>;
  /** Leaves what waits in its place; what is worked on comes to its end. */
  close: () => void;
}

/** Where entries are kept until their work is done. */
export interface QueueOptions<Entry> {
  /** By number, in the order in which they came; plain data that outlives the process. */
  entries: Map<number, Entry>;
  nextId: () => number;
  /** Hears of every change of `entries`. */
  changed: () => void;
  /** May add more, and must not throw. */
  work: (entry: Entry) => Promise<void>;
}

/** A queue whose entries are worked on at once and side by side. An entry leaves when its work is done, so a crash repeats work and loses none. */
export function createQueue<Entry>(options: QueueOptions<Entry>): Queue<Entry> {
  const { entries, nextId, changed, work } = options;
  const timers = new Set<NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let open = 0;
  let closed = false;
  const release = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const schedule = (id: number, entry: Entry, delay: number): void => {
    open += 1;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void work(entry).finally(() => {
        entries.delete(id);
        changed();
        open -= 1;
        if (open === 0) release();
      });
    }, delay);
    timers.add(timer);
  };
  return {
    add: (entry, delay = 0) => {
      const id = nextId();
      entries.set(id, entry);
      changed();
      if (!closed) schedule(id, entry, delay);
    },
    resume: () => {
      for (const [id, entry] of entries) schedule(id, entry, 0);
    },
    idle: () => (open === 0 || closed ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      release();
    },
  };
}
