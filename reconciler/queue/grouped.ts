/** Runs work in a transaction; what it throws undoes all of it. */
export type Transaction<Context> = <T>(work: (context: Context) => Promise<T>) => Promise<T>;

/** Pieces of work in one transaction at most: each waits for the whole. */
const most = 32;

/**
 * What is asked for while a transaction is under way runs together in the next one: a single commit reaches the disk for all of it.
 * Where that fails, each piece gets a transaction of its own; so work must be repeatable, and not wait for other work.
 */
export function grouped<Context>(transaction: Transaction<Context>): Transaction<Context> {
  type Piece = { run: (context: Context) => Promise<() => void>; fail: (error: unknown) => void };
  const waiting: Piece[] = [];
  let working = false;

  async function runAll(pieces: readonly Piece[]): Promise<void> {
    try {
      const settle = await transaction(async (context) => {
        const settle: (() => void)[] = [];
        for (const { run } of pieces) settle.push(await run(context));
        return settle;
      });
      settle.forEach((each) => each());
    } catch (error) {
      if (pieces.length === 1) pieces[0]?.fail(error);
      else for (const piece of pieces) await runAll([piece]);
    }
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    while (waiting.length > 0) await runAll(waiting.splice(0, most));
    working = false;
  }

  return (run) => {
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof run>>>();
    waiting.push({
      run: async (context) => {
        const result = await run(context);
        return () => resolve(result);
      },
      fail: reject,
    });
    void work();
    return promise;
  };
}
