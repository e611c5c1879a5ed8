import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { openDaemon } from "../../providers/daemon.ts";
import { resolve } from "../config/references.ts";
import { settingsOf } from "../config/settings.ts";
import { exitCodes } from "./exit.ts";
import { readStack } from "./stack.ts";
import { verdict } from "./terminal.ts";

/** `siu publish <stack>`: sends the stack's settings to the daemon, which takes them over without a restart. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name (stacks/<stack>.yaml), or a file")
    .option("--url <address>", "the daemon's address; otherwise daemon.url of the stack")
    .option("--json", "print where the settings went, and what the daemon says of them, as one line of JSON")
    .addHelpText(
      "after",
      "\nThe token comes from SIU_TOKEN, or from daemon.token of the stack.\n\nExample:\n  npx siu publish prod",
    )
    .action(async (stack: string, options: { url?: string; json?: true }) => {
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
      const to = openDaemon({ url, token });
      await to.put(settingsOf(config), await to.settings());
      const problems = await to.problems();
      if (problems !== undefined) process.exitCode = exitCodes.failed;
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ ok: problems === undefined, url, problems })}\n`);
        return;
      }
      process.stdout.write(`${verdict("good", `${stack}: the daemon at ${url} has the settings`)}\n`);
      if (problems !== undefined)
        process.stderr.write(`siu: but it cannot work with them yet:\n${problems}\n`);
    });
}
