import { wildcard } from "./wildcard.ts";

/** A recipient filter, parsed: OPATH as `New-ManagementScope -RecipientRestrictionFilter` takes it. */
export type Filter =
  | { operator: "and" | "or"; left: Filter; right: Filter }
  | { operator: "not"; filter: Filter }
  | { operator: Comparison; property: string; value: string };

const comparisons = ["eq", "ne", "like", "notlike", "gt", "ge", "lt", "le"] as const;
type Comparison = (typeof comparisons)[number];

/** A filter that does not parse; `message` is Exchange's text. */
export class FilterError extends Error {}

interface Token {
  kind: "(" | ")" | "operator" | "property" | "value";
  text: string;
  at: number;
}

/** Parses a filter. Operators and properties are matched without letter case. @throws FilterError naming the position. */
export function parseFilter(source: string): Filter {
  const tokens = tokenize(source);
  let next = 0;
  const fail = (at = tokens[next]?.at ?? source.length): FilterError =>
    new FilterError(
      `Cannot bind parameter 'Filter' to the target. Exception setting "Filter": "Invalid filter syntax. For a description of the filter parameter syntax see the command help.\n"${source}" at position ${at + 1}."`,
    );
  const operator = (...names: string[]): string | undefined => {
    const token = tokens[next];
    if (token?.kind !== "operator" || !names.includes(token.text)) return undefined;
    next++;
    return token.text;
  };
  const either = (): Filter => {
    let left = both();
    while (operator("or")) left = { operator: "or", left, right: both() };
    return left;
  };
  const both = (): Filter => {
    let left = single();
    while (operator("and")) left = { operator: "and", left, right: single() };
    return left;
  };
  const single = (): Filter => {
    if (operator("not")) return { operator: "not", filter: single() };
    if (tokens[next]?.kind === "(") {
      next++;
      const inner = either();
      if (tokens[next]?.kind !== ")") throw fail();
      next++;
      return inner;
    }
    const property = tokens[next];
    if (property?.kind !== "property") throw fail();
    next++;
    const comparison = comparisons.find((name) => operator(name));
    if (!comparison) throw fail();
    const value = tokens[next];
    if (value?.kind !== "value" && value?.kind !== "property") throw fail();
    next++;
    return { operator: comparison, property: property.text, value: value.text };
  };
  const filter = either();
  if (next < tokens.length) throw fail();
  return filter;
}

/** The filter as Exchange stores it: every part of a combination in parentheses. Parses to the same filter. */
export function printFilter(filter: Filter): string {
  switch (filter.operator) {
    case "and":
    case "or":
      return `(${part(filter.left)} -${filter.operator} ${part(filter.right)})`;
    case "not":
      return `(-not${part(filter.filter)})`;
    default:
      return `${filter.property} -${filter.operator} '${filter.value.replaceAll("'", "''")}'`;
  }
}

function part(filter: Filter): string {
  const text = printFilter(filter);
  return "property" in filter ? `(${text})` : text;
}

/** The same filter with every property's name replaced. */
export function mapProperties(filter: Filter, map: (property: string) => string): Filter {
  if ("left" in filter)
    return { ...filter, left: mapProperties(filter.left, map), right: mapProperties(filter.right, map) };
  if ("filter" in filter) return { ...filter, filter: mapProperties(filter.filter, map) };
  return { ...filter, property: map(filter.property) };
}

/** Whether a filter is true of a thing whose properties `read` gives (by lower-case name; several values: any may match). */
export function matches(filter: Filter, read: (property: string) => readonly string[]): boolean {
  switch (filter.operator) {
    case "and":
      return matches(filter.left, read) && matches(filter.right, read);
    case "or":
      return matches(filter.left, read) || matches(filter.right, read);
    case "not":
      return !matches(filter.filter, read);
    case "ne":
      return !matches({ ...filter, operator: "eq" }, read);
    case "notlike":
      return !matches({ ...filter, operator: "like" }, read);
    default:
      return compare(filter.operator, read(filter.property.toLowerCase()), filter.value);
  }
}

function compare(operator: Comparison, values: readonly string[], wanted: string): boolean {
  if (wanted.toLowerCase() === "$null") return operator === "eq" && values.length === 0;
  const test = comparer(operator, wanted.toLowerCase().replace(/^\$(?=true$|false$)/, ""));
  return values.some((value) => test(value.toLowerCase()));
}

function comparer(operator: Comparison, wanted: string): (value: string) => boolean {
  switch (operator) {
    case "like": {
      const pattern = wildcard(wanted);
      return (value) => pattern.test(value);
    }
    case "gt":
      return (value) => value > wanted;
    case "ge":
      return (value) => value >= wanted;
    case "lt":
      return (value) => value < wanted;
    case "le":
      return (value) => value <= wanted;
    default:
      return (value) => value === wanted;
  }
}

/** In this order: space, parenthesis, operator, quoted text (a doubled quote stands for one), bare word. */
const lexemes =
  /(\s+)|([()])|-(and|or|not|eq|ne|like|notlike|gt|ge|lt|le)(?![\w-])|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(\$?[\w.@*-]+)/iuy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    lexemes.lastIndex = at;
    const [found, , parenthesis, operator, single, double, word] = lexemes.exec(source) ?? [];
    if (found === undefined) {
      throw new FilterError(
        `Cannot bind parameter 'Filter' to the target. Exception setting "Filter": "The value "${source}" isn't valid: unexpected character at position ${at + 1}."`,
      );
    }
    if (parenthesis === "(" || parenthesis === ")") tokens.push({ kind: parenthesis, text: parenthesis, at });
    else if (operator !== undefined) tokens.push({ kind: "operator", text: operator.toLowerCase(), at });
    else if (single !== undefined) tokens.push({ kind: "value", text: single.replaceAll("''", "'"), at });
    else if (double !== undefined) tokens.push({ kind: "value", text: double.replaceAll('""', '"'), at });
    else if (word !== undefined) tokens.push({ kind: "property", text: word, at });
    at += found.length;
  }
  return tokens;
}
