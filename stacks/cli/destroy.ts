import type { Command } from "commander";
import { parallelOption, type DeploymentOptions } from "./deployment/options.ts";

/** `siu destroy <stack>`: removes what the stack made, rules first, and gives back what it took over; shows it first, and asks. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("-y, --yes", "do it without a question")
    .option("--json", "print events as lines of JSON")
    .addOption(parallelOption())
    .addHelpText("after", "\nExample:\n  npx siu destroy prod")
    .action(async (stack: string, options: DeploymentOptions) => {
      const { carryOut } = await import("./deployment/carry-out.ts");
      await carryOut("destroy", stack, options);
    });
}
