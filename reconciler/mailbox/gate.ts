/** Lets tasks through, a limited number at a time; keys take turns, so one busy mailbox does not hold up the others. */
export type Gate = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** A gate for `limit` tasks at once, `perKey` of one key. Tasks of one key start in the order in which they came. */
export function createGate(limit: number, perKey = limit): Gate {
  /** The keys in the order of their turns. */
  const waiting = new Map<string, (() => void)[]>();
  const running = new Map<string, number>();
  let total = 0;

  const count = (key: string, by: 1 | -1): void => {
    total += by;
    const now = (running.get(key) ?? 0) + by;
    if (now === 0) running.delete(key);
    else running.set(key, now);
  };

  const next = (): void => {
    if (total >= limit) return;
    const turn = waiting.entries().find(([key]) => (running.get(key) ?? 0) < perKey);
    if (turn === undefined) return;
    const [key, queue] = turn;
    const start = queue.shift();
    waiting.delete(key);
    if (queue.length > 0) waiting.set(key, queue);
    count(key, 1);
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
      count(key, -1);
      next();
    }
  };
}
