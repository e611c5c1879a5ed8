/**
 * Does something that a signal ends in order: Ctrl-C of a terminal reaches Pulumi by itself (twice would kill it), any other signal is
 * handed on. What is under way is finished, and no lock stays behind.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    process.stderr.write("siu: stopping; what is under way is finished first\n");
    if (!process.stdin.isTTY) controller.abort();
  };
  const onTerminate = (): void => controller.abort();
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  }
}
