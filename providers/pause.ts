import { meet } from "./condition.ts";
import type { Publication } from "./desired/publication.ts";
import type { Desired } from "./desired/resource.ts";
import { drift } from "./drift.ts";
import { Fault } from "./exchange/errors.ts";
import { idOf } from "./exchange/known.ts";
import type { Row } from "./exchange/port.ts";
import { normal, type World } from "./kind.ts";
import { isPausedIn, withPause } from "./mark.ts";
import { kindOf, targetOf } from "./state.ts";
import { find, isPaused, isRoute, nameOf, owned, readingOf, writing, type Target } from "./target.ts";

/** What became of a rule: it was `on`, `off`, or `paused` before, is `absent`, or is somebody else's and was left alone. */
export interface Switched {
  readonly title: string;
  readonly was: "on" | "off" | "paused" | "absent" | "not-owned";
}

type Wanted = readonly (Desired | Publication)[];

/**
 * Switches off every rule of a stack that sends mail through a connector, all of them before anything else, and waits for nothing: mail
 * then leaves as it would without the stack. Each rule's comment says that it is paused, so that neither drift nor a deployment takes
 * it for a change. Copies of what is still on its way are taken in. Repeated, it does what is left. @throws Fault
 */
export async function pause(world: World, stack: string, wanted: Wanted): Promise<Switched[]> {
  const rules = await routes(world, stack, wanted);
  const done = rules.map(({ target, row }) => ({ title: nameOf(target), was: standing(target, row) }));
  const ours = rules.filter((_, index) => ["on", "off", "paused"].includes(done[index]?.was ?? ""));
  for (const { target, row } of ours)
    if (row && isOn(target, row)) await write(world, target, row, target.kind.toggle?.off);
  for (const { target, row } of ours) if (row) await note(world, target, row, true);
  return done;
}

/**
 * Switches the rules on again that `pause` switched off, the last step after everything that mail needs on its way was found as declared and
 * the connectors passed their test. @throws Fault UNMET with what is not; NOT_VALIDATED
 */
export async function resume(world: World, stack: string, wanted: Wanted): Promise<Switched[]> {
  const rules = await routes(world, stack, wanted);
  const done = rules.map(({ target, row }) => ({ title: nameOf(target), was: standing(target, row) }));
  const paused = rules.filter(
    ({ target: { kind, mark }, row }) => row && isPausedIn(row[kind.mark ?? ""], mark),
  );
  if (paused.length > 0) await assureWay(world, stack, wanted, paused);
  for (const { target, row } of paused)
    if (row && !isOn(target, row)) await write(world, target, row, target.kind.toggle?.on);
  for (const { target, row } of paused) if (row) await note(world, target, row, false);
  return done;
}

interface Rule {
  wish: Desired;
  target: Target;
  row: Row | undefined;
}

/** Rules that send mail through a connector, and are to be on, in the file's order. */
async function routes(world: World, stack: string, wanted: Wanted): Promise<Rule[]> {
  const rules = wanted.flatMap((wish) => {
    const kind = kindOf(wish);
    const { side } = wish;
    if (kind.is !== "object" || side === "daemon") return [];
    const target = targetOf(kind, { stack, ...wish });
    return isRoute(target) ? [{ wish: { ...wish, side }, target }] : [];
  });
  return Promise.all(
    rules.map(async (rule) => ({ ...rule, row: await find(rule.target, world.on(rule.target.side)) })),
  );
}

/** Everything that a rule waits for has to be as declared, and what tests it has to pass now. */
async function assureWay(world: World, stack: string, wanted: Wanted, rules: readonly Rule[]): Promise<void> {
  const needed = new Set(rules.flatMap(({ wish }) => wish.dependsOn));
  const way = wanted.filter(({ name }) => needed.has(name) && !rules.some(({ wish }) => wish.name === name));
  const found = await drift(world, stack, way);
  const wrong = found.filter(({ standing }) => !["as-declared", "paused", "undeclared"].includes(standing));
  if (wrong.length > 0)
    throw new Fault(
      "UNMET",
      `Mail would not arrive, so nothing is resumed: run \`siu plan ${stack}\` and \`siu apply ${stack}\`, then resume.\n${wrong
        .map(({ title, standing, unmet }) => `- ${title}: ${unmet.join(" ") || standing}`)
        .join("\n")}`,
    );
  for (const wish of way) {
    const kind = kindOf(wish);
    // Once, without patience: a connector that does not work now is no way for mail.
    if (kind.is === "condition" && kind.bring && wish.side !== "daemon")
      await meet(kind, world, wish.side, { Minutes: 0, ...wish.inputs });
  }
}

function standing(target: Target, row: Row | undefined): Switched["was"] {
  if (!row) return "absent";
  if (owned(target, row) === undefined) return "not-owned";
  if (isPaused(target, row)) return "paused";
  return isOn(target, row) ? "on" : "off";
}

function isOn({ kind }: Target, row: Row): boolean {
  const parameter = kind.toggle?.parameter ?? "";
  return normal(kind, parameter, row[kind.properties[parameter] ?? parameter]) === "true";
}

async function write(world: World, target: Target, row: Row, cmdlet = ""): Promise<void> {
  await writing(target, world, (session) => session.write(cmdlet, { Identity: idOf(row), Confirm: false }));
}

/** Says in the rule's comment that it is paused, or no longer, and reads back that it is so. @throws Fault NOT_VERIFIED */
async function note(world: World, target: Target, row: Row, off: boolean): Promise<void> {
  const { kind, mark } = target;
  const comment = kind.mark ?? "";
  const Identity = idOf(row);
  const again = await writing(target, world, async (session) => {
    const text = withPause(row[comment], mark, off);
    if (text !== row[comment]) await session.write(`Set-${kind.noun}`, { Identity, [comment]: text });
    return session.one(readingOf(target), Identity);
  });
  if (again && isOn(target, again) !== off) return;
  throw new Fault(
    "NOT_VERIFIED",
    `${nameOf(target)}: Exchange accepted the change but still shows the rule ${off ? "on" : "off"}. Run again in a few minutes.`,
  );
}
