import type { Command } from "commander";
import { parallelOption, type DeploymentOptions } from "./deployment/options.ts";

/** `siu plan <stack>`: looks at Exchange, and shows what `apply` would change, value by value. Changes nothing. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("--json", "print events as lines of JSON")
    .addOption(parallelOption())
    .addHelpText("after", "\nExample:\n  npx siu plan prod")
    .action(async (stack: string, options: DeploymentOptions) => {
      const { showPlan } = await import("./deployment/carry-out.ts");
      await showPlan(stack, options);
    });
}
