/** As much of a transport rule as its place among the others depends on. */
export interface OrderedRule {
  name: string;
  before: readonly string[];
  after: readonly string[];
}

/** Names as Exchange compares them. */
const plain = (name: string): string => name.toLowerCase();

/** For each rule (by its plain name) the rules of the list that have to come before it. */
function predecessors(rules: readonly OrderedRule[]): Map<string, Set<string>> {
  const known = new Map(rules.map(({ name }) => [plain(name), new Set<string>()]));
  for (const { name, before, after } of rules) {
    for (const later of before) known.get(plain(later))?.add(plain(name));
    for (const earlier of after) if (known.has(plain(earlier))) known.get(plain(name))?.add(plain(earlier));
  }
  return known;
}

/** A circle of rules each of which has to run before the next, its first name repeated at the end; undefined without one. */
export function ruleCycle(rules: readonly OrderedRule[]): string[] | undefined {
  const needs = predecessors(rules);
  const spelt = new Map(rules.map(({ name }) => [plain(name), name]));
  const free = new Set<string>();
  const search = (name: string, path: readonly string[]): string[] | undefined => {
    if (free.has(name)) return undefined;
    const start = path.indexOf(name);
    if (start !== -1) return [...path.slice(start), name];
    for (const earlier of needs.get(name) ?? []) {
      const cycle = search(earlier, [...path, name]);
      if (cycle !== undefined) return cycle;
    }
    free.add(name);
    return undefined;
  };
  for (const name of needs.keys()) {
    // The search walks from later to earlier rules.
    const cycle = search(name, [])?.toReversed();
    if (cycle !== undefined) return cycle.map((step) => spelt.get(step) ?? step);
  }
  return undefined;
}
