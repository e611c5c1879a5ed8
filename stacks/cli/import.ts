import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Command } from "commander";
import { parse } from "yaml";
import { readOrganization, type Given, type Imported } from "../../providers/import/organization.ts";
import { parseConfig } from "../config/load.ts";
import { ConfigError, problemText, type Problem } from "../config/problem.ts";
import { openConnections } from "./connections.ts";
import { exitCodes } from "./exit.ts";
import { configOf, type Section } from "./init/config.ts";
import { given, withFlags } from "./init/options.ts";
import { account } from "./init/steps/account.ts";
import { connection } from "./init/steps/connection.ts";
import { organization } from "./init/steps/organization.ts";
import { textOf } from "./init/text.ts";
import { fromFlags, UnusableFlags } from "./init/walk.ts";
import { stackFile } from "./stack.ts";
import { paint, startProgress, verdict } from "./terminal.ts";

const example = `
Examples:
  npx siu import contoso --from connection.yaml
  npx siu import contoso --environment online --domain contoso.com --tenant contoso.onmicrosoft.com \\
    --tenant-id 5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10 --online-client-id 0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e

connection.yaml holds environment, organization and connections as docs/configuration.md has them, and whatever no server
tells (serviceAccount.password, daemon, connectors.propagationMinutes ...): what it says wins over what is found.`;

interface Options extends Readonly<Record<string, unknown>> {
  from?: string;
  json?: true;
}

/** `siu import <stack>`: writes a stack's file from the organization as it stands today. Exchange is only read. */
export function command(empty: Command): Command {
  empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml, which must not exist yet")
    .option("--from <file>", "YAML with the connections, instead of flags")
    .option("--json", "print file, text and remarks as one line of JSON")
    .addHelpText("after", example);
  return withFlags(empty, [organization, connection, account]).action(
    async (stack: string, options: Options) => {
      try {
        await write(stack, options);
      } catch (error) {
        if (error instanceof UnusableFlags) empty.error(error.message, { exitCode: exitCodes.usage });
        throw error;
      }
    },
  );
}

async function write(stack: string, options: Options): Promise<void> {
  const { path, file } = stackFile(stack);
  if (existsSync(path)) throw new Error(`${file} exists. Nothing was written: an import overwrites no file.`);
  const { config, remarks } = await read(basename(path, ".yaml"), await saidIn(options), options.json);
  const { text, warnings } = sayable(withSecrets(config), remarks, file);
  await writeFile(path, text, { flag: "wx" });
  const all = [...remarks, ...warnings.map(problemText)];
  if (options.json) return void process.stdout.write(`${JSON.stringify({ file, text, remarks: all })}\n`);
  for (const remark of all) process.stderr.write(`${verdict("warning", remark, process.stderr)}\n`);
  const next = ["check", "preview"].map((verb) => paint("bold", `  npx siu ${verb} ${stack}`));
  process.stdout.write(
    [verdict("good", `${file} is written; nothing else was touched.`), "Then:", ...next, ""].join("\n"),
  );
}

async function read(stack: string, from: Given, silent = false): Promise<Imported> {
  const progress = startProgress(silent);
  const world = await openConnections(stack, from, progress.keep);
  try {
    progress.step("Reading the organization");
    return await readOrganization(stack, from, world.on);
  } finally {
    progress.end();
    await world.close();
  }
}

/** What the operator says, by a file or by flags. @throws UnusableFlags */
async function saidIn(options: Options): Promise<Given> {
  if (options.from === undefined) {
    const flags = given(options);
    const asked = new Set<string>(account.steps.map(({ name }) => name));
    const some = Object.entries(flags);
    const steps = [...organization.steps, ...connection.steps];
    const reached = fromFlags(steps, Object.fromEntries(some.filter(([name]) => !asked.has(name))));
    return configOf({ ...reached, ...Object.fromEntries(some.filter(([name]) => asked.has(name))) }) as Given;
  }
  const said: unknown = parse(await readFile(options.from, "utf8"));
  if (typeof said === "object" && said !== null && "environment" in said && "organization" in said)
    return said as Given;
  throw new Error(`${options.from} has to hold environment, organization and connections.`);
}

/** The text, without rules that the configuration refuses (what Microsoft has retired): each is told. @throws ConfigError */
function sayable(config: Section, remarks: string[], file: string): { text: string; warnings: Problem[] } {
  const text = textOf(config, "import", remarks);
  try {
    return { text, warnings: parseConfig(text, { file }).warnings };
  } catch (error) {
    const problem = error instanceof ConfigError ? error.problems[0] : undefined;
    const index = /^transportRules\[(\d+)\]/.exec(problem?.path ?? "")?.[1];
    const rules = config["transportRules"] as Section[];
    const refused = index === undefined ? undefined : rules[Number(index)];
    if (!problem || refused?.["preset"] !== "custom") throw error;
    remarks.push(
      `TransportRule '${String(refused["name"])}' stays out of the file, and as it is: ${problem.path.replace(/^.*\./, "")} ${problem.message}`,
    );
    return sayable({ ...config, transportRules: rules.filter((rule) => rule !== refused) }, remarks, file);
  }
}

/** Where the account's password and the application's secret will be found, unless it was said. */
function withSecrets(config: Section): Section {
  const { upn, create, password, application, ...rest } = config["serviceAccount"] as Section;
  const app = application as Section | undefined;
  const proved =
    app && ["clientSecret", "certificate", "managedIdentity", "federatedTokenFile"].some((way) => way in app);
  return {
    ...config,
    serviceAccount: {
      ...(create === true && { create }),
      ...(upn !== undefined && { upn }),
      ...(upn !== undefined && { password: password ?? "${env:SIU_ACCOUNT_PASSWORD}" }),
      ...(app && {
        application: { ...app, ...(!proved && { clientSecret: "${env:SIU_APPLICATION_SECRET}" }) },
      }),
      ...rest,
    },
  };
}
