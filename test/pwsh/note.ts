import { appendFileSync } from "node:fs";

/** Tells a test what became of this process: a line in the file that STAND_IN_LOG names, where there is one. */
export function note(what: "started" | "closed"): void {
  const { STAND_IN_LOG: file } = process.env;
  if (file !== undefined) appendFileSync(file, `${what} ${process.pid}\n`);
}
