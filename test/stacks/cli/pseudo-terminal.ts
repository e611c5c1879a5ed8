import { stripVTControlCharacters } from "node:util";
import { spawn } from "@lydell/node-pty";
import { onTestFailed, onTestFinished } from "vitest";
import { main } from "./siu.ts";

/** A program at a terminal, and somebody in front of it. */
export interface Session {
  /** Waits until something stands on the screen that was not there at the last key. */
  sees: (text: string) => Promise<void>;
  /** Types, and lets what was seen so far be past. */
  types: (keys: string) => void;
  /** Waits for a question, then types an answer and Enter. */
  answers: (question: string, keys?: string) => Promise<void>;
  /** Everything that was on the screen. */
  screen: () => string;
  /** The same with its colours and movements. */
  raw: () => string;
  /** The exit code. */
  ended: Promise<number>;
}

/** Keys that have no character. */
export const keys = { enter: "\r", escape: "\u001B", up: "\u001B[A", down: "\u001B[B", interrupt: "\u0003" };

/** Runs `siu` in a real pseudo-terminal. */
export function atTerminal(args: string[], environment?: Record<string, string>): Session {
  return inTerminal(process.execPath, [main, ...args], environment);
}

/** Runs a program in a real pseudo-terminal, wide enough that no line breaks; of a test that fails it shows where it stood. */
export function inTerminal(
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Session {
  // Whoever runs the tests may have said something about colours; a terminal has not.
  const env = { ...process.env, CI: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined, ...environment };
  const child = spawn(program, args, {
    cols: 250,
    rows: 60,
    name: "xterm-256color",
    // A variable without a value would be passed on as the text "undefined".
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
  });
  let text = "";
  let past = 0;
  let wake = (): void => {};
  let over = false;
  let awaited = "";
  child.onData((chunk) => {
    text += chunk;
    wake();
  });
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      over = true;
      wake();
      resolve(exitCode);
    });
  });
  onTestFinished(() => (over ? undefined : child.kill("SIGKILL")));
  onTestFailed(() => console.error(`waiting for '${awaited}' at:\n${seen().slice(-1_500)}`));
  const seen = (): string => stripVTControlCharacters(text);
  const sees = async (wanted: string): Promise<void> => {
    awaited = wanted;
    while (!seen().slice(past).includes(wanted)) {
      if (over) throw new Error(`'${wanted}' never came.`);
      await new Promise<void>((resolve) => void (wake = resolve));
    }
  };
  const types = (typed: string): void => {
    past = seen().length;
    child.write(typed);
  };
  return {
    sees,
    types,
    answers: async (question, typed = "") => {
      await sees(question);
      types(typed + keys.enter);
    },
    screen: seen,
    raw: () => text,
    ended,
  };
}
