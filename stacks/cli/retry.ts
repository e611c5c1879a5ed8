import type { Command } from "commander";
import { type DaemonOptions, onDaemon, openDaemon, tokenHelp } from "./daemon.ts";
import { exitCodes } from "./exit.ts";
import { bracketed } from "./messages.ts";

/** `siu retry`: makes failed messages due again, with a new deadline. */
export function command(empty: Command): Command {
  return onDaemon(empty)
    .argument("[id...]", "Message-IDs, or keys as `siu messages --json` prints them")
    .option("--all", "every message that failed")
    .option("--reason <reason>", "every message that failed for this reason (docs/errors.md)")
    .option("--json", "print the keys as one line of JSON")
    .addHelpText("after", `${tokenHelp}\nExample:\n  npx siu retry --reason access-denied`)
    .action(async (ids: string[], options: DaemonOptions & { all?: true; reason?: string; json?: true }) => {
      const query = new URLSearchParams();
      for (const id of ids) query.append("id", bracketed(id));
      if (options.reason !== undefined) query.set("reason", options.reason);
      if (options.all) query.set("all", "");
      if (query.size === 0) throw new Error("Which messages? Name them, or say --all or --reason.");
      const ask = await openDaemon(options, process.env);
      const { retried } = await ask<{ retried: string[] }>(`/messages/retry?${query}`, "POST");
      if (retried.length < ids.length) process.exitCode = exitCodes.failed;
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ retried })}\n`);
        return;
      }
      process.stdout.write(`${retried.length} message${retried.length === 1 ? "" : "s"} to be tried again\n`);
      if (retried.length < ids.length)
        process.stderr.write(
          "siu: the others did not fail, or their copies are not kept any more (daemon.keepDays.failed)\n",
        );
    });
}
