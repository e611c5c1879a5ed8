import { createInterface } from "node:readline";
import { consoles } from "./dotnet.ts";
import { createCommands, switches } from "./commands.ts";
import { note } from "./note.ts";
import { createSession } from "./session.ts";
import { isIncomplete } from "./grammar.ts";
import { Thrown, toText } from "./value.ts";

/**
 * Stands in for `pwsh -NoExit -Command -`, where there is no PowerShell: every line is a pipeline of its own, a line that is incomplete
 * opens a block which runs at an empty line; what is written goes to standard output, errors to standard error. The end of the input
 * ends it. An interrupt ends what is running, and not the process.
 */
note("started");
process.on("SIGINT", () => {});
const run = createSession(createCommands(), switches, (text) => print(`WARNING: ${text}`));
const block: string[] = [];

function print(text: string): void {
  process.stdout.write(`${text}${toText(consoles.out.members.get("newline") as string)}`);
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (block.length > 0 ? line !== "" : isIncomplete(line)) {
    block.push(line);
    continue;
  }
  const source = [...block.splice(0), line].join("\n");
  if (source.trim() === "") continue;
  try {
    for (const each of await run(source)) print(toText(each));
  } catch (error) {
    process.stderr.write(
      `${error instanceof Thrown || error instanceof Error ? error.message : String(error)}\n`,
    );
  }
}
