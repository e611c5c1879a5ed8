import { Fault } from "./exchange/errors.ts";
import { idOf } from "./exchange/known.ts";
import type { Parameter, Parameters, Row, SideName } from "./exchange/port.ts";
import type { Reading, Session } from "./exchange/session.ts";
import { complete, decode, normal } from "./kind.ts";
import type { ObjectKind, Observed, Props, World } from "./kind.ts";
import { isPausedIn, originOf, unmarked, type Origin } from "./mark.ts";

/** One object of the desired state. */
export interface Target {
  readonly kind: ObjectKind;
  readonly side: SideName;
  readonly props: Props;
  /** What tells the objects of this stack from everybody else's. */
  readonly mark: string;
}

/** An object as it is now. */
export interface Outcome {
  readonly id: string;
  readonly observed: Observed;
  /** Whether it still says that it is ours. */
  readonly marked: boolean;
  /** A password that was generated with the object. */
  readonly secret?: string;
  /** Of an object that was taken over: what it was before, as `Set-` takes it. Empty when a run that broke off knew it. */
  readonly former?: Parameters;
}

/** `TransportRule 'CodeTwo Exchange transport rule'`, for people. */
export function nameOf(target: Pick<Target, "kind" | "props">): string {
  const name = target.props[target.kind.identity];
  return name === undefined ? target.kind.noun : `${target.kind.noun} '${String(name)}'`;
}

/** The object among all of its noun: by id, so that a renamed one is still found, else by name. @throws Fault AMBIGUOUS */
export async function find(target: Target, session: Session, id?: string): Promise<Row | undefined> {
  const { kind, props } = target;
  for (const query of [kind.query?.(props), ...kind.hidden]) {
    const found = among(await session.rows(kind.noun, query), target, id);
    if (found) return found;
  }
  return undefined;
}

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
  return id !== undefined && found && !owned(target, found) ? undefined : found;
}

/** How this object is read alone. */
export function readingOf({ kind, props }: Target): Reading {
  return { noun: kind.noun, query: kind.query?.(props), hidden: kind.hidden, place: kind.place };
}

/** Where an object comes from; undefined for somebody else's. Without a mark its deterministic name says that it is ours. Pure. */
export function owned({ kind, mark }: Target, row: Row): Origin | undefined {
  return kind.mark === undefined ? "created" : originOf(row[kind.mark], mark);
}

/** Whether an object that is to be on is off because of `pause`: then its being off is no difference. Pure. */
export function isPaused(target: Target, row: Row): boolean {
  return isWantedOn(target) && isOffByPause(target, row);
}

/** Whether an object is to be on and to send mail somewhere, so that `pause` switches it off. Pure. */
export function isRoute(target: Target): boolean {
  const { toggle } = target.kind;
  return toggle?.route !== undefined && (target.props[toggle.route] ?? null) !== null && isWantedOn(target);
}

/** Whether an object must not send mail yet, because `pause` keeps what the stack has of its noun off. @throws Fault */
export async function isHeld(target: Target, session: Session): Promise<boolean> {
  if (!isRoute(target)) return false;
  return (await session.rows(target.kind.noun)).some((row) => isOffByPause(target, row));
}

function isWantedOn({ kind, props }: Target): boolean {
  const { toggle } = kind;
  return (
    toggle !== undefined && normal(kind, toggle.parameter, complete(kind, props)[toggle.parameter]) === "true"
  );
}

function isOffByPause({ kind, mark }: Target, row: Row): boolean {
  if (!kind.toggle || kind.mark === undefined || !isPausedIn(row[kind.mark], mark)) return false;
  const { parameter } = kind.toggle;
  return normal(kind, parameter, row[kind.properties[parameter] ?? parameter]) === "false";
}

/** A row in terms of the desired state. @throws Fault where the kind has to look further */
export async function outcomeOf(target: Target, row: Row, session: Session): Promise<Outcome> {
  const { kind, props, mark } = target;
  const switched = kind.toggle?.parameter ?? "";
  const plain = {
    ...row,
    ...(kind.mark && { [kind.mark]: unmarked(row[kind.mark], mark) }),
    ...(isPaused(target, row) && { [kind.properties[switched] ?? switched]: true }),
  };
  const whole = kind.derive ? await kind.derive(plain, props, session) : plain;
  const observed = decode(kind, whole, Object.keys(complete(kind, props)));
  return { id: idOf(row), observed, marked: owned(target, row) !== undefined };
}

/** What an object has that this stack writes, as it can be given back. @throws Fault */
export async function formerOf({ kind, props }: Target, row: Row, session: Session): Promise<Parameters> {
  const names = [...Object.keys(complete(kind, props)), kind.mark, kind.place].filter(
    (name) => name !== undefined && !kind.wishes?.names.includes(name),
  );
  return {
    ...Object.fromEntries(names.map((name = "") => [name, parameterOf(row[kind.properties[name] ?? name])])),
    ...(await kind.wishes?.recall?.(row, session)),
  };
}

/** Objects that number each other are written one at a time. What a failure left half done is read anew. */
export async function writing<Done>(
  { kind, side }: Target,
  world: World,
  work: (session: Session) => Promise<Done>,
): Promise<Done> {
  const session = world.on(side);
  try {
    return await (kind.place === undefined ? work(session) : session.inTurn(kind.noun, () => work(session)));
  } catch (error) {
    session.forget(kind.noun);
    throw error;
  }
}

function parameterOf(value: unknown): Parameter {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : String(value);
}
