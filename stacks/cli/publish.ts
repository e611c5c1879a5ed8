import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { fetch } from "undici";
import { resolve } from "../config/references.ts";
import { settingsOf } from "../config/settings.ts";
import { exitCodes } from "./exit.ts";
import { readStack } from "./stack.ts";

/** `siu publish <stack>`: sends the stack's settings to the daemon, which takes them over without a restart. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name (stacks/<stack>.yaml), or a file")
    .option("--url <address>", "the daemon's address; otherwise daemon.url of the stack")
    .addHelpText(
      "after",
      "\nThe token comes from SIU_TOKEN, or from daemon.token of the stack.\n\nExample:\n  npx siu publish prod",
    )
    .action(async (stack: string, options: { url?: string }) => {
      const { config } = await readStack(stack);
      const daemon = resolve(config.daemon, {
        env: process.env,
        readFile: (path) => readFileSync(path, "utf8"),
      });
      const url = options.url ?? daemon.url;
      const token = process.env["SIU_TOKEN"] ?? daemon.token;
      if (url === undefined) throw new Error("Where is the daemon? Say --url, or daemon.url in the stack.");
      if (token === undefined)
        throw new Error("Set SIU_TOKEN to the daemon's token, or daemon.token in the stack.");
      await put(url, token, settingsOf(config));
      process.stdout.write(`${stack}: the daemon at ${url} has the settings\n`);
      const problems = await problemsOf(url);
      if (problems === undefined) return;
      process.stderr.write(`siu: but it cannot work with them yet:\n${problems}`);
      process.exitCode = exitCodes.failed;
    });
}

async function put(url: string, token: string, settings: object): Promise<void> {
  const address = new URL("/settings", url);
  const authorization = `Bearer ${token}`;
  const unreachable = (cause: unknown): never => {
    throw new Error(`The daemon at ${url} does not answer. Is it running (npx siu run)?`, { cause });
  };
  const now = await fetch(address, { headers: { authorization } }).catch(unreachable);
  await now.body?.cancel();
  const version = now.headers.get("etag");
  const answer = await fetch(address, {
    method: "PUT",
    headers: {
      authorization,
      "content-type": "application/json",
      ...(version === null ? { "if-none-match": "*" } : { "if-match": version }),
    },
    body: JSON.stringify(settings),
  }).catch(unreachable);
  if (!answer.ok) {
    throw new Error(
      `The daemon at ${url} refused the settings (HTTP ${answer.status}): ${await answer.text()}`,
    );
  }
}

/** Why the daemon cannot work, in sentences; undefined when it can. */
async function problemsOf(url: string): Promise<string | undefined> {
  const answer = await fetch(new URL("/readyz", url));
  const text = await answer.text();
  return answer.ok ? undefined : text;
}
