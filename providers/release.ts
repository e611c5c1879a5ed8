import { delta } from "./delta.ts";
import { Fault, isFault } from "./exchange/errors.ts";
import { idOf } from "./exchange/known.ts";
import type { Parameter, Parameters, Row } from "./exchange/port.ts";
import type { Session } from "./exchange/session.ts";
import { complete, encodeChanges, normal } from "./kind.ts";
import type { Adopt, Props, World } from "./kind.ts";
import { unmarked } from "./mark.ts";
import { find, nameOf, outcomeOf, owned, readingOf, writing, type Target } from "./target.ts";

/** What state knows of an object that this stack no longer wants. */
export interface Farewell {
  readonly id: string;
  /** What it was before it was taken over; absent for one that this stack made. */
  readonly former?: Parameters | undefined;
  /** Whether it is to be so again. */
  readonly adopt: Adopt;
}

/**
 * Removes what this stack made, and gives back what it took over; what is gone already is no mistake.
 * @throws Fault NOT_OURS when an object that this stack made lost its mark
 */
export async function remove(target: Target, world: World, farewell: Farewell): Promise<void> {
  return writing(target, world, (session) => part(target, session, world, farewell));
}

async function part(target: Target, session: Session, world: World, farewell: Farewell): Promise<void> {
  const { kind } = target;
  const row = await now(target, session, farewell.id);
  if (!row) return;
  const origin = owned(target, row);
  if (!origin && farewell.former)
    return world.say(`${nameOf(target)} no longer carries the mark of this stack: it is left as it is.`);
  if (!origin) {
    throw new Fault(
      "NOT_OURS",
      `${nameOf(target)} no longer carries the mark of this stack, so somebody else may have made it; it is left alone. Remove it by hand, or run \`pulumi up --refresh\` to mark it again.`,
    );
  }
  const { former = {}, adopt } = farewell;
  if (origin === "adopted" || farewell.former)
    return adopt === "restore" && kind.identity in former
      ? restore(target, session, world, { row, former })
      : release(target, session, world, { row, unknown: adopt === "restore" });
  await kind.leave?.(target.props, world);
  try {
    if (kind.toggle) await session.write(kind.toggle.off, { Identity: idOf(row), Confirm: false });
    await session.write(`Remove-${kind.noun}`, { Identity: idOf(row), ...kind.insist, Confirm: false });
  } catch (error) {
    if (!isFault(error, "NOT_FOUND")) throw error;
  }
  await session.gone(readingOf(target), idOf(row));
}

/** The object as it is now, not as a preview saw it before somebody thought it over. */
async function now(target: Target, session: Session, id: string): Promise<Row | undefined> {
  const row = await session.one(readingOf(target), id);
  if (row) return row;
  // One that somebody made anew, with our mark.
  const namesake = await find(target, session, id);
  return namesake && session.one(readingOf(target), idOf(namesake));
}

/** Takes the mark off; a rule that nobody looks after any more does nothing. */
async function release(
  target: Target,
  session: Session,
  world: World,
  { row, unknown }: { row: Row; unknown: boolean },
): Promise<void> {
  const { kind } = target;
  const Identity = idOf(row);
  if (kind.toggle) await session.write(kind.toggle.off, { Identity, Confirm: false });
  await session.write(`Set-${kind.noun}`, { Identity, ...withoutMark(target, row), ...kind.insist });
  await session.one(readingOf(target), Identity);
  const lost = unknown ? ", because a run that broke off knew what it was before" : "";
  const off = kind.toggle ? " and switched off" : "";
  world.say(
    `${nameOf(target)} was there before this stack: it is not removed, but released${off}${lost}. It stays as this stack set it.`,
  );
}

/** Makes the object what it was before it was taken over. @throws Fault NOT_VERIFIED */
async function restore(
  target: Target,
  session: Session,
  world: World,
  { row, former }: { row: Row; former: Parameters },
): Promise<void> {
  const { kind } = target;
  const Identity = idOf(row);
  const { names: wishes = [], recall, possible } = kind.wishes ?? {};
  const names = Object.keys(complete(kind, target.props)).filter((name) => recall || !wishes.includes(name));
  // State loses what is null.
  const wanted: Props = Object.fromEntries(names.map((name) => [name, former[name] ?? null]));
  const props = { ...wanted, ...(await possible?.(wanted, session)) };
  for (const name of wishes) {
    const lost = items(wanted[name]).filter((each) => !items(props[name]).includes(each));
    if (lost.length > 0)
      world.say(`${nameOf(target)} does not get back what is gone of its ${name}: ${lost.join(", ")}.`);
  }
  const derive = async (row: Row): Promise<Row> => ({ ...row, ...(await recall?.(row, session)) });
  const plain: Target = { ...target, kind: { ...kind, derive }, props };
  const differs = async (row: Row): Promise<string[]> =>
    delta(kind, props, (await outcomeOf(plain, row, session)).observed).map(({ parameter }) => parameter);
  const changed = (await differs(row)).filter((name) => name !== kind.mark);
  const toggle = kind.toggle && changed.includes(kind.toggle.parameter) ? kind.toggle : undefined;
  const on = toggle && normal(kind, toggle.parameter, props[toggle.parameter]) === "true";

  await kind.leave?.(target.props, world);
  if (toggle && !on) await session.write(toggle.off, { Identity, Confirm: false });
  await session.write(`Set-${kind.noun}`, {
    Identity,
    ...encodeChanges(kind, props, changed),
    ...(wishes.some((name) => changed.includes(name)) && (await kind.wishes?.fulfil(row, props, session))),
    ...(await formerPlace(target, session, former)),
    ...kind.insist,
  });
  if (toggle && on) await session.write(toggle.on, { Identity });
  // The mark goes last: a run that breaks off before leaves an object that the next one still gives back.
  if (kind.mark !== undefined) {
    const plainly = { [kind.mark]: former[kind.mark] ?? null };
    await session.write(`Set-${kind.noun}`, { Identity, ...plainly, ...kind.insist });
  }
  if (changed.includes(kind.identity)) session.forget();

  const again = await session.one(readingOf(target), Identity);
  const left = again ? await differs(again) : ["everything"];
  if (left.length > 0) {
    throw new Fault(
      "NOT_VERIFIED",
      `${nameOf(target)}: Exchange took it back to what it was before, but shows another ${left.join(", ")}. Look at it by hand.`,
    );
  }
  world.say(`${nameOf(target)} was there before this stack: it is not removed, but what it was before.`);
}

/** The place that the object had, or the last one where there are fewer now. */
async function formerPlace({ kind }: Target, session: Session, former: Parameters): Promise<Parameters> {
  if (kind.place === undefined) return {};
  const others = (await session.rows(kind.noun)).length - 1;
  return { [kind.place]: Math.min(Number(former[kind.place] ?? 0), others) };
}

function items(value: Parameter | undefined): string[] {
  return [value ?? []].flat().map(String);
}

function withoutMark({ kind, mark }: Target, row: Row): Parameters {
  return kind.mark === undefined ? {} : { [kind.mark]: unmarked(row[kind.mark], mark) || null };
}
