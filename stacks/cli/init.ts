import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import input from "@inquirer/input";
import select from "@inquirer/select";
import type { Command } from "commander";
import { parseConfig } from "../config/load.ts";
import { problemText } from "../config/problem.ts";
import { exitCodes } from "./exit.ts";
import type { Answers } from "./init/answers.ts";
import { createAsk } from "./init/ask.ts";
import { configOf } from "./init/config.ts";
import { openDirectory, type Directory } from "./init/directory.ts";
import { given, withFlags } from "./init/options.ts";
import { remarksOn } from "./init/remarks.ts";
import { steps } from "./init/steps.ts";
import { textOf } from "./init/text.ts";
import { fromFlags, fromSomebody, UnusableFlags } from "./init/walk.ts";
import { stackFile } from "./stack.ts";
import { isInteractive, paint, verdict } from "./terminal.ts";

const example = `
Example:
  npx siu init contoso
  npx siu init contoso --environment onPremises --domain contoso.com --admin-url http://mail01.contoso.com/PowerShell/ \\
    --admin-user admin@contoso.com --account create --service none --intake none`;

interface Options extends Readonly<Record<string, unknown>> {
  input: boolean;
  verify?: true;
  force?: true;
  json?: true;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `siu init [stack]`: the manuals' wizard, which writes a commented file and nothing else; every question has a flag. */
export function command(empty: Command): Command {
  empty
    .argument("[stack]", "the stack's name (stacks/<stack>.yaml), or a file")
    .option("--no-input", "ask nothing: flags, and what is usual elsewhere")
    .option("--verify", "with --no-input: look at Exchange for the account and the licences")
    .option("--force", "overwrite the file if it exists")
    .option("--json", "print the file's name and text as one line of JSON")
    .addHelpText("after", example);
  return withFlags(empty).action(async (stack: string | undefined, options: Options) => {
    try {
      await init(stack, options);
    } catch (error) {
      if (error instanceof UnusableFlags) empty.error(error.message, { exitCode: exitCodes.usage });
      if (!(error instanceof Error && error.name === "ExitPromptError")) throw error;
      say("Nothing was written.");
      process.exitCode = exitCodes.interrupted;
    }
  });
}

async function init(stack: string | undefined, options: Options): Promise<void> {
  const asks = options.input && isInteractive();
  if (stack === undefined && !asks)
    throw new UnusableFlags(["The stack's name is missing: siu init <stack>"]);
  if (asks) say("Esc goes back to the question before, Ctrl-C leaves without writing anything.");
  const name =
    stack ?? (await input({ message: "The stack's name", required: true }, { output: process.stderr }));
  const { path, file } = stackFile(name);
  if (existsSync(path) && options.force !== true && !(asks && (await overwrites(file)))) {
    throw new Error(`${file} exists. Nothing was written; --force overwrites it.`);
  }
  const directories = new Map<string, Directory>();
  const answers = await answer(given(options), asks, options.verify === true, directories).finally(() =>
    Promise.all([...directories.values()].map((directory) => directory.close())),
  );
  const text = textOf(configOf(answers));
  const { warnings } = parseConfig(text, { file });
  await writeFile(path, text, { flag: existsSync(path) ? "w" : "wx" });
  if (options.json) return void process.stdout.write(`${JSON.stringify({ file, text, warnings })}\n`);
  for (const warning of warnings) say(verdict("warning", problemText(warning), process.stderr));
  process.stdout.write(
    `${verdict("good", `${file} is written; nothing else was touched.`)}\n${todo(answers, text, name)}`,
  );
}

async function overwrites(file: string): Promise<boolean> {
  const choices = [
    { name: "No, leave it", value: false },
    { name: "Yes", value: true },
  ];
  return select({ message: `${file} exists. Overwrite it?`, choices }, { output: process.stderr });
}

async function answer(
  flags: Answers,
  asks: boolean,
  verifies: boolean,
  directories: Map<string, Directory>,
): Promise<Answers> {
  // Another connection is another directory.
  const directoryOf = (answers: Answers): Directory => {
    const { connections, organization } = configOf(answers);
    const key = JSON.stringify([organization, connections]);
    const known = directories.get(key) ?? openDirectory(answers);
    directories.set(key, known);
    return known;
  };
  if (asks) return fromSomebody(steps, flags, createAsk(directoryOf));
  const answers = fromFlags(steps, flags);
  if (verifies)
    for (const step of steps.filter(({ name }) => answers[name] !== undefined))
      for (const line of await remarksOn(step, answers, directoryOf(answers))) say(line);
  return answers;
}

/** The commands that follow; a deployment knows stacks by name only. */
function next(name: string): [command: string, what: string][] {
  if (/[/\\]/.test(name)) return [[`check ${name}`, "finds mistakes in the file"]];
  return [
    [`doctor ${name}`, "goes through the checklist; what is not set up yet is red"],
    [`plan ${name}`, "shows what would change in Exchange"],
    [`apply ${name}`, "makes it so"],
  ];
}

/** What is left to do: variables to set, files to make, commands to run. */
function todo({ account }: Answers, text: string, name: string): string {
  const named = (kind: string): string[] => {
    const found = text.matchAll(new RegExp(`: \\$\\{${kind}:([^}]+)\\}`, "g"));
    return [...new Set([...found].map(([, what = ""]) => what))];
  };
  const variables = named("env").filter((variable) => process.env[variable] === undefined);
  const files = named("file").filter((each) => !existsSync(each));
  const made =
    account === "create" ? " (a created account gets its password in the one that is named for it)" : "";
  return [
    ...(variables.length > 0 ? ["Set these first:", ...variables.map((each) => `  export ${each}=...`)] : []),
    ...(files.length > 0 ? [`Files that it names${made}:`, ...files.map((each) => `  ${each}`)] : []),
    "Then:",
    ...next(name).map(([command, what]) => `${paint("bold", `  npx siu ${command}`)}  ${what}`),
    "",
  ].join("\n");
}
