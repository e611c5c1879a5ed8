import type { Deployment, Heard } from "../deployment.ts";
import { startProgress } from "../terminal.ts";
import { doing, done } from "./tell.ts";
import type { Step } from "./step.ts";

/** Whether a run only looks: its steps are what would be done. */
export interface Following {
  readonly json: boolean;
  readonly looking: boolean;
}

/**
 * Runs something of a deployment and tells as it goes: on standard error for people, as lines of JSON on standard output. Answers the
 * steps that were done, or would be. @throws DeploymentFailed
 */
export async function follow(run: Deployment["apply"], { json, looking }: Following): Promise<Step[]> {
  const progress = startProgress(json);
  const steps: Step[] = [];
  const under = new Map<string, { step: Step; since: number }>();
  const told = new Set<string>();

  /** A line that stays; at a terminal what is still under way shows again beneath it. */
  const keep = (text: string): void => {
    progress.keep(text);
    const last = [...under.values()].at(-1);
    if (last && !looking && process.stderr.isTTY) progress.step(doing(last.step));
  };
  const onStep = ({ is, step }: Extract<Heard, { step: Step }>): void => {
    // What is made anew is told by two or three operations.
    const key = `${step.resource} ${step.act}`;
    if (is === "begins") {
      under.set(key, { step, since: Date.now() });
      if (!looking) progress.step(doing(step));
      return;
    }
    const since = under.get(key)?.since ?? Date.now();
    under.delete(key);
    if (is === "done") steps.push(step);
    if (looking) return;
    keep(is === "done" ? done(step, Date.now() - since, process.stderr) : `✗ ${doing(step)} failed`);
  };

  progress.step("looking at Exchange");
  try {
    await run((heard) => {
      if (json) process.stdout.write(`${JSON.stringify({ ...heard, looking })}\n`);
      if (heard.is !== "says") return onStep(heard);
      // The engine repeats what the provider says of a failure.
      if (!told.has(heard.text)) keep(heard.text);
      told.add(heard.text);
    });
  } finally {
    progress.end();
  }
  return distinct(steps);
}

/** One step for each resource: what is made anew is no removal besides. */
function distinct(steps: readonly Step[]): Step[] {
  const anew = new Set(steps.flatMap(({ act, resource }) => (act === "replace" ? [resource] : [])));
  const kept = steps.filter(({ act, resource }) => act === "replace" || !anew.has(resource));
  return kept.filter(({ resource }, index) => kept.findIndex((each) => each.resource === resource) === index);
}
