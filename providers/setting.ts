import { caughtUp } from "./catch-up.ts";
import { delta } from "./delta.ts";
import { Fault } from "./exchange/errors.ts";
import type { Parameter, Parameters, Row, SideName } from "./exchange/port.ts";
import type { Session } from "./exchange/session.ts";
import { decode, type Observed, type Props, type SettingKind, type World } from "./kind.ts";

/** Some settings of an organization, as desired. */
export interface Setting {
  readonly kind: SettingKind;
  readonly side: SideName;
  readonly props: Props;
}

/** Settings as they are now, and as they were before. */
export interface Put {
  readonly observed: Observed;
  readonly former: Parameters;
}

/**
 * Sets what differs, and reads it back. `ours` says that what is there may be written over.
 * @throws Fault ALREADY_EXISTS for what somebody else set; NOT_VERIFIED
 */
export async function put(setting: Setting, world: World, ours: boolean): Promise<Put> {
  const { kind, side, props } = setting;
  const session = world.on(side);
  const { observed, former } = await seen(setting, world);
  const changed = delta(kind.of, props, observed);
  if (changed.length === 0) return { observed, former };
  const taken = changed.find(({ have }) => have !== null);
  if (taken && !ours)
    throw new Fault(
      "ALREADY_EXISTS",
      `${taken.parameter} of ${kind.of.noun} is ${JSON.stringify(taken.have)}, which this stack did not set. Ask for the same in the stack's file, or set adopt: true to write over it; it is given back when the stack goes.`,
    );
  const parameters = changed.map(({ parameter }) => [parameter, props[parameter] ?? null] as const);
  await session.run(`Set-${kind.of.noun}`, Object.fromEntries(parameters));
  const shown = await caughtUp(world, async () => {
    session.forget(kind.of.noun);
    const now = await look(setting, world);
    return delta(kind.of, props, now).length === 0 ? now : undefined;
  });
  if (shown) return { observed: shown, former };
  throw new Fault(
    "NOT_VERIFIED",
    `${kind.of.noun}: Exchange accepted the change but does not show it. Run again in a few minutes.`,
  );
}

/** The settings as they are. @throws Fault */
export async function look(setting: Setting, world: World): Promise<Observed> {
  return (await seen(setting, world)).observed;
}

/** The settings as they are, also as `Set-` takes them back. @throws Fault */
export async function seen({ kind, side, props }: Setting, world: World): Promise<Put> {
  const row = await rowOf(kind, world.on(side));
  const names = Object.keys(props);
  return {
    observed: decode(kind.of, row, names),
    former: Object.fromEntries(names.map((name) => [name, plain(row[name])])),
  };
}

/** Gives settings back as they were, if they are not so already and nobody changed them since. @throws Fault */
export async function giveBack(setting: Setting, world: World, former: Parameters): Promise<void> {
  const { kind, side, props } = setting;
  const session = world.on(side);
  session.forget(kind.of.noun);
  const now = await look(setting, world);
  // State loses what is null.
  const whole = Object.fromEntries(Object.keys(props).map((name) => [name, former[name] ?? null]));
  if (delta(kind.of, whole, now).length === 0) return;
  if (delta(kind.of, props, now).length > 0)
    return world.say(`${kind.of.noun} was changed outside of this stack, and is left as it is.`);
  await session.run(`Set-${kind.of.noun}`, whole);
}

async function rowOf({ of }: SettingKind, session: Session): Promise<Row> {
  const [row] = await session.rows(of.noun);
  if (row) return row;
  throw new Fault("UNEXPECTED", `Get-${of.noun} answered nothing, though every organization has one.`);
}

function plain(value: unknown): Parameter {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
