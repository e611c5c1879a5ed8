import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Option, type Command } from "commander";
import { drift, type Finding } from "../../providers/drift.ts";
import { readDocument, type ConfigDocument } from "../config/document.ts";
import { pathText, type Path } from "../config/problem.ts";
import type { Config } from "../config/types.ts";
import { placesOf } from "./drift/declared.ts";
import { json } from "./drift/json.ts";
import { junit } from "./drift/junit.ts";
import { markdown } from "./drift/markdown.ts";
import { isDrift, summary, type Located, type Report } from "./drift/report.ts";
import { sarif } from "./drift/sarif.ts";
import { text } from "./drift/text.ts";
import { exitCodes } from "./exit.ts";
import { wantedOf } from "./wanted.ts";
import { withWorld } from "./world.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const formats = { text, json, markdown, sarif, junit };

interface Options {
  format: keyof typeof formats;
  out?: string;
}

/** `siu drift <stack>`: whether Exchange is as the stack's file declares, read only and without Pulumi and its state. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .addOption(new Option("--format <form>", "how it is told").choices(Object.keys(formats)).default("text"))
    .option("--json", "the same as --format json")
    .option("--out <file>", "write it to a file; a sentence goes to standard output")
    .addHelpText(
      "after",
      "\nExit codes: 0 as declared, 2 drift, 1 it could not be told.\n\nExamples:\n  npx siu drift prod\n  npx siu drift prod --format sarif --out drift.sarif",
    )
    .action(async (stack: string, { json: asJson, ...options }: Options & { json?: true }) => {
      const report = await withWorld(stack, async (world, config) => {
        const wanted = wantedOf(config, stack);
        const file = `stacks/${stack}.yaml`;
        const document = readDocument(readFileSync(join(root, file), "utf8"));
        const findings = (await drift(world, stack, wanted)).map((finding): Located => {
          const resource = wanted.find(({ name }) => name === finding.resource);
          return { ...finding, ...locate(finding, resource?.inputs ?? {}, config, document) };
        });
        return { stack, file, findings };
      });
      await tell(report, asJson ? { ...options, format: "json" } : options);
      process.exitCode = report.findings.some(isDrift) ? exitCodes.drift : exitCodes.done;
    });
}

async function tell(report: Report, { format, out }: Options): Promise<void> {
  const told = formats[format](report);
  if (out === undefined) return void process.stdout.write(told);
  await writeFile(out, told);
  process.stdout.write(`${summary(report)} See ${out}.\n`);
}

/** The line that declares a resource: of the parameter, where a single one differs that has a line of its own. */
function locate(
  { resource: name, changes }: Finding,
  inputs: Parameters<typeof placesOf>[0]["inputs"],
  config: Config,
  document: ConfigDocument,
): Pick<Located, "line" | "column" | "path"> {
  const [only, second] = changes;
  const paths = placesOf({ name, inputs }, config, second ? undefined : only?.parameter);
  const path = paths.find((each) => isWritten(document.value, each)) ?? [];
  return { ...document.position(path, "key"), path: pathText(path) };
}

function isWritten(value: unknown, [step, ...rest]: Path): boolean {
  if (step === undefined) return true;
  if (typeof value !== "object" || value === null || !(step in value)) return false;
  return isWritten((value as Record<string | number, unknown>)[step], rest);
}
