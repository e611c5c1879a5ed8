import { Fault } from "./exchange/errors.ts";
import type { Parameters, Row } from "./exchange/port.ts";
import { loose } from "./forms.ts";

/** As much of a rule as its place depends on. */
export interface Ordered {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Rules in the order in which they have to run: as listed, except where `before` and `after` say otherwise. Rules outside the list do
 * not matter here; the configuration has refused circles. Pure.
 */
export function inOrder<T extends Ordered>(rules: readonly T[]): T[] {
  const waiting = [...rules];
  const ordered: T[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(
      (rule) => !waiting.some((other) => other !== rule && precedes(other, rule)),
    );
    ordered.push(...waiting.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

/** The names of `Before` and `After` that a rule's place honours now; a rule that does not exist is honoured. Pure. */
export function honoured(
  row: Row,
  rows: readonly Row[],
  { before, after }: { before: readonly string[]; after: readonly string[] },
): { Before: string[]; After: string[] } {
  const place = Number(row["Priority"]);
  const places = (name: string): number[] =>
    rows.filter((each) => sameName(String(each["Name"]), name)).map((each) => Number(each["Priority"]));
  return {
    Before: before.filter((name) => places(name).every((other) => place < other)),
    After: after.filter((name) => places(name).every((other) => place > other)),
  };
}

/**
 * The nearest priority at which a rule runs before and after the named ones, as a parameter of Set-TransportRule. Pure.
 * @throws Fault UNMET when the others stand the wrong way round
 */
export function placement(
  row: Row,
  rows: readonly Row[],
  { before, after }: { before: readonly string[]; after: readonly string[] },
): Parameters {
  const others = rows
    .filter((each) => each !== row && each["Guid"] !== row["Guid"])
    .toSorted((a, b) => Number(a["Priority"]) - Number(b["Priority"]));
  const indexes = (names: readonly string[]): number[] =>
    others.flatMap((each, index) =>
      names.some((name) => sameName(name, String(each["Name"]))) ? [index] : [],
    );
  const first = Math.max(0, ...indexes(after).map((index) => index + 1));
  const last = Math.min(others.length, ...indexes(before));
  if (first > last) {
    throw new Fault(
      "UNMET",
      `TransportRule '${String(row["Name"])}' cannot run after ${after.join(", ")} and before ${before.join(", ")}: those run the other way round. Change their order, or before and after.`,
    );
  }
  return { Priority: Math.min(Math.max(Number(row["Priority"]), first), last) };
}

function precedes(one: Ordered, other: Ordered): boolean {
  return (
    one.before.some((name) => sameName(name, other.name)) ||
    other.after.some((name) => sameName(name, one.name))
  );
}

function sameName(a: string, b: string): boolean {
  return loose(a) === loose(b);
}
