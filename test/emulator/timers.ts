/** Does something once, after so many milliseconds of the organization's clock; answers how to call it off. */
export type After = (milliseconds: number, work: () => void) => () => void;

/** The clock on the wall. What it is to do later keeps no process alive. */
export const realTime: After = (milliseconds, work) => {
  const timer = setTimeout(work, milliseconds).unref();
  return () => clearTimeout(timer);
};
