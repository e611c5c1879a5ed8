import type { Command } from "commander";
import { pulumi, type Ran } from "./pulumi-process.ts";
import { ready } from "./ready.ts";
import { lockedText, locksOf } from "./state.ts";
import { terminal, toUnlock } from "./unlock.ts";

/**
 * `siu preview|up <stack>` and `siu pulumi <stack> <anything>`: the Pulumi CLI on a stack of this project, with all its options;
 * preview and up look at Exchange first (`--refresh=false` keeps them from it).
 */
export function pulumiCommand(verb?: "preview" | "up"): (empty: Command) => Command {
  return (empty) =>
    empty
      .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
      .argument("[arguments...]", "handed on to Pulumi")
      .allowUnknownOption()
      .passThroughOptions()
      .addHelpText("after", `\nExample:\n  npx siu ${verb ? `${verb} prod` : "pulumi prod stack export"}`)
      .action(async (stack: string, rest: string[]) => {
        process.exitCode = await onStack(stack, verb, rest);
      });
}

/** Pulumi alone compares with its memory of the last run; what counts here is Exchange as it is now. */
function refreshing(rest: string[]): string[] {
  return rest.some((word) => /^(-r|--refresh)(=|$)/.test(word)) ? [] : ["--refresh"];
}

/**
 * Runs the CLI on a stack, which is made when it does not exist; answers its exit code.
 * @throws ConfigError | UnresolvedReferences before anything is made
 */
async function onStack(stack: string, verb: string | undefined, rest: string[]): Promise<number> {
  const environment = await ready(stack, verb !== undefined);
  const select = ["stack", "select", stack, "--create", "--non-interactive"];
  const selected = await pulumi(select, environment, true);
  if (selected.code !== 0) return selected.code;
  const unlock = (): Promise<Ran> =>
    pulumi(["cancel", "--yes", "--non-interactive", "--stack", stack], environment, true);
  const ask = rest.some((word) => /^(-y|--yes|--non-interactive)$/.test(word)) ? undefined : terminal();
  if (verb !== undefined && (await toUnlock(locksOf(environment, stack), stack, ask))) await unlock();
  const args = verb === undefined ? rest : [verb, ...refreshing(rest), ...rest];
  const { code, pid, killed } = await pulumi([...args, "--stack", stack], environment);
  const locks = code === 0 ? [] : locksOf(environment, stack);
  // Pulumi dies on a signal that comes in its first moments, and leaves its lock; nobody else holds this one.
  if (killed && locks.some((lock) => lock.pid === pid)) await unlock();
  else if (locks.length > 0) {
    process.stderr.write(`${lockedText(stack)}\n`);
  }
  return code;
}
