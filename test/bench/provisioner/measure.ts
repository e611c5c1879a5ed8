import { createDeployment, type Deployment } from "../../providers/deployment.ts";
import { startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { overPowerShell } from "../../providers/powershell-deployment.ts";
import { wantedOf } from "../../providers/stack.ts";
import { populationOf } from "../../emulator/populate/people.ts";
import { sideOf } from "../../emulator/store.ts";
import { round } from "../exchange/figures.ts";
import { asked, type Asked } from "./asked.ts";
import { each, withRules } from "./stack.ts";

/** A run of the CLI, measured. */
export interface Run {
  run: string;
  resources: number;
  seconds: number;
  sessions: number;
  reads: number;
  writes: number;
  /** How often a noun was read by its bulk reading, at most. */
  readsPerNoun: number;
  cmdlets: Asked;
}

/** The adapter over which cmdlets run; PowerShell is the stand-in. */
export type Via = "rest" | "powershell";

export const runs = {
  up: ["up", "--yes", "--skip-preview"],
  preview: ["preview", "--refresh", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

/** A deployed stack of about so many resources. */
export interface Stack {
  embedded: Embedded;
  resources: number;
  run: (...args: readonly string[]) => Promise<Run>;
  close: () => Promise<void>;
}

/** Makes the stack, and deploys nothing yet. */
export async function openStack(count: number, via: Via): Promise<Stack> {
  const embedded = await startEmbedded("hybrid", { population: populationOf(true, Math.max(30, count)) });
  const deployment = await (via === "rest"
    ? createDeployment("demo", embedded.environment)
    : overPowerShell("demo", embedded));
  const mailboxes = [...sideOf(embedded.emulator.organization, "online").recipients.values()]
    .filter(({ type }) => type === "UserMailbox" || type === "MailUser")
    .map(({ primarySmtpAddress }) => primarySmtpAddress);
  const others = wantedOf("demo", embedded).length - each.people;
  const pairs = Math.max(1, Math.round((count - others) / (each.people + each.groups)));
  const change = withRules({ people: pairs, groups: pairs }, mailboxes);
  await deployment.edit("stacks/demo.yaml", change);
  const resources = wantedOf("demo", embedded, change).length;
  return {
    embedded,
    resources,
    run: (...args) => measured(embedded, deployment, args, resources),
    close: async () => {
      await deployment.close();
      await embedded.close();
    },
  };
}

/** Seconds of a first `up` and of one without changes, with as many resources of a shared shell that does nothing. */
export async function measureEmpty(resources: number): Promise<{ first: number; again: number }> {
  const embedded = await startEmbedded("hybrid");
  const deployment = await createDeployment("demo", embedded.environment);
  try {
    await deployment.edit("stacks/index.ts", () => emptyProgram(resources));
    const run = async (): Promise<number> =>
      (await measured(embedded, deployment, runs.up, resources)).seconds;
    return { first: await run(), again: await run() };
  } finally {
    await deployment.close();
    await embedded.close();
  }
}

function emptyProgram(resources: number): string {
  return `import * as pulumi from "@pulumi/pulumi";
const shell = {
  create: async (inputs) => ({ id: inputs.name, outs: inputs }),
  diff: async () => ({ changes: false }),
};
class Nothing extends pulumi.dynamic.Resource {
  constructor(name) {
    super(shell, name, { name });
  }
}
for (let index = 0; index < ${resources}; index++) new Nothing("nothing-" + index);
`;
}

async function measured(
  embedded: Embedded,
  deployment: Deployment,
  args: readonly string[],
  resources: number,
): Promise<Run> {
  const from = performance.now();
  const { done, cmdlets } = await asked(embedded.emulator.organization, () => deployment.pulumi(...args));
  if (done.code !== 0) throw new Error(done.output);
  const counts = Object.entries(cmdlets);
  const sum = (what: RegExp): number =>
    counts.reduce((all, [name, times]) => (what.test(name) ? all + times : all), 0);
  return {
    run: args.join(" "),
    resources,
    seconds: round((performance.now() - from) / 1000),
    sessions: sum(/^token$/),
    reads: sum(/ (Get|Test)-/),
    writes: sum(/ (?!Get-|Test-)/),
    readsPerNoun: Math.max(0, ...counts.map(([name, times]) => (/ Get-/.test(name) ? times : 0))),
    cmdlets,
  };
}
