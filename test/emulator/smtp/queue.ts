import type { After } from "../timers.ts";

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
  /** Hears of every entry that came or went. */
  changed: (id: number) => void;
  after: After;
  /** May add more, and must not throw. */
  work: (entry: Entry) => Promise<void>;
}

/** A queue whose entries are worked on at once and side by side. An entry leaves when its work is done, so a crash repeats work and loses none. */
export function createQueue<Entry>(options: QueueOptions<Entry>): Queue<Entry> {
  const { entries, nextId, changed, after, work } = options;
  const scheduled = new Set<() => void>();
  const waiting: (() => void)[] = [];
  let open = 0;
  let closed = false;
  const release = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const schedule = (id: number, entry: Entry, delay: number): void => {
    open += 1;
    const begin = (): void => {
      scheduled.delete(callOff);
      void work(entry).finally(() => {
        entries.delete(id);
        changed(id);
        open -= 1;
        if (open === 0) release();
      });
    };
    const callOff = delay > 0 ? after(delay, begin) : soon(begin);
    scheduled.add(callOff);
  };
  return {
    add: (entry, delay = 0) => {
      const id = nextId();
      entries.set(id, entry);
      changed(id);
      if (!closed) schedule(id, entry, delay);
    },
    resume: () => {
      for (const [id, entry] of entries) schedule(id, entry, 0);
    },
    idle: () => (open === 0 || closed ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () => {
      closed = true;
      for (const callOff of scheduled) callOff();
      release();
    },
  };
}

/** What waits for no time waits for no clock. */
function soon(work: () => void): () => void {
  const immediate = setImmediate(work);
  return () => clearImmediate(immediate);
}
