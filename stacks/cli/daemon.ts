import { readFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { resolve } from "../config/references.ts";
import { readStack } from "./stack.ts";

/** Which daemon a command talks to. */
export interface DaemonOptions {
  url?: string;
  stack?: string;
}

/** Adds the options that say where the daemon is. */
export function onDaemon(command: Command): Command {
  return command
    .option("--stack <stack>", "the stack whose daemon it is (daemon.url, daemon.token)")
    .option("--url <address>", "the daemon's address (default: the one on this machine, port SIU_HTTP_PORT)");
}

/** What the text after the help says of it. */
export const tokenHelp =
  "\nThe token comes from SIU_TOKEN, from daemon.token of the stack, or from the data folder on the daemon's machine (SIU_DATA).\n";

/** Asks a daemon over its HTTP interface (docs/reconciler.md). @throws Error that says what to do */
export async function openDaemon(
  { url, stack }: DaemonOptions,
  env: NodeJS.ProcessEnv,
): Promise<<T>(path: string, method?: "GET" | "POST") => Promise<T>> {
  const readFile = (file: string): string => readFileSync(file, "utf8");
  const named: { url?: string; token?: string } =
    stack === undefined ? {} : resolve((await readStack(stack)).config.daemon, { env, readFile });
  const address = url ?? named.url ?? `http://127.0.0.1:${env["SIU_HTTP_PORT"] ?? 8420}`;
  const token = env["SIU_TOKEN"] ?? named.token ?? tokenOf(env, readFile);
  return async <T>(path: string, method: "GET" | "POST" = "GET"): Promise<T> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(new URL(path, address), { method, headers }).catch((cause: unknown) => {
      throw new Error(
        `The daemon at ${address} does not answer. Is it running (npx siu run)? Say --url or --stack where it is elsewhere.`,
        { cause },
      );
    });
    if (answer.status === 401)
      throw new Error(`The daemon at ${address} refused the token. Set SIU_TOKEN to the daemon's own.`);
    if (!answer.ok) throw new Error((await answer.text()).trim());
    return (await answer.json()) as T;
  };
}

function tokenOf(env: NodeJS.ProcessEnv, readFile: (file: string) => string): string {
  const file = env["SIU_TOKEN_FILE"] ?? path.join(env["SIU_DATA"] ?? ".siu/data", "token");
  try {
    return readFile(file).trim();
  } catch (cause) {
    throw new Error(`Set SIU_TOKEN to the daemon's token ('${file}' cannot be read).`, { cause });
  }
}
