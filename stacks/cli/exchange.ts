import type { Command } from "commander";
import { startMain } from "./start.ts";

/** `siu exchange`: the embedded Exchange in the foreground until Ctrl-C. */
export function command(empty: Command): Command {
  return empty
    .option("--port <number>", "port of the HTTPS endpoints (0: any free one)", "0")
    .option("--data <folder>", "keep the organization in this folder between runs")
    .option("--hybrid", "an on-premises side and an online side")
    .option("--seed <file>", "people, groups and mail of a YAML or JSON file (a new organization only)")
    .option("--people <number>", "so many people (a new organization only)")
    .option("--items <number>", "so many made-up messages in each mailbox (a new organization only)")
    .option("--latency <ms>", "every HTTP answer takes so much longer")
    .option("--insecure-http", "plain HTTP on the printed URLs; only tokens stay on TLS")
    .option("--host <name=address...>", "where a host name leads, in the place of DNS")
    .option("--any-certificate", "notifications of Graph go to endpoints with any certificate")
    .option("--mail-advanced-from <date>", "when Graph begins to guard what sent messages say")
    .option("--json", "print the endpoints as one line of JSON")
    .addHelpText(
      "after",
      "\nExample:\n  npx siu exchange --hybrid --data .siu/exchange --people 50 --items 100",
    )
    .action(async (options: Options) => {
      process.exitCode = await startMain("test/emulator/main.ts", argumentsOf(options), process.env);
    });
}

interface Options {
  port: string;
  data?: string;
  hybrid?: true;
  seed?: string;
  people?: string;
  items?: string;
  latency?: string;
  insecureHttp?: true;
  anyCertificate?: true;
  mailAdvancedFrom?: string;
  host?: string[];
  json?: true;
}

/** Whoever has no mail of their own in mind gets some. */
const defaultItems = "25";

function argumentsOf({ seed, people, items, latency, data, ...options }: Options): string[] {
  const given = {
    data,
    seed,
    people,
    latency,
    "mail-advanced-from": options.mailAdvancedFrom,
    items: items ?? (seed === undefined ? defaultItems : undefined),
  };
  return [
    "--port",
    options.port,
    options.hybrid ? "--hybrid" : "--on-premises",
    // Made for people to work with at once; the demonstration provisions its own rights instead.
    "--grant",
    ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(options.host ?? []).flatMap((host) => ["--host", host]),
    ...(options.insecureHttp ? ["--insecure-http"] : []),
    ...(options.anyCertificate ? ["--any-certificate"] : []),
    ...(options.json ? ["--json"] : []),
  ];
}
