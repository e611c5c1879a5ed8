import { existsSync, readFileSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { problemText } from "../config/problem.ts";
import { resolve } from "../config/references.ts";
import { pulumi, type Ran } from "./pulumi-process.ts";
import { readStack } from "./stack.ts";
import { localState, locksOf, robustState } from "./state.ts";
import { terminal, toUnlock } from "./unlock.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * `siu preview|up|destroy <stack>` and `siu pulumi <stack> <anything>`: the Pulumi CLI on a stack of this project;
 * preview and up look at Exchange first (`--refresh=false` keeps them from it).
 * Where the environment names no backend, state lives in `.siu/<stack>/state` and is encrypted with
 * `.siu/<stack>/passphrase`, made on first use.
 */
export function pulumiCommand(verb?: "preview" | "up" | "destroy"): (empty: Command) => Command {
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
function refreshing(verb: string, rest: string[]): string[] {
  return verb === "destroy" || rest.some((word) => /^(-r|--refresh)(=|$)/.test(word)) ? [] : ["--refresh"];
}

/**
 * Runs the CLI on a stack, which is made when it does not exist; answers its exit code.
 * @throws ConfigError | UnresolvedReferences before anything is made
 */
async function onStack(stack: string, verb: string | undefined, rest: string[]): Promise<number> {
  if (!existsSync(join(root, "stacks", `${stack}.yaml`))) {
    throw new Error(`There is no stacks/${stack}.yaml. Copy stacks/example.yaml to it and edit that.`);
  }
  if (verb !== undefined) await check(stack);
  const given = { PULUMI_SKIP_UPDATE_CHECK: "true", ...process.env, ...(await localState(stack)) };
  const environment = { ...given, ...robustState(given) };
  const select = ["stack", "select", stack, "--create", "--non-interactive"];
  const selected = await pulumi(select, environment, true);
  if (selected.code !== 0) return selected.code;
  const unlock = (): Promise<Ran> =>
    pulumi(["cancel", "--yes", "--non-interactive", "--stack", stack], environment, true);
  const ask = rest.some((word) => /^(-y|--yes|--non-interactive)$/.test(word)) ? undefined : terminal();
  if (verb !== undefined && (await toUnlock(locksOf(environment, stack), stack, ask))) await unlock();
  const args = verb === undefined ? rest : [verb, ...refreshing(verb, rest), ...rest];
  const { code, pid, killed } = await pulumi([...args, "--stack", stack], environment);
  const locks = code === 0 ? [] : locksOf(environment, stack);
  // Pulumi dies on a signal that comes in its first moments, and leaves its lock; nobody else holds this one.
  if (killed && locks.some((lock) => lock.pid === pid)) await unlock();
  else if (locks.length > 0) {
    process.stderr.write(
      `siu: the state of '${stack}' is locked. If another run is going on, wait for it; ` +
        `if one was killed, unlock it: npx siu pulumi ${stack} cancel --yes\n`,
    );
  }
  return code;
}

/** Every mistake of the file, and every reference of connections and daemon that leads nowhere, before Pulumi starts. */
async function check(stack: string): Promise<void> {
  const { config, warnings } = await readStack(join(root, "stacks", `${stack}.yaml`));
  for (const warning of warnings) process.stderr.write(`warning: ${problemText(warning)}\n`);
  const { connections, daemon } = config;
  const readFile = (path: string): string => readFileSync(resolvePath(root, path), "utf8");
  // Pulumi's own configuration is read by the program; here it counts as found.
  resolve({ connections, daemon }, { env: process.env, readFile, config: (key) => key });
}
