import { openDeployment } from "../deployment.ts";
import { exitCodes } from "../exit.ts";
import { follow } from "./follow.ts";
import { interruptible } from "./interrupt.ts";
import { asker, type DeploymentOptions } from "./options.ts";
import { ahead, behind, counted, planned } from "./tell.ts";

/** What is done with a stack, and how it is looked at before. */
const ways = {
  apply: { look: "plan", nothing: "Nothing to change." },
  destroy: { look: "planDestroy", nothing: "Nothing to remove." },
} as const;

/**
 * Shows what will be done and asks, or with `--yes` does it at once; then tells what was done.
 * @throws Error where nobody can be asked; DeploymentFailed
 */
export async function carryOut(
  way: keyof typeof ways,
  stack: string,
  { json = false, yes = false, parallel }: DeploymentOptions,
): Promise<void> {
  const { look, nothing } = ways[way];
  const agreed = yes ? undefined : asker();
  await interruptible(async (signal) => {
    const deployment = await openDeployment(stack, { parallel, yes, signal });
    if (agreed) {
      const steps = await follow(deployment[look], { json, looking: true });
      if (steps.length === 0) return void process.stderr.write(`${nothing}\n`);
      for (const step of steps) process.stderr.write(`${planned(step, process.stderr)}\n`);
      if (!(await agreed(`\n${counted(steps, ahead)}. Do it?`))) {
        process.exitCode = exitCodes.failed;
        return void process.stderr.write("Nothing was changed.\n");
      }
    }
    const steps = await follow(deployment[way], { json, looking: false });
    if (!json) process.stdout.write(steps.length === 0 ? `${nothing}\n` : `${counted(steps, behind)}.\n`);
  });
}

/** Shows what `apply` would do. @throws DeploymentFailed */
export async function showPlan(stack: string, { json = false, parallel }: DeploymentOptions): Promise<void> {
  await interruptible(async (signal) => {
    const { plan } = await openDeployment(stack, { parallel, yes: false, signal });
    const steps = await follow(plan, { json, looking: true });
    if (json) return;
    for (const step of steps) process.stdout.write(`${planned(step)}\n`);
    process.stdout.write(steps.length === 0 ? "Nothing to change.\n" : `\n${counted(steps, ahead)}.\n`);
  });
}
