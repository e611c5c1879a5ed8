import type { Change } from "./delta.ts";
import type { Publication } from "./desired/publication.ts";
import type { Desired } from "./desired/resource.ts";
import { changes, titleOf, unmet } from "./explain.ts";
import { idOf } from "./exchange/known.ts";
import type { Row, SideName } from "./exchange/port.ts";
import { normal, type ObjectKind, type World } from "./kind.ts";
import { check, diff, read } from "./lifecycle.ts";
import { markOf, originOf } from "./mark.ts";
import { kindOf, targetOf, type Inputs, type State } from "./state.ts";
import { find, isPaused } from "./target.ts";

/**
 * How a resource is in Exchange: as declared; gone (or never made); somebody else's by its lack of the mark; with other values; a
 * prerequisite that is not met; one that this stack made and no longer declares; or a rule that `pause` keeps off, which is no drift.
 */
export type Standing =
  | "as-declared"
  | "paused"
  | "missing"
  | "not-owned"
  | "changed"
  | "unmet"
  | "undeclared";

/** What was found of one resource. */
export interface Finding {
  /** The resource's name in the stack; of what is not declared, its noun and name. */
  readonly resource: string;
  /** `TransportRule 'CodeTwo Exchange transport rule'`. */
  readonly title: string;
  readonly side: SideName | "daemon";
  readonly standing: Standing;
  /** Every value that is not as declared. */
  readonly changes: readonly Change[];
  /** What is missing of a prerequisite, with what to do. */
  readonly unmet: readonly string[];
}

/**
 * Compares Exchange, and the daemon, with what a stack wants, without Pulumi and its state: by the same reading and the same
 * comparison that a refreshing preview uses. Writes nothing. @throws Fault
 */
export async function drift(
  world: World,
  stack: string,
  wanted: readonly (Desired | Publication)[],
): Promise<Finding[]> {
  // What only remembers how something was before has nothing in Exchange of its own.
  const inExchange = wanted.filter((each) => !("keepsake" in each && each.keepsake));
  const looks = inExchange.map(async ({ name, kind, side, inputs, adopt, verify }) => {
    const news = await check(world, { stack, kind, side, inputs, adopt, verify });
    const seen = await read(world, undefined, { ...news, observed: {}, marked: true });
    const finding = judge(name, news, seen);
    const off = finding.standing === "as-declared" && (await pausedIn(world, news));
    return { finding: off ? { ...finding, standing: "paused" as const } : finding, news };
  });
  const found = await Promise.all(looks);
  const left = await undeclared(
    world,
    stack,
    found.map(({ news }) => news),
  );
  return [...found.map(({ finding }) => finding), ...left];
}

async function pausedIn(world: World, news: Inputs): Promise<boolean> {
  const kind = kindOf(news);
  if (kind.is !== "object" || !kind.toggle) return false;
  const target = targetOf(kind, news);
  const row = await find(target, world.on(target.side));
  return row !== undefined && isPaused(target, row);
}

function judge(resource: string, news: Inputs, seen: State | undefined): Finding {
  const about = { resource, title: titleOf(news), side: news.side, changes: [], unmet: [] };
  if (!seen) return { ...about, standing: "missing" };
  if (!diff(seen, news).changes) return { ...about, standing: "as-declared" };
  const points = { ...about, changes: changes(seen, news), unmet: unmet(seen, news) };
  if (points.unmet.length > 0) return { ...points, standing: "unmet" };
  return { ...points, standing: seen.marked || news.verify ? "changed" : "not-owned" };
}

/**
 * Objects with this stack's mark, or with a name that says so where there is no mark, that it does not want, among the nouns that it
 * uses; and rules wherever it has connectors, since a rule that is left over sends mail to where nobody takes it.
 */
async function undeclared(world: World, stack: string, wanted: readonly Inputs[]): Promise<Finding[]> {
  const found = new Map<string, Finding>();
  for (const { kind, side, inputs } of searched(wanted)) {
    for (const query of [kind.query?.(inputs), ...kind.hidden])
      for (const row of await world.on(side).rows(kind.noun, query)) {
        const key = `${side} ${kind.noun} ${idOf(row)}`;
        if (found.has(key) || !isOurs(kind, row, stack) || isWanted(kind.noun, side, row, wanted)) continue;
        const title = `${kind.noun} '${String(row["Name"] ?? row[kind.identity])}'`;
        found.set(key, { resource: title, title, side, standing: "undeclared", changes: [], unmet: [] });
      }
  }
  return [...found.values()];
}

interface Place {
  kind: ObjectKind;
  side: SideName;
  inputs: Inputs["inputs"];
}

function searched(wanted: readonly Inputs[]): Place[] {
  const places = wanted.flatMap(({ kind: name, side, inputs }): Place[] => {
    const kind = kindOf({ kind: name });
    return kind.is === "object" && side !== "daemon" ? [{ kind, side, inputs }] : [];
  });
  const rule = kindOf({ kind: "TransportRule" });
  const rules = places.flatMap(({ kind, side }): Place[] =>
    rule.is === "object" && kind.noun.endsWith("Connector") ? [{ kind: rule, side, inputs: {} }] : [],
  );
  return [...places, ...rules];
}

function isOurs(kind: ObjectKind, row: Row, stack: string): boolean {
  if (kind.mark !== undefined) return originOf(row[kind.mark], markOf(stack)) !== undefined;
  const name = String(row["Name"]);
  return name.startsWith("Sent Items Update ") && name.endsWith(` (${stack})`);
}

/** Whether some resource of the noun is known by what identifies this row; several kinds may share a noun. */
function isWanted(noun: string, side: SideName, row: Row, wanted: readonly Inputs[]): boolean {
  return wanted.some((each) => {
    const kind = kindOf(each);
    if (kind.is !== "object" || kind.noun !== noun || each.side !== side) return false;
    const identity = kind.identity;
    return normal(kind, identity, each.inputs[identity]) === normal(kind, identity, row[identity]);
  });
}
