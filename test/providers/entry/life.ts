import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../../stacks/cli/drift/report.ts";
import type { Environment } from "../../emulator/organization.ts";
import { createDeployment, type Deployment } from "../deployment.ts";
import { inventory, startEmbedded, type Embedded } from "../embedded.ts";
import { startDaemonInterface, type RunningDaemon } from "../running-daemon.ts";
import { wantedOf } from "../stack.ts";
import { contents, type Contents } from "./contents.ts";
import { keptBy, meddle, removeOneOfEach, type Kept } from "./meddling.ts";

/** A stack with the real CLI, its organization and its daemon. */
export interface Life {
  embedded: Embedded;
  deployment: Deployment;
  daemon: RunningDaemon;
}

/** What a stack goes through; `prepare` comes before it, `meanwhile` declares tests of the stack while all is well. */
export interface Course {
  stack: string;
  environment: Environment;
  dehydrated?: boolean;
  prepare?: (embedded: Embedded) => Promise<unknown>;
  meanwhile?: (life: () => Life) => void;
}

export const patience = 600_000;
export const up = ["up", "--yes", "--skip-preview"];
export const driftCheck = ["preview", "--refresh", "--expect-no-changes"];

/** Declares the life of a stack that holds every kind, from a killed run to its removal. */
export function tellLife({ stack, environment, dehydrated = false, prepare, meanwhile }: Course): void {
  let life: Life;
  let kept: Kept[];
  let empty: Contents;
  beforeAll(async () => {
    const embedded = await startEmbedded(environment, { dehydrated });
    const daemon = await startDaemonInterface();
    await prepare?.(embedded);
    empty = contents(embedded);
    kept = keptBy(wantedOf(stack, embedded));
    const deployment = await createDeployment(stack, {
      ...embedded.environment,
      SIU_DEMO_DAEMON: daemon.url,
      SIU_DEMO_DAEMON_TOKEN: daemon.token,
    });
    life = { embedded, deployment, daemon };
  }, patience);
  afterAll(async () => {
    await life.deployment.close();
    await life.daemon.close();
    await life.embedded.close();
  });
  const step = (title: string, work: () => Promise<void>): void => test(title, { timeout: patience }, work);

  step("a run that is killed in the middle is taken up by the next one, nothing doubled", async () => {
    const { embedded, deployment } = life;
    const objects = kept.filter(({ identity }) => identity !== undefined).length;
    const before = inventory(embedded).length;
    await killedAt(life, Math.floor(objects / 2));
    const half = inventory(embedded).length - before;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(objects);

    const locked = await deployment.pulumi(...up);
    expect([locked.output, locked.code]).toEqual([expect.stringContaining("locked by 1 lock"), 1]);
    await done(life, "cancel", "--yes");
    // State does not know what was being made.
    const early = await deployment.siu("destroy", stack, "--yes");
    expect([early.output, early.code]).toEqual([expect.stringContaining(`siu apply ${stack}`), 1]);
    await done(life, ...up);
    const made = inventory(embedded);
    expect([new Set(made).size, made.length - before]).toEqual([made.length, objects]);
    expect(life.daemon.stored()?.settings).toMatchObject({ status: "on" });
  });

  step("a second run has nothing to change", async () => {
    expect(await done(life, ...up)).not.toMatch(/created|updated|replaced|deleted/);
  });

  step("what somebody changed in each object is found by one preview, and mended by one run", async () => {
    const { embedded, deployment, daemon } = life;
    const before = contents(embedded);
    const settings = daemon.stored()?.settings;
    const told = ["The daemon's settings were changed outside of this stack: status"];
    for (const each of kept) told.push(await meddle(embedded, each));
    daemon.publish((given) => ({ ...given, status: "off" }));

    const { code, output } = await deployment.pulumi(...driftCheck);
    expect(code, output).toBe(7);
    expect(told.filter((text) => !output.includes(text))).toEqual([]);
    expect(await drift(life, stack)).toEqual({ code: 2, changed: changedIn(output) });

    await done(life, ...up, "--refresh");
    expect(contents(embedded)).toEqual(before);
    expect(daemon.stored()?.settings).toEqual(settings);
  });

  step("what somebody removed is made again by one run, and then all is as it was", async () => {
    const { embedded, daemon } = life;
    const before = contents(embedded);
    const settings = daemon.stored()?.settings;
    const gone = await removeOneOfEach(embedded, kept);
    daemon.forget();
    expect(await done(life, ...up, "--refresh")).toContain(`${gone.length + 1} created`);
    expect(contents(embedded)).toEqual(before);
    expect(daemon.stored()?.settings).toEqual(settings);
    await done(life, ...driftCheck);
    expect(await drift(life, stack)).toEqual({ code: 0, changed: [] });
  });

  meanwhile?.(() => life);

  step("destroy leaves nothing behind", async () => {
    const { code, output } = await life.deployment.siu("destroy", stack, "--yes");
    expect(code, output).toBe(0);
    expect(contents(life.embedded)).toEqual(empty);
    expect(life.daemon.stored()?.settings).toMatchObject({ status: "off" });
  });
}

/** What `siu drift` calls changed, without Pulumi and its state: each object with the first parameter that it names. */
async function drift(
  { deployment }: Life,
  stack: string,
): Promise<{ code: number | null; changed: string[] }> {
  const { code, output } = await deployment.siu("drift", stack, "--json");
  const report = output.split("\n").find((line) => line.startsWith("{"));
  const { findings } = JSON.parse(report ?? output) as Report;
  // What somebody changed may be the mark itself.
  const changed = findings.filter(({ standing }) => standing === "changed" || standing === "not-owned");
  return {
    code,
    // Both sides may have an object of the same name.
    changed: [
      ...new Set(changed.map(({ title, changes }) => `${title}: ${changes[0]?.parameter}`)),
    ].toSorted(),
  };
}

/** The same of a preview. */
function changedIn(output: string): string[] {
  const found = output.matchAll(
    /(\w+ '.*?'|The daemon's settings|TransportConfig) (?:was|were) changed outside of this stack: (\w+)/g,
  );
  return [...new Set([...found].map(([, title, parameter]) => `${title}: ${parameter}`))].toSorted();
}

/** Runs the CLI, which has to succeed; answers what it says. */
async function done({ deployment }: Life, ...args: string[]): Promise<string> {
  const { code, output } = await deployment.pulumi(...args);
  expect(code, output).toBe(0);
  return output;
}

/** Runs `up` until Exchange is asked for its n-th new object: then the CLI and all that it started are killed. */
async function killedAt({ embedded, deployment }: Life, n: number): Promise<void> {
  const { faults } = embedded.emulator.organization;
  const { take } = faults;
  const run = deployment.start(...up);
  let asked = 0;
  faults.take = (protocol, operation, ...more) => {
    if (protocol === "admin" && operation.startsWith("New-") && ++asked === n) run.kill();
    return take(protocol, operation, ...more);
  };
  await run.finished;
  faults.take = take;
  expect(asked).toBeGreaterThanOrEqual(n);
}
