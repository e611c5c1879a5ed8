import { InvalidArgumentError, type Command } from "commander";
import { openDaemon } from "../../providers/daemon.ts";
import { desired } from "../../providers/desired.ts";
import { openDns } from "../../providers/doctor/dns.ts";
import { examine } from "../../providers/doctor/examine.ts";
import { greet, type Listening } from "../../providers/doctor/listener.ts";
import { looked, reportOf, type Report } from "../../providers/doctor/report.ts";
import { ConfigError, problemText } from "../config/problem.ts";
import { resolve, resolveNames } from "../config/references.ts";
import { settingsOf } from "../config/settings.ts";
import { reportText } from "./doctor/text.ts";
import { exitCodes } from "./exit.ts";
import { sourcesOf } from "./sources.ts";
import { readStack } from "./stack.ts";
import { withWorld } from "./world.ts";

interface Options {
  mailbox?: string;
  listener?: Listener;
  resolver?: string[];
  publish?: true;
  json?: true;
}

/** `siu doctor <stack>`: the manuals' checklist and the lints (docs/doctor.md). Changes nothing. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("--mailbox <upn>", "try the right on this mailbox instead of a sender's")
    .option("--listener <host:port>", "where the daemon's listener is reached from here, or none", listener)
    .option("--resolver <address...>", "DNS servers to ask instead of this machine's own")
    .option("--publish", "show the report on the daemon's status page, too (daemon.url, daemon.token)")
    .option("--json", "print the report as one line of JSON")
    .addHelpText(
      "after",
      "\nExample:\n  npx siu doctor prod\n  npx siu doctor prod --mailbox anna@example.com\n\nEvery step and every code is explained in docs/doctor.md.",
    )
    .action(async (stack: string, options: Options) => {
      const report = await reportOn(stack, options);
      if (options.publish) await publish(stack, report);
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
      process.exitCode = report.healthy ? exitCodes.done : exitCodes.failed;
    });
}

async function publish(stack: string, report: Report): Promise<void> {
  const { url, token = process.env["SIU_TOKEN"] } = resolve(
    (await readStack(stack)).config.daemon,
    sourcesOf(stack),
  );
  if (url === undefined || token === undefined)
    throw new Error("Where is the daemon? Name it in the stack: daemon.url and daemon.token.");
  await openDaemon({ url, token }).report("doctor", report);
}

async function reportOn(stack: string, options: Options): Promise<Report> {
  try {
    return await withWorld(stack, (world, written) => {
      const sources = sourcesOf(stack);
      const named = resolveNames(written, sources);
      const { mailbox } = options;
      const config =
        mailbox === undefined
          ? named
          : { ...named, impersonation: { ...named.impersonation, testMailbox: mailbox } };
      return examine({
        config,
        stack,
        world,
        mailbox,
        settings: settingsOf(written),
        resources: desired(config, stack, world.now()),
        listen: listenAt(options.listener),
        dns: openDns(options.resolver),
        platform: process.platform,
        resolved: (reference) => resolve(reference, sources),
      });
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const step = looked("configuration", `stacks/${stack}.yaml`, error.problems.map(problemText));
    return reportOf(stack, Date.now(), [step], []);
  }
}

type Listener = "none" | { host: string; port: number };

function listener(value: string): Listener {
  if (value === "none") return value;
  const [, host = "", port] = /^(.+):(\d+)$/.exec(value) ?? [];
  if (host === "") throw new InvalidArgumentError("Say host:port, or none.");
  return { host, port: Number(port) };
}

/** How a listener is tried: under its own name on port 25, unless it is elsewhere for this machine, or nobody is to try. */
function listenAt(at: Listener | undefined): ((host: string) => Promise<Listening>) | undefined {
  if (at === "none") return undefined;
  return (host) => (at ? greet(at.host, at.port) : greet(host, 25));
}
