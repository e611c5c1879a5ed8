import { hostname } from "node:os";
import { createInterface } from "node:readline/promises";
import { isLeftOver, type Lock } from "./state.ts";

/** Asks somebody at a terminal, and answers what was typed. */
export type Ask = (question: string) => Promise<string>;

/** A question at this process's terminal; undefined where nobody sits at one. */
export function terminal(): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  };
}

/**
 * Whether a state is to be unlocked before a run: somebody at a terminal decides; without one only what is provably left over goes,
 * because two runs at once would write over each other's state.
 */
export async function toUnlock(
  locks: readonly Lock[],
  stack: string,
  ask: Ask | undefined,
): Promise<boolean> {
  if (locks.length === 0) return false;
  const leftOver = locks.every(isLeftOver);
  if (ask) {
    const holders = locks.map(holderOf).join(", ");
    const question = leftOver
      ? `The state of '${stack}' is locked by ${holders}: a killed run left it so. Unlock it? [Y/n] `
      : `The state of '${stack}' is locked by ${holders}, which may still be at work. Unlock it all the same? [y/N] `;
    return (leftOver ? /^(y(es)?)?$/i : /^y(es)?$/i).test((await ask(question)).trim());
  }
  if (leftOver) process.stderr.write(`siu: a killed run left the state of '${stack}' locked; unlocking it\n`);
  return leftOver;
}

function holderOf({ pid, hostname: host, timestamp }: Lock): string {
  const place = host === hostname() ? "" : ` on ${host}`;
  return `process ${pid}${place}${timestamp === undefined ? "" : ` since ${timestamp}`}`;
}
