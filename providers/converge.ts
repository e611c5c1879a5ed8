import { withInstructions } from "./by-hand.ts";
import { delta } from "./delta.ts";
import { Fault, isFault } from "./exchange/errors.ts";
import type { Parameters, Row, SideName } from "./exchange/port.ts";
import type { Session } from "./exchange/session.ts";
import { complete, decode, encode, encodeChanges, normal } from "./kind.ts";
import type { ObjectKind, Observed, Props, World } from "./kind.ts";

/** One object of the desired state. */
export interface Target {
  readonly kind: ObjectKind;
  readonly side: SideName;
  readonly props: Props;
  /** What tells the objects of this stack from everybody else's. */
  readonly mark: string;
}

/** An object as it is now. `marked` is whether it still says that it is ours. */
export interface Outcome {
  readonly id: string;
  readonly observed: Observed;
  readonly marked: boolean;
  /** A password that was generated with the object. */
  readonly secret?: string;
}

/** Milliseconds between readings while Exchange's directory catches up with a write. */
const catchUp = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Makes the object be there as desired: creates it, goes on with one that a broken run left (it carries the mark),
 * takes over another's only with `adopt`.
 * @throws Fault ALREADY_EXISTS for an object of that name that is not ours
 */
export async function create(target: Target, world: World, adopt: boolean): Promise<Outcome> {
  const { kind } = target;
  const session = world.on(target.side);
  const found = await find(target, session);
  if (found && !isMarked(target, found) && !adopt) {
    throw new Fault(
      "ALREADY_EXISTS",
      `${nameOf(target)} exists, and was not created from this stack. Set adopt: true to take it over as it is configured here, or choose another name.`,
    );
  }
  const password = kind.secret === undefined ? undefined : await world.accountPassword();
  const secret: Parameters = kind.secret && password ? { [kind.secret]: password.value } : {};
  if (!found) await add(target, session, secret);
  else if (kind.secret) await session.run(`Set-${kind.noun}`, { Identity: idOf(found), ...secret });
  const outcome = await sync(target, session, world);
  return { ...outcome, ...(password?.generated && { secret: password.value }) };
}

/** The object as it is; undefined only when Exchange says that it is not there. @throws Fault */
export async function read(target: Target, world: World, id?: string): Promise<Outcome | undefined> {
  const session = world.on(target.side);
  const row = await find(target, session, id);
  return row && outcomeOf(target, row, session);
}

/** Brings an object that is ours to the desired state; one that vanished meanwhile is created again. @throws Fault */
export async function update(target: Target, world: World, id: string, former: Props): Promise<Outcome> {
  // What is no longer asked for goes back to nothing.
  const dropped = Object.keys(former).filter((name) => !(name in complete(target.kind, target.props)));
  const props = { ...Object.fromEntries(dropped.map((name) => [name, null])), ...target.props };
  const session = world.on(target.side);
  if (!(await find(target, session, id))) return create({ ...target, props: target.props }, world, false);
  return sync({ ...target, props }, session, world, id);
}

/** Removes an object that is ours; one that is gone already is no mistake. @throws Fault NOT_OURS when it lost its mark. */
export async function remove(target: Target, world: World, id: string): Promise<void> {
  const session = world.on(target.side);
  // As it is now, not as a preview saw it before somebody thought it over.
  session.forget(target.kind.noun);
  const row = await find(target, session, id);
  if (!row) return;
  if (!isMarked(target, row)) {
    throw new Fault(
      "NOT_OURS",
      `${nameOf(target)} no longer carries the mark of this stack, so somebody else may have made it; it is left alone. Remove it by hand, or run \`pulumi up --refresh\` to mark it again.`,
    );
  }
  await target.kind.leave?.(target.props, world);
  try {
    if (target.kind.toggle)
      await session.run(target.kind.toggle.off, { Identity: idOf(row), Confirm: false });
    const { noun, insist } = target.kind;
    await session.run(`Remove-${noun}`, { Identity: idOf(row), ...insist, Confirm: false });
  } catch (error) {
    if (!isFault(error, "NOT_FOUND")) throw error;
  }
}

/** Compares with an object that somebody else manages, and writes nothing. @throws Fault UNMET with every difference */
export async function verify(target: Target, world: World): Promise<Outcome> {
  const found = await read(target, world);
  if (!found)
    throw new Fault(
      "UNMET",
      `${nameOf(target)} does not exist. Create it, or let this stack manage it (manage: full).`,
    );
  const changes = delta(target.kind, target.props, found.observed);
  if (changes.length === 0) return found;
  const points = changes.map(
    ({ parameter, want, have }) => `- ${parameter} is ${say(have)}, and has to be ${say(want)}`,
  );
  throw new Fault(
    "UNMET",
    [`${nameOf(target)} is not as it has to be. Correct by hand:`, ...points].join("\n"),
  );
}

/** `TransportRule 'CodeTwo Exchange transport rule'`, for people. */
export function nameOf(target: Pick<Target, "kind" | "props">): string {
  const name = target.props[target.kind.identity];
  return name === undefined ? target.kind.noun : `${target.kind.noun} '${String(name)}'`;
}

/** `X is A, and has to be B` for people; nothing is `not set`. */
export function say(value: unknown): string {
  return value === null || value === undefined ? "not set" : JSON.stringify(value);
}

async function add(target: Target, session: Session, secret: Parameters): Promise<void> {
  const { kind, props } = target;
  try {
    await session.run(`New-${kind.noun}`, { ...encode(kind, props), ...ownership(target), ...secret });
  } catch (error) {
    // The line may have broken after Exchange did it: what is there now decides.
    // So does a repeated call that meets what the first one made: it was not there before.
    const lookAgain = isFault(error, "UNAVAILABLE") || isFault(error, "ALREADY_EXISTS");
    const unclear = lookAgain && (await find(target, session));
    if (!unclear || !isMarked(target, unclear)) throw withInstructions(kind, props, error);
  }
}

/** Writes what differs, then reads it back until it is so. @throws Fault NOT_VERIFIED */
async function sync(target: Target, session: Session, world: World, id?: string): Promise<Outcome> {
  const { kind, props } = target;
  const row = await caughtUp(target, session, world, () => find(target, session, id));
  if (!row)
    throw new Fault(
      "NOT_VERIFIED",
      `${nameOf(target)} was created, but Exchange does not show it. Run again in a few minutes.`,
    );
  const Identity = idOf(row);
  const before = await outcomeOf(target, row, session);
  const changed = delta(kind, props, before.observed).map(({ parameter }) => parameter);
  const toggle = kind.toggle && changed.includes(kind.toggle.parameter) ? kind.toggle : undefined;
  const on = toggle && normal(kind, toggle.parameter, props[toggle.parameter]) === "true";
  if (toggle && !on) await session.run(toggle.off, { Identity, Confirm: false });
  const parameters = {
    ...encodeChanges(kind, complete(kind, props), changed),
    ...(kind.wishes?.names.some((name) => changed.includes(name)) &&
      (await kind.wishes.fulfil(row, props, session))),
    ...(before.marked && !changed.some((name) => name === kind.mark) ? {} : ownership(target, row)),
  };
  if (Object.keys(parameters).length > 0)
    await session.run(`Set-${kind.noun}`, { Identity, ...parameters, ...kind.insist });
  if (toggle && on) await session.run(toggle.on, { Identity });
  if (changed.length === 0 && before.marked) return before;

  const differs = (outcome: Outcome): string[] =>
    delta(kind, props, outcome.observed).map(({ parameter }) => parameter);
  let outcome = before;
  await caughtUp(target, session, world, async () => {
    const again = await find(target, session, Identity);
    if (again) outcome = await outcomeOf(target, again, session);
    return again && outcome.marked && differs(outcome).length === 0;
  });
  const left = differs(outcome);
  if (left.length === 0) return outcome;
  throw new Fault(
    "NOT_VERIFIED",
    `${nameOf(target)}: Exchange accepted the change but still shows another ${left.join(", ")}. Run again in a few minutes; if it stays so, Exchange does not take this value.`,
  );
}

/** Looks anew until there is an answer or patience ends. */
async function caughtUp<T>(
  { kind }: Target,
  session: Session,
  world: World,
  look: () => Promise<T>,
): Promise<T> {
  for (const pause of catchUp) {
    const seen = await look();
    if (seen) return seen;
    await world.wait(pause);
    session.forget(kind.noun);
  }
  return look();
}

async function find(target: Target, session: Session, id?: string): Promise<Row | undefined> {
  const { kind, props } = target;
  for (const query of [kind.query?.(props), ...kind.hidden]) {
    const found = among(await session.rows(kind.noun, query), target, id);
    if (found) return found;
  }
  return undefined;
}

/** By id, so that a renamed object is still found; else by its name. @throws Fault AMBIGUOUS */
function among(rows: readonly Row[], target: Target, id?: string): Row | undefined {
  const { kind, props } = target;
  const known = id === undefined ? undefined : rows.find((row) => idOf(row) === id);
  if (known) return known;
  const name = normal(kind, kind.identity, props[kind.identity]);
  const [found, second] = rows.filter((row) => normal(kind, kind.identity, row[kind.identity]) === name);
  if (second)
    throw new Fault(
      "AMBIGUOUS",
      `There are several objects like ${nameOf(target)}. Rename or remove all but one.`,
    );
  // With an id, a namesake that is not ours is somebody else's: ours is gone.
  return id !== undefined && found && !isMarked(target, found) ? undefined : found;
}

async function outcomeOf(target: Target, row: Row, session: Session): Promise<Outcome> {
  const { kind, props, mark } = target;
  const unmarked = kind.mark && { [kind.mark]: String(row[kind.mark] ?? "").replace(mark, "") };
  const plain = { ...row, ...unmarked };
  const whole = kind.derive ? await kind.derive(plain, props, session) : plain;
  const observed = decode(kind, whole, Object.keys(complete(kind, props)));
  return { id: idOf(row), observed, marked: isMarked(target, row) };
}

function idOf(row: Row): string {
  return String(row["Guid"] ?? row["Identity"] ?? row["Name"]);
}

function isMarked({ kind, mark }: Target, row: Row): boolean {
  return kind.mark === undefined || String(row[kind.mark] ?? "").includes(mark);
}

/** The mark as a parameter, behind what the operator or the object already says there. */
function ownership({ kind, mark, props }: Target, row: Row = {}): Parameters {
  if (kind.mark === undefined) return {};
  const said = String(props[kind.mark] ?? row[kind.mark] ?? "")
    .replace(mark, "")
    .trim();
  return { [kind.mark]: `${said} ${mark}`.trim() };
}
