import type { Command } from "commander";
import { ConfigError, type Problem, problemText } from "../config/problem.ts";
import { exitCodes } from "./exit.ts";
import { readStack } from "./stack.ts";
import { paint, verdict } from "./terminal.ts";

/** `siu check <stack>`: every mistake of a configuration at once, each with its line; touches nothing. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name (stacks/<stack>.yaml), or a file")
    .option("--json", "print problems and warnings as one line of JSON")
    .addHelpText("after", "\nExample:\n  npx siu check prod")
    .action(async (stack: string, options: { json?: true }) => {
      const { problems, warnings } = await findings(stack);
      process.exitCode = problems.length > 0 ? exitCodes.failed : exitCodes.done;
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ ok: problems.length === 0, problems, warnings })}\n`);
        return;
      }
      for (const problem of problems) process.stderr.write(`${problemText(problem)}\n`);
      for (const warning of warnings)
        process.stderr.write(`${paint("yellow", "warning:", process.stderr)} ${problemText(warning)}\n`);
      if (problems.length === 0) process.stdout.write(`${verdict("good", `${stack}: no mistakes`)}\n`);
    });
}

async function findings(
  stack: string,
): Promise<{ problems: readonly Problem[]; warnings: readonly Problem[] }> {
  try {
    return { problems: [], warnings: (await readStack(stack)).warnings };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, warnings: [] };
    throw error;
  }
}
