import { meet } from "./condition.ts";
import * as object from "./converge.ts";
import { delta, differences } from "./delta.ts";
import { Fault } from "./exchange/errors.ts";
import * as keepsake from "./keepsake.ts";
import { unknown, type ConditionKind, type Observed, type PublicationKind, type World } from "./kind.ts";
import { remove as removeObject } from "./release.ts";
import * as settings from "./setting.ts";
import {
  type Deployment,
  kindOf,
  settingOf,
  sideOf,
  stateOf,
  targetOf,
  type Inputs,
  type State,
} from "./state.ts";
import { nameOf } from "./target.ts";

/** A creation that failed on the way: the state that it came to has to be kept. */
export class Unfinished extends Error {
  readonly id: string;
  readonly state: State;

  constructor(cause: Fault, id: string, state: State) {
    super(cause.message, { cause });
    this.id = id;
    this.state = state;
  }
}

/** Pulumi's answer to what an update would do. */
export interface Difference {
  changes: boolean;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/**
 * Desired state in terms that Exchange keeps: addresses looked up, groups resolved. Part of every preview: tells of dangers, and of
 * what is to be taken over. @throws Fault
 */
export async function check(world: World, news: Inputs): Promise<Inputs> {
  const kind = kindOf(news);
  if (kind.is === "publication" || kind.is === "setting" || hasUnknown(news)) return news;
  const { inputs } = news;
  const side = sideOf(news);
  const dangers = await (news.keepsake
    ? []
    : kind.is === "condition"
      ? kind.advise?.(inputs, world, side)
      : kind.advise?.(inputs, world.on(side)));
  for (const danger of dangers ?? []) world.say(danger);
  if (kind.is === "condition") return news;
  const prepared = kind.prepare ? { ...news, inputs: await kind.prepare(inputs, world.on(side)) } : news;
  if (news.adopt !== false && !news.verify && !news.keepsake)
    await object.announce(targetOf(kind, prepared), world);
  await object.tellOfPause(targetOf(kind, prepared), world, news.stack);
  return prepared;
}

/** Creates, resumes, adopts, or only verifies. @throws Fault; Unfinished */
export async function create(world: World, news: Inputs): Promise<{ id: string; state: State }> {
  const kind = kindOf(news);
  if (news.keepsake) {
    const former = await keepsake.remember(world, news);
    return { id: `${news.kind}:${news.stack}`, state: { ...news, observed: {}, marked: true, former } };
  }
  if (kind.is === "setting") {
    const { observed, former } = await settings.put(settingOf(kind, news), world, news.adopt !== false);
    const state = { ...news, observed, marked: true, former: news.before ?? former };
    return { id: `${news.kind}:${news.stack}`, state };
  }
  if (kind.is !== "object") {
    const state = kind.is === "condition" ? met(kind, world, news) : publish(kind, world, news);
    return { id: `${news.kind}:${news.stack}`, state: await state };
  }
  const target = targetOf(kind, whole(news));
  try {
    const outcome = news.verify
      ? await object.verify(target, world)
      : await object.create(target, world, news.adopt, news.before);
    return { id: outcome.id, state: stateOf(news, outcome) };
  } catch (error) {
    if (!(error instanceof object.Unfinished)) throw error;
    throw new Unfinished(error, error.outcome.id, stateOf(news, error.outcome));
  }
}

/** What Exchange shows now, of the object with this id or else name; undefined when it is gone. @throws Fault */
export async function read(world: World, id: string | undefined, olds: State): Promise<State | undefined> {
  const kind = kindOf(olds);
  if (olds.keepsake) return { ...olds, former: await keepsake.remember(world, olds, olds.former) };
  if (kind.is === "condition") return { ...olds, observed: await look(kind, world, olds) };
  if (kind.is === "setting") return { ...olds, observed: await settings.look(settingOf(kind, olds), world) };
  if (kind.is === "publication") {
    const observed = await kind.observe(world);
    return observed && { ...olds, observed };
  }
  // What somebody else manages may be made anew by them, without our mark.
  const outcome = await object.read(targetOf(kind, olds), world, olds.verify ? undefined : id);
  return outcome && { ...olds, observed: outcome.observed, marked: outcome.marked };
}

/** State as it is for a comparison: what has to be looked at in every run is looked at now. @throws Fault */
export async function current(world: World, olds: State, news: Inputs): Promise<State> {
  const kind = kindOf(news);
  if (kind.is !== "condition" || !kind.always || olds.kind !== news.kind) return olds;
  return { ...olds, observed: await look(kind, world, news) };
}

/** Whether state and wish differ, and whether only a new object helps. Pure. */
export function diff(olds: State, news: Inputs): Difference {
  const kind = kindOf(news);
  const other = (["kind", "side", "stack"] as const).filter((name) => olds[name] !== news[name]);
  if (other.length > 0) return { changes: true, replaces: other, deleteBeforeReplace: true };
  if (news.keepsake)
    return { changes: !same(olds.inputs, news.inputs), replaces: [], deleteBeforeReplace: false };
  if (kind.is === "publication") {
    const changes = differences(kind.want(news.inputs), olds.observed).length > 0;
    return { changes, replaces: [], deleteBeforeReplace: false };
  }
  const switched = olds.verify !== news.verify;
  if (kind.is === "condition") {
    const unmet = kind.unmet(news.inputs, olds.observed).length > 0;
    return {
      changes: switched || unmet || !same(olds.inputs, news.inputs),
      replaces: [],
      deleteBeforeReplace: false,
    };
  }
  if (kind.is === "setting") {
    const changes = delta(kind.of, news.inputs, olds.observed).length > 0;
    return { changes, replaces: [], deleteBeforeReplace: false };
  }
  const changed = delta(kind, news.inputs, olds.observed).map(({ parameter }) => parameter);
  const dropped = Object.keys(olds.inputs).some((name) => !(name in news.inputs) && !(name in kind.defaults));
  const fixed = news.verify || switched ? [] : changed.filter((name) => kind.fixed.includes(name));
  return {
    changes:
      changed.length > 0 ||
      dropped ||
      switched ||
      (!olds.marked && !news.verify) ||
      // How an object is given back is decided by what state says.
      (olds.former !== undefined && olds.adopt !== news.adopt),
    replaces: fixed.length > 0 ? ["inputs"] : [],
    // Names are unique: the old object has to make room.
    deleteBeforeReplace: fixed.length > 0,
  };
}

/** Brings an object back to what is desired. @throws Fault */
export async function update(world: World, id: string, olds: State, news: Inputs): Promise<State> {
  const kind = kindOf(news);
  if (news.keepsake) return { ...olds, ...news };
  if (kind.is === "condition") return met(kind, world, news);
  if (kind.is === "publication") return publish(kind, world, news);
  if (kind.is === "setting") {
    const { observed } = await settings.put(settingOf(kind, news), world, true);
    return { ...news, observed, marked: true, ...(olds.former && { former: olds.former }) };
  }
  const target = targetOf(kind, whole(news));
  if (news.verify) return stateOf(news, await object.verify(target, world));
  // An object that was only verified so far is not ours yet.
  const outcome = olds.verify
    ? await object.create(target, world, news.adopt, news.before)
    : await object.update(target, world, id, { wished: olds.inputs, former: olds.former });
  return { ...stateOf(news, outcome), ...(olds.password !== undefined && { password: olds.password }) };
}

/** Removes what is ours and gives back what was taken over; what was only looked at, or is handed over, stays. @throws Fault */
export async function remove(world: Deployment, id: string, olds: State): Promise<void> {
  const kind = kindOf(olds);
  if (olds.keepsake) return keepsake.forget(world, olds, olds.former);
  if (kind.is === "publication") return kind.withdraw(world);
  if (kind.is === "setting") return settings.giveBack(settingOf(kind, olds), world, olds.former ?? {});
  if (kind.is === "condition" || olds.verify) return;
  const target = targetOf(kind, olds);
  if (world.stays(olds)) return world.say(`${nameOf(target)} is somebody else's to manage now, and stays.`);
  const { adopt, former } = olds;
  await removeObject(target, world, { id, adopt, former });
}

/** Pulumi asks for the same several times in a run: only what was written since can have changed it. */
function look(kind: ConditionKind, world: World, news: Inputs): Promise<Observed> {
  const { kind: name, inputs } = news;
  const side = sideOf(news);
  return world.on(side).once(JSON.stringify([name, inputs]), () => kind.observe(inputs, world, side));
}

async function met(kind: ConditionKind, world: World, news: Inputs): Promise<State> {
  return { ...news, observed: await meet(kind, world, sideOf(news), news.inputs), marked: true };
}

/** Publishes, then looks whether it is so. */
async function publish(kind: PublicationKind, world: World, news: Inputs): Promise<State> {
  await kind.publish(news.inputs, world);
  const observed = (await kind.observe(world)) ?? {};
  const left = differences(kind.want(news.inputs), observed).map(({ parameter }) => parameter);
  if (left.length === 0) return { ...news, observed, marked: true };
  throw new Fault(
    "NOT_VERIFIED",
    `${kind.title} were taken, but are others already (${left.join(", ")}). Find out who else publishes them, and run again.`,
  );
}

function hasUnknown({ inputs }: Inputs): boolean {
  return JSON.stringify(inputs).includes(unknown);
}

/** What is no preview any more knows every value. @throws Fault NOT_VERIFIED */
function whole(news: Inputs): Inputs {
  if (!hasUnknown(news)) return news;
  throw new Fault(
    "NOT_VERIFIED",
    `${news.kind} '${String(news.inputs["Name"])}' needs a group that this stack made, and that Exchange does not show yet. Run again in a few minutes.`,
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
