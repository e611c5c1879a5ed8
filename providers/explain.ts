import { say } from "./converge.ts";
import { delta, differences, type Change } from "./delta.ts";
import { kindOf, type Inputs, type State } from "./state.ts";
import { nameOf } from "./target.ts";

/** Every parameter in which Exchange is not as the resource asks for; a prerequisite has none. Pure. */
export function changes(olds: State, news: Inputs): Change[] {
  const kind = kindOf(news);
  if (kind.is === "condition" || olds.kind !== news.kind) return [];
  if (kind.is === "publication") return differences(kind.want(news.inputs), olds.observed);
  return delta(kind.is === "setting" ? kind.of : kind, news.inputs, olds.observed);
}

/** What is unmet of a prerequisite, each point with what to do about it; other resources have none. Pure. */
export function unmet(olds: State, news: Inputs): string[] {
  const kind = kindOf(news);
  return kind.is === "condition" ? kind.unmet(news.inputs, olds.observed) : [];
}

/** What a prerequisite is about: the first of these that it has. */
const subjects = ["DomainName", "Scope", "Connector", "Outbound", "User", "UserPrincipalName", "App"];

/** `TransportRule 'CodeTwo Exchange transport rule'`, for people. Pure. */
export function titleOf(news: Inputs): string {
  const kind = kindOf(news);
  if (kind.is === "publication") return kind.title;
  if (kind.is === "condition") {
    const about = subjects.map((name) => news.inputs[name]).find((value) => value !== undefined);
    return about === undefined ? news.kind : `${news.kind} '${String(about)}'`;
  }
  return nameOf({ kind: kind.is === "setting" ? kind.of : kind, props: news.inputs });
}

/** The sentence for a log about a resource that is not as it should be, or undefined. Pure. */
export function explain(olds: State, news: Inputs): string | undefined {
  const kind = kindOf(news);
  if (olds.kind !== news.kind || news.keepsake) return undefined;
  if (kind.is === "condition") return unmet(olds, news).join("\n") || undefined;
  if (kind.is === "publication") {
    const drift = JSON.stringify(olds.inputs) === JSON.stringify(news.inputs) ? changes(olds, news) : [];
    return drift.length === 0
      ? undefined
      : changedOutside(`${kind.title} were`, drift, (value) => String(value ?? "not set"));
  }
  // What the file asks for now was asked for before: then Exchange is what changed.
  const drift = changes(olds, news).filter(
    ({ parameter }) =>
      JSON.stringify(olds.inputs[parameter] ?? null) === JSON.stringify(news.inputs[parameter] ?? null),
  );
  if (drift.length === 0) return olds.marked ? undefined : `${titleOf(news)} lost its mark.`;
  return changedOutside(`${titleOf(news)} was`, drift, say);
}

function changedOutside(whatWas: string, drift: readonly Change[], tell: (value: unknown) => string): string {
  const points = drift.map(
    ({ parameter, want, have }) => `${parameter} is ${tell(have)} instead of ${tell(want)}`,
  );
  return `${whatWas} changed outside of this stack: ${points.join(", ")}.`;
}
