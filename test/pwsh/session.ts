import { called } from "./command.ts";
import { parse } from "./grammar.ts";
import type { Commands, Running, Switches } from "./running.ts";
import { statements, valueOf } from "./statement.ts";
import type { Value } from "./value.ts";

/**
 * A session of PowerShell: as much of the language as the product writes, and an error for everything beyond. Evaluates a tree of the
 * grammar; values behave as in PowerShell (what a pipeline writes is taken apart, names have no letter case). Answers how to run source,
 * which answers what it wrote. @throws Thrown, or Error for what is no PowerShell
 */
export function createSession(
  commands: Commands,
  switches: Switches,
  warn: (text: string) => void,
): (source: string) => Promise<Value[]> {
  const session: Running = {
    global: { variables: new Map(), warn },
    declared: new Map(),
    commands,
    switches,
    statements,
    valueOf,
  };
  return async (source) => called(session, parse(source), session.global);
}
