import { badRequest } from "../error.ts";

/** Something that a filter computes with. */
export type Operand =
  | { is: "path"; path: string[] }
  | { is: "literal"; value: string | number | boolean | null | Date }
  | { is: "call"; name: string; operands: Operand[] };

/** A `$filter`, parsed. */
export type Filter =
  | { is: "and" | "or"; left: Filter; right: Filter }
  | { is: "not"; filter: Filter }
  | { is: Comparison; left: Operand; right: Operand }
  | { is: "in"; left: Operand; values: Operand[] }
  | { is: "true"; operand: Operand }
  | { is: "any" | "all"; path: string[]; variable: string; filter?: Filter };

const comparisons = ["eq", "ne", "gt", "ge", "lt", "le"] as const;
export type Comparison = (typeof comparisons)[number];

const constants = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
/** Parentheses and negations in one filter. */
const mostNested = 100;
const token =
  /\s*(?:(?<string>'(?:[^']|'')*')|(?<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)|(?<number>-?\d+(?:\.\d+)?(?![\w-]))|(?<word>[A-Za-z_@][\w.@]*(?:\/[A-Za-z_@][\w.@]*)*)|(?<mark>[(),:]))/y;

interface Token {
  kind: "string" | "date" | "number" | "word" | "mark";
  text: string;
}

/** @throws GraphError BadRequest with the position at which the filter cannot be read */
export function parseFilter(source: string): Filter {
  const tokens = tokenize(source);
  if (tokens.filter(({ text }) => text === "(" || text === "not").length > mostNested)
    throw badRequest("The filter is too complex.", "ErrorInvalidUrlQueryFilter");
  let next = 0;
  const invalid = () =>
    badRequest(`Invalid filter clause: syntax error at '${tokens[next]?.text ?? "the end"}' in '${source}'.`);
  const take = (...texts: string[]): string | undefined => {
    const found = tokens[next];
    if (!found || found.kind === "string" || !texts.includes(found.text.toLowerCase())) return undefined;
    next++;
    return found.text.toLowerCase();
  };
  const expect = (text: string): void => {
    if (take(text) === undefined) throw invalid();
  };
  const either = (): Filter => {
    let left = both();
    while (take("or")) left = { is: "or", left, right: both() };
    return left;
  };
  const both = (): Filter => {
    let left = single();
    while (take("and")) left = { is: "and", left, right: single() };
    return left;
  };
  const single = (): Filter => {
    if (take("not")) return { is: "not", filter: single() };
    if (take("(")) {
      const inner = either();
      expect(")");
      return inner;
    }
    return lambda() ?? comparison();
  };
  const lambda = (): Filter | undefined => {
    const [, path = "", quantifier = ""] =
      (tokens[next]?.kind === "word" && /^(.+)\/(any|all)$/i.exec(tokens[next]?.text ?? "")) || [];
    if (path === "") return undefined;
    next++;
    expect("(");
    const is = quantifier.toLowerCase() === "any" ? "any" : "all";
    if (take(")")) return { is, path: path.split("/"), variable: "" };
    const variable = tokens[next++]?.text ?? "";
    expect(":");
    const filter = either();
    expect(")");
    return { is, path: path.split("/"), variable, filter };
  };
  const comparison = (): Filter => {
    const left = operand();
    if (take("in")) {
      expect("(");
      return { is: "in", left, values: list() };
    }
    const is = comparisons.find((name) => take(name));
    return is ? { is, left, right: operand() } : { is: "true", operand: left };
  };
  const list = (): Operand[] => {
    const found: Operand[] = [];
    if (take(")")) return found;
    do found.push(operand());
    while (take(","));
    expect(")");
    return found;
  };
  const operand = (): Operand => {
    const found = tokens[next];
    if (!found || found.kind === "mark") throw invalid();
    next++;
    if (found.kind !== "word") return { is: "literal", value: literal(found) };
    if (take("(")) return { is: "call", name: found.text.toLowerCase(), operands: list() };
    if (constants.has(found.text)) return { is: "literal", value: constants.get(found.text) ?? null };
    return { is: "path", path: found.text.split("/") };
  };
  const filter = either();
  if (next < tokens.length) throw invalid();
  return filter;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const groups = token.exec(text)?.groups;
    const [kind, found] = Object.entries(groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (found === undefined)
      throw badRequest(`Invalid filter clause: syntax error at position ${at} in '${source}'.`);
    tokens.push({ kind: kind as Token["kind"], text: found });
  }
  return tokens;
}

function literal({ kind, text }: Token): string | number | Date {
  if (kind === "string") return text.slice(1, -1).replaceAll("''", "'");
  if (kind === "number") return Number(text);
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw badRequest(`Invalid filter clause: unrecognized 'Edm.DateTimeOffset' literal '${text}'.`);
  return date;
}

/** Every filter inside a filter, itself included. */
export function parts(filter: Filter): Filter[] {
  if (filter.is === "and" || filter.is === "or")
    return [filter, ...parts(filter.left), ...parts(filter.right)];
  if (filter.is === "not" || ((filter.is === "any" || filter.is === "all") && filter.filter))
    return [filter, ...(filter.filter ? parts(filter.filter) : [])];
  return [filter];
}

/** Properties that a filter names, in its order, each as `from/emailAddress/address`. */
export function propertiesOf(filter: Filter): string[] {
  const named = (operand: Operand): string[] => {
    if (operand.is === "path") return [operand.path.join("/")];
    return operand.is === "call" ? operand.operands.flatMap(named) : [];
  };
  switch (filter.is) {
    case "and":
    case "or":
      return [...propertiesOf(filter.left), ...propertiesOf(filter.right)];
    case "not":
      return propertiesOf(filter.filter);
    case "any":
    case "all":
      return [filter.path.join("/")];
    case "true":
      return named(filter.operand);
    case "in":
      return named(filter.left);
    default:
      return [...named(filter.left), ...named(filter.right)];
  }
}
