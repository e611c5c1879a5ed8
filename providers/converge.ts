import { withInstructions } from "./by-hand.ts";
import { caughtUp } from "./catch-up.ts";
import { delta } from "./delta.ts";
import { Fault, isFault } from "./exchange/errors.ts";
import { idOf } from "./exchange/known.ts";
import type { Parameters, Row } from "./exchange/port.ts";
import type { Session } from "./exchange/session.ts";
import { complete, encode, encodeChanges, normal } from "./kind.ts";
import type { Adopt, Props, World } from "./kind.ts";
import { isPausedIn, marked, withPause, type Origin } from "./mark.ts";
import {
  find,
  formerOf,
  isHeld,
  isPaused,
  nameOf,
  outcomeOf,
  owned,
  readingOf,
  writing,
  type Outcome,
  type Target,
} from "./target.ts";

/** A takeover that failed after it began to write: what the object was before must not get lost with it. */
export class Unfinished extends Fault {
  readonly outcome: Outcome;

  constructor(fault: Fault, outcome: Outcome) {
    super(fault.code, fault.message, { cause: fault });
    this.outcome = outcome;
  }
}

/**
 * Makes the object be there as desired: creates it, goes on with one that a broken run left (it carries the mark),
 * takes over another's only with `adopt`. `before` is what it was when a run that broke off began to take it over.
 * @throws Fault ALREADY_EXISTS for an object of that name that is not ours; Unfinished
 */
export async function create(
  target: Target,
  world: World,
  adopt: Adopt,
  before?: Parameters,
): Promise<Outcome> {
  return writing(target, world, (session) => make(target, session, world, { adopt, before }));
}

/** The object as it is; undefined only when Exchange says that it is not there. @throws Fault */
export async function read(target: Target, world: World, id?: string): Promise<Outcome | undefined> {
  const session = world.on(target.side);
  const row = await find(target, session, id);
  return row && outcomeOf(target, row, session);
}

/**
 * Brings an object that is ours to the desired state; one that vanished meanwhile is created again. `wished` is what was asked for
 * before, `former` what an object was before it was taken over. @throws Fault
 */
export async function update(
  target: Target,
  world: World,
  id: string,
  { wished, former }: { wished: Props; former?: Parameters | undefined },
): Promise<Outcome> {
  // What is no longer asked for goes back to nothing, and a truth value has no nothing but off.
  const dropped = Object.entries(wished)
    .filter(([name]) => !(name in complete(target.kind, target.props)))
    .map(([name, value]) => [name, typeof value === "boolean" ? false : null]);
  const props: Props = { ...Object.fromEntries(dropped), ...target.props };
  return writing(target, world, async (session) => {
    const row = await find(target, session, id);
    if (!row) return make(target, session, world, { adopt: false });
    const origin = former || owned(target, row) === "adopted" ? "adopted" : "created";
    const outcome = await sync({ ...target, props }, session, world, { row, origin });
    // What is asked for only now had a value before, too.
    const before =
      former && target.kind.identity in former
        ? { ...(await formerOf(target, row, session)), ...former }
        : {};
    return origin === "adopted" ? { ...outcome, former: before } : outcome;
  });
}

/** Compares with an object that somebody else manages, and writes nothing. @throws Fault UNMET with every difference */
export async function verify(target: Target, world: World): Promise<Outcome> {
  const found = await read(target, world);
  if (!found)
    throw new Fault(
      "UNMET",
      `${nameOf(target)} does not exist. Create it, or let this stack manage it (manage: full).`,
    );
  const points = differences(target, found);
  if (points.length === 0) return found;
  throw new Fault(
    "UNMET",
    [
      `${nameOf(target)} is not as it has to be. Correct by hand:`,
      ...points.map(({ parameter, want, have }) => `- ${parameter} is ${have}, and has to be ${want}`),
    ].join("\n"),
  );
}

/** Tells, with a preview, what becomes of somebody else's object that is to be taken over. @throws Fault */
export async function announce(target: Target, world: World): Promise<void> {
  const found = await read(target, world);
  if (!found || found.marked) return;
  const points = differences(target, found).map(
    ({ parameter, want, have }) => `${parameter} is ${have} and becomes ${want}`,
  );
  world.say(
    `${nameOf(target)} exists and is taken over (adopt): ${points.join(", ") || "it is as it has to be"}.`,
  );
}

/** Tells, with a preview, of an object that `pause` keeps off, or will once it is made. @throws Fault */
export async function tellOfPause(target: Target, world: World, stack: string): Promise<void> {
  if (!target.kind.toggle) return;
  const session = world.on(target.side);
  const row = await find(target, session);
  if (row ? isPaused(target, row) : await isHeld(target, session))
    world.say(`${nameOf(target)} is paused: it stays off until \`siu resume ${stack}\`.`);
}

/** A value for people; nothing is `not set`. */
export function say(value: unknown): string {
  return value === null || value === undefined ? "not set" : JSON.stringify(value);
}

function differences(
  { kind, props }: Target,
  { observed }: Outcome,
): { parameter: string; want: string; have: string }[] {
  return delta(kind, props, observed).map(({ parameter, want, have }) => ({
    parameter,
    want: say(want),
    have: say(have),
  }));
}

async function make(
  target: Target,
  session: Session,
  world: World,
  { adopt, before }: { adopt: Adopt; before?: Parameters | undefined },
): Promise<Outcome> {
  const { kind } = target;
  const found = await find(target, session);
  const origin = found && owned(target, found);
  if (found && !origin && adopt === false) {
    throw new Fault(
      "ALREADY_EXISTS",
      `${nameOf(target)} exists, and was not created from this stack. Set adopt: true to take it over as it is configured here, or choose another name.`,
    );
  }
  if (found && origin !== "created") return takeOver(target, session, world, { found, before });
  const password = kind.secret === undefined ? undefined : await world.accountPassword();
  const secret: Parameters = kind.secret && password ? { [kind.secret]: password.value } : {};
  if (found && kind.secret) await session.write(`Set-${kind.noun}`, { Identity: idOf(found), ...secret });
  const row = found ?? (await add(target, session, world, secret));
  const outcome = await sync(target, session, world, { row, origin: "created", written: !found });
  return { ...outcome, ...(password?.generated && { secret: password.value }) };
}

/** Takes an object over, or goes on with that. The mark goes first: what lacks it is still as its owner left it. */
async function takeOver(
  target: Target,
  session: Session,
  world: World,
  { found, before = {} }: { found: Row; before?: Parameters | undefined },
): Promise<Outcome> {
  const { kind } = target;
  const isNew = owned(target, found) === undefined;
  const former = isNew ? await formerOf(target, found, session) : before;
  try {
    const mark = isNew ? ownershipOf(target, "adopted", found) : {};
    if (isNew) await session.write(`Set-${kind.noun}`, { Identity: idOf(found), ...mark, ...kind.insist });
    const row = { ...found, ...mark };
    return { ...(await sync(target, session, world, { row, origin: "adopted", written: isNew })), former };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Unfinished(error, { ...(await outcomeOf(target, found, session)), marked: false, former });
  }
}

/** The new object. */
async function add(target: Target, session: Session, world: World, secret: Parameters): Promise<Row> {
  const { kind, props } = target;
  let made: Row | undefined;
  try {
    const ownership = ownershipOf(target, "created");
    [made] = await session.write(`New-${kind.noun}`, { ...encode(kind, props), ...ownership, ...secret });
  } catch (error) {
    // The line may have broken after Exchange did it: what is there now decides.
    // So does a repeated call that meets what the first one made: it was not there before.
    const lookAgain = isFault(error, "UNAVAILABLE") || isFault(error, "ALREADY_EXISTS");
    const unclear = lookAgain ? await find(target, session) : undefined;
    if (!unclear) throw withInstructions(kind, props, error);
    if (!owned(target, unclear)) throw error;
    made = unclear;
  }
  if (made?.["Guid"] !== undefined) return made;
  const shown = await caughtUp(world, () => {
    session.forget(kind.noun);
    return find(target, session);
  });
  if (shown) return shown;
  throw new Fault(
    "NOT_VERIFIED",
    `${nameOf(target)} was created, but Exchange does not show it. Run again in a few minutes.`,
  );
}

/** Writes what differs from the row, then reads the object back until it is so. @throws Fault NOT_VERIFIED */
async function sync(
  target: Target,
  session: Session,
  world: World,
  { row, origin, written = false }: { row: Row; origin: Origin; written?: boolean },
): Promise<Outcome> {
  const { kind, props } = target;
  const Identity = idOf(row);
  const before = await outcomeOf(target, row, session);
  const changed = delta(kind, props, before.observed).map(({ parameter }) => parameter);
  const toggle = kind.toggle && changed.includes(kind.toggle.parameter) ? kind.toggle : undefined;
  // What would send mail from now on stays off with the others while the stack is paused.
  const held = (toggle ?? changed.includes(kind.toggle?.route ?? "")) && (await isHeld(target, session));
  const on =
    !held && toggle && normal(kind, toggle.parameter, complete(kind, props)[toggle.parameter]) === "true";
  const off = held ? kind.toggle?.off : on ? undefined : toggle?.off;
  if (off !== undefined) await session.write(off, { Identity, Confirm: false });
  const parameters = {
    ...encodeChanges(kind, complete(kind, props), changed),
    ...(kind.wishes?.names.some((name) => changed.includes(name)) &&
      (await kind.wishes.fulfil(row, props, session))),
    ...(before.marked && !held && !changed.some((name) => name === kind.mark)
      ? {}
      : ownershipOf(target, origin, row, held)),
  };
  if (Object.keys(parameters).length > 0)
    await session.write(`Set-${kind.noun}`, { Identity, ...parameters, ...kind.insist });
  if (toggle && on) await session.write(toggle.on, { Identity });
  if (changed.length === 0 && before.marked && !written) return before;
  // Other objects may show this one's name.
  if (!written && changed.includes(kind.identity)) session.forget();

  const differs = (outcome: Outcome): string[] =>
    delta(kind, props, outcome.observed).map(({ parameter }) => parameter);
  let outcome: Outcome | undefined;
  await caughtUp(world, async () => {
    const again = await session.one(readingOf(target), Identity);
    outcome = again && (await outcomeOf(target, again, session));
    return outcome?.marked && differs(outcome).length === 0;
  });
  const left = outcome && differs(outcome);
  if (outcome && left?.length === 0) return outcome;
  throw new Fault(
    "NOT_VERIFIED",
    left
      ? `${nameOf(target)}: Exchange accepted the change but still shows another ${left.join(", ")}. Run again in a few minutes; if it stays so, Exchange does not take this value.`
      : `${nameOf(target)} was written, but Exchange does not show it. Run again in a few minutes.`,
  );
}

/** The mark as a parameter, behind what the operator or the object already says there; what is paused stays so. */
function ownershipOf({ kind, mark, props }: Target, origin: Origin, row: Row = {}, held = false): Parameters {
  if (kind.mark === undefined) return {};
  const comment = marked(props[kind.mark] ?? row[kind.mark], mark, origin);
  return { [kind.mark]: withPause(comment, mark, held || isPausedIn(row[kind.mark], mark)) };
}
