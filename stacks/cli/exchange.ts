import type { Command } from "commander";
import { startMain } from "./start.ts";

/** `siu exchange`: the embedded Exchange in the foreground until Ctrl-C. */
export function command(empty: Command): Command {
  return empty
    .option("--port <number>", "port of the HTTPS endpoints (0: any free one)", "0")
    .option("--data <folder>", "keep the organization in this folder between runs")
    .option("--hybrid", "an on-premises side and an online side")
    .option("--host <name=address...>", "where a host name leads, in the place of DNS")
    .option("--json", "print the endpoints as one line of JSON")
    .addHelpText("after", "\nExample:\n  npx siu exchange --hybrid --data .siu/exchange")
    .action(async (options: { port: string; data?: string; hybrid?: true; host?: string[]; json?: true }) => {
      process.exitCode = await startMain(
        "test/emulator/main.ts",
        [
          "--port",
          options.port,
          options.hybrid ? "--hybrid" : "--on-premises",
          ...(options.data === undefined ? [] : ["--data", options.data]),
          ...(options.host ?? []).flatMap((host) => ["--host", host]),
          ...(options.json ? ["--json"] : []),
        ],
        process.env,
      );
    });
}
