import type { Command } from "commander";
import { startMain } from "./start.ts";

/** `siu run`: the daemon in the foreground; it takes its settings from `siu publish`. */
export function command(empty: Command): Command {
  return empty
    .option("--data <folder>", "the queue's folder; one daemon per folder (SIU_DATA)")
    .option("--http-port <number>", "port of health, settings and messages on loopback (SIU_HTTP_PORT)")
    .option("--json", "print the ports as one line of JSON when ready")
    .addHelpText("after", "\nExample:\n  SIU_TOKEN=... npx siu run --data /var/lib/siu")
    .action(async (options: { data?: string; httpPort?: string; json?: true }) => {
      process.exitCode = await startMain("reconciler/main.ts", options.json ? ["--json"] : [], {
        ...process.env,
        ...(options.data === undefined ? {} : { SIU_DATA: options.data }),
        ...(options.httpPort === undefined ? {} : { SIU_HTTP_PORT: options.httpPort }),
      });
    });
}
