import type { Command } from "commander";
import { openDeployment } from "./deployment.ts";
import { follow } from "./deployment/follow.ts";
import { interruptible } from "./deployment/interrupt.ts";
import { ahead, counted, planned } from "./deployment/tell.ts";
import { parallelOption, type DeploymentOptions } from "./deployment/options.ts";

/** `siu plan <stack>`: looks at Exchange, and shows what `apply` would change, value by value. Changes nothing. */
export function command(empty: Command): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("--json", "print events as lines of JSON")
    .addOption(parallelOption())
    .addHelpText("after", "\nExample:\n  npx siu plan prod")
    .action(async (stack: string, { json = false, parallel }: DeploymentOptions) => {
      await interruptible(async (signal) => {
        const { plan } = await openDeployment(stack, { parallel, yes: false, signal });
        const steps = await follow(plan, { json, looking: true });
        if (json) return;
        for (const step of steps) process.stdout.write(`${planned(step)}\n`);
        process.stdout.write(steps.length === 0 ? "Nothing to change.\n" : `\n${counted(steps, ahead)}.\n`);
      });
    });
}
