import { parseArgs } from "node:util";
import { populationOf } from "../emulator/populate/people.ts";
import { sideOf } from "../emulator/store.ts";
import { createDeployment, type Deployment } from "../providers/deployment.ts";
import { startEmbedded, type Embedded } from "../providers/embedded.ts";
import { wantedOf } from "../providers/stack.ts";
import { asked, type Asked } from "./provisioner/asked.ts";
import { each, withRules } from "./provisioner/stack.ts";

const usage = `npm run bench:provisioner -- [--resources N]

Deploys a stack of about so many resources (500) to the embedded Exchange with the real Pulumi CLI, runs it again, looks for drift,
and removes it. Prints a line of JSON for each: seconds, sessions and cmdlets that the server was asked for.`;

/** A run of the CLI, measured. */
interface Figures {
  run: string;
  resources: number;
  seconds: number;
  sessions: number;
  reads: number;
  writes: number;
  cmdlets: Asked;
}

async function measured(
  embedded: Embedded,
  deployment: Deployment,
  run: string[],
  resources: number,
): Promise<Figures> {
  const from = performance.now();
  const { done, cmdlets } = await asked(embedded.emulator.organization, () => deployment.pulumi(...run));
  if (done.code !== 0) throw new Error(done.output);
  const sum = (what: RegExp): number =>
    Object.entries(cmdlets).reduce((all, [name, times]) => (what.test(name) ? all + times : all), 0);
  return {
    run: run.join(" "),
    resources,
    seconds: Math.round((performance.now() - from) / 100) / 10,
    sessions: sum(/^token$/),
    reads: sum(/ (Get|Test)-/),
    writes: sum(/ (?!Get-|Test-)/),
    cmdlets,
  };
}

async function bench(count: number): Promise<void> {
  const embedded = await startEmbedded("hybrid", { population: populationOf(true, Math.max(30, count)) });
  try {
    const deployment = await createDeployment("demo", embedded.environment);
    try {
      const mailboxes = [...sideOf(embedded.emulator.organization, "online").recipients.values()]
        .filter(({ type }) => type === "UserMailbox" || type === "MailUser")
        .map(({ primarySmtpAddress }) => primarySmtpAddress);
      const others = wantedOf("demo", embedded).length - each.people;
      const pairs = Math.max(1, Math.round((count - others) / (each.people + each.groups)));
      const change = withRules({ people: pairs, groups: pairs }, mailboxes);
      await deployment.edit("stacks/demo.yaml", change);
      const resources = wantedOf("demo", embedded, change).length;
      for (const run of [
        ["up", "--yes", "--skip-preview"],
        ["up", "--yes", "--skip-preview"],
        ["preview", "--refresh", "--expect-no-changes"],
        ["destroy", "--yes", "--skip-preview"],
      ])
        process.stdout.write(`${JSON.stringify(await measured(embedded, deployment, run, resources))}\n`);
    } finally {
      await deployment.close();
    }
  } finally {
    await embedded.close();
  }
}

const { values } = parseArgs({
  options: { resources: { type: "string", default: "500" }, help: { type: "boolean", default: false } },
});
if (values.help) process.stdout.write(`${usage}\n`);
else await bench(Number(values.resources));
