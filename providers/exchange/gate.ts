/** Lets a bounded number of calls through at once, and nobody for as long as Exchange asks to wait. */
export interface Gate {
  pass: <Done>(call: () => Promise<Done>) => Promise<Done>;
  shut: (milliseconds: number) => void;
}

/** A gate for `most` calls at once. */
export function createGate(most: number, wait: (milliseconds: number) => Promise<void>): Gate {
  let free = most;
  const queue: (() => void)[] = [];
  let opening: Promise<unknown> = Promise.resolve();

  async function enter(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => void queue.push(resolve));
    for (let seen: typeof opening | undefined; seen !== opening;) await (seen = opening);
  }

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  }

  return {
    pass: async (call) => {
      await enter();
      try {
        return await call();
      } finally {
        leave();
      }
    },
    shut: (milliseconds) => void (opening = Promise.all([opening, wait(milliseconds)])),
  };
}
