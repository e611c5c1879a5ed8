/** Does one piece of work after the other for each key; the keys do not wait for each other. */
export type InTurn = <Result>(key: string, work: () => Result | Promise<Result>) => Promise<Result>;

/** A queue for each key: what a piece of work checked is still true when it writes. Failed work lets the next one go on. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const result = (last.get(key) ?? Promise.resolve()).then(work);
    // The one who asked hears of the failure.
    const over = result.catch(() => undefined);
    last.set(key, over);
    return result;
  };
}
