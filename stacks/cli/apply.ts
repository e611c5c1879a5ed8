import type { Command } from "commander";
import { parallelOption, type DeploymentOptions } from "./deployment/options.ts";

/** `siu apply <stack>`: makes Exchange match the file, in the order of a safe rollout; shows the plan first, and asks. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("-y, --yes", "do it without a plan and a question")
    .option("--json", "print events as lines of JSON")
    .addOption(parallelOption())
    .addHelpText("after", "\nExamples:\n  npx siu apply prod\n  npx siu apply prod --yes --json")
    .action(async (stack: string, options: DeploymentOptions) => {
      const { carryOut } = await import("./deployment/carry-out.ts");
      await carryOut("apply", stack, options);
    });
}
