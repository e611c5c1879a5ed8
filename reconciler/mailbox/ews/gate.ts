/** Lets tasks through, a limited number at a time; keys take turns, so one busy mailbox does not hold up the others. */
export type Gate = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** A gate for `limit` tasks at once. Tasks of one key start in the order in which they came. */
export function createGate(limit: number): Gate {
  /** The keys in the order of their turns. */
  const waiting = new Map<string, (() => void)[]>();
  let running = 0;

  const next = (): void => {
    const turn = waiting.entries().next().value;
    if (turn === undefined || running >= limit) return;
    const [key, queue] = turn;
    const start = queue.shift();
    waiting.delete(key);
    if (queue.length > 0) waiting.set(key, queue);
    running += 1;
    start?.();
  };

  return async (key, task) => {
    await new Promise<void>((start) => {
      const queue = waiting.get(key) ?? [];
      queue.push(start);
      waiting.set(key, queue);
      next();
    });
    try {
      return await task();
    } finally {
      running -= 1;
      next();
    }
  };
}
