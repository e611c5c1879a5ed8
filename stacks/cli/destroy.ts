import type { Command } from "commander";
import { carryOut } from "./deployment/carry-out.ts";
import { parallelOption, type DeploymentOptions } from "./deployment/options.ts";

/** `siu destroy <stack>`: removes what the stack made, rules first, and gives back what it took over; shows it first, and asks. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("-y, --yes", "do it without a question")
    .option("--json", "print events as lines of JSON")
    .addOption(parallelOption())
    .addHelpText("after", "\nExample:\n  npx siu destroy prod")
    .action((stack: string, options: DeploymentOptions) => carryOut("destroy", stack, options));
}
