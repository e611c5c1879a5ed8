import { stretchOf, type Stretch } from "./dates.ts";

/** A query string taken apart. Limits are numbers (bytes, or milliseconds since 1970): at least `from`, less than `until`. */
export type Query =
  | { is: "and" | "or"; parts: Query[] }
  | { is: "not"; part: Query }
  | { is: "text"; property?: TextProperty; text: string; exact: boolean }
  | { is: "limits"; property: LimitedProperty; from?: number; until?: number }
  | { is: "flag"; property: FlagProperty; value: boolean }
  | { is: "one"; property: NamedProperty; value: string };

/** The text is no query: what Exchange answers with ErrorInvalidArgument. */
export class QueryStringError extends Error {}

const textProperties = [
  "subject",
  "body",
  "attachment",
  "to",
  "from",
  "cc",
  "bcc",
  "participants",
  "category",
] as const;
const limitedProperties = ["sent", "received", "size"] as const;
const flagProperties = ["hasattachment", "isread", "isflagged"] as const;
export type TextProperty = (typeof textProperties)[number];
export type LimitedProperty = (typeof limitedProperties)[number];
export type FlagProperty = (typeof flagProperties)[number];
export type NamedProperty = "importance" | "kind";
type Property = TextProperty | LimitedProperty | FlagProperty | NamedProperty;

const properties = [
  ...textProperties,
  ...limitedProperties,
  ...flagProperties,
  "importance",
  "kind",
] as readonly Property[];
/** Other names that are understood. */
const aliases: Record<string, Property> = {
  content: "body",
  attachments: "attachment",
  attachmentnames: "attachment",
  hasattachments: "hasattachment",
  categories: "category",
};
const named: Record<NamedProperty, readonly string[]> = {
  importance: ["low", "normal", "high"],
  kind: "email meetings tasks notes contacts docs posts rssfeeds journals faxes voicemail im".split(" "),
};
const truths: Record<string, boolean> = {
  true: true,
  yes: true,
  "1": true,
  false: false,
  no: false,
  "0": false,
};
const units: Record<string, number> = { "": 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

type Token =
  | { is: "(" | ")" | "AND" | "OR" | "NOT" }
  | { is: "property"; name: string }
  | { is: "operator"; operator: string }
  | { is: "word"; text: string; exact: boolean };

const part =
  /\s*(?:([()])|"([^"]*)"(\*)?|(AND|OR|NOT)(?![^\s()"])|(-)(?=[^\s-])|([A-Za-z]+):|(>=|<=|<>|[<>=])|([^\s()"<>=]+))/y;
const deepest = 100;
const most = 500;
/** Words of a range of dates: `January 1 2013 .. March 31 2013`. */
const longest = 7;

/**
 * Reads a query string in the Advanced Query Syntax that EWS has (QueryStringType): words and "phrases", of a property where one is named,
 * also of several words in parentheses; AND, OR, NOT in capitals, no operator as AND. Words are prefixes, phrases are exact, `"phrase"*`
 * is a prefix again. `now` is what `today` and the like are told by. @throws QueryStringError
 */
export function parseQueryString(text: string, now: number): Query {
  const tokens = tokensOf(text);
  let at = 0;
  let depth = 0;
  const next = (): Token | undefined => tokens[at];
  const take = (is: Token["is"]): boolean => {
    const found = next()?.is === is;
    if (found) at += 1;
    return found;
  };

  function either(property?: Property): Query {
    const parts = [all(property)];
    while (take("OR")) parts.push(all(property));
    return joined("or", parts);
  }

  function all(property?: Property): Query {
    const parts = [single(property)];
    for (let is = next()?.is; is !== undefined && is !== ")" && is !== "OR"; is = next()?.is) {
      take("AND");
      parts.push(single(property));
    }
    return joined("and", parts);
  }

  function single(property?: Property): Query {
    depth += 1;
    if (depth > deepest) throw new QueryStringError("The query is nested too deeply.");
    const found = take("NOT") ? ({ is: "not", part: single(property) } as const) : term(property);
    depth -= 1;
    return found;
  }

  function term(property?: Property): Query {
    if (take("(")) {
      const inner = either(property);
      if (!take(")")) throw new QueryStringError("A parenthesis is not closed.");
      return inner;
    }
    const token = next();
    if (token?.is === "property" && property === undefined) {
      at += 1;
      return valueOf(propertyNamed(token.name));
    }
    return property === undefined ? words() : valueOf(property);
  }

  /** The value of a property: a group, or one value; to a text all words belong that follow. */
  function valueOf(property: Property): Query {
    if (next()?.is === "(") return term(property);
    if (isOneOf(textProperties, property)) {
      const parts = [words(property)];
      while (next()?.is === "word") parts.push(words(property));
      return joined("and", parts);
    }
    if (isOneOf(limitedProperties, property)) return limits(property);
    const value = word().text.toLowerCase();
    if (isOneOf(flagProperties, property)) {
      const truth = truths[value];
      if (truth === undefined) throw new QueryStringError(`'${value}' is neither true nor false.`);
      return { is: "flag", property, value: truth };
    }
    const known = named[property].find((each) => each === value || each === `${value}s`);
    if (known === undefined) throw new QueryStringError(`'${value}' is no ${property}.`);
    return { is: "one", property, value: known };
  }

  function words(property?: TextProperty): Query {
    const { text, exact } = word();
    return { is: "text", ...(property ? { property } : {}), text, exact };
  }

  function word(): Token & { is: "word" } {
    const token = next();
    if (token?.is !== "word") throw new QueryStringError("A word is missing.");
    at += 1;
    return token;
  }

  /** Compares with a size or a date, or with a range of them: the longest that the next words make. */
  function limits(property: LimitedProperty): Query {
    const token = next();
    const operator = token?.is === "operator" ? token.operator : "=";
    if (token?.is === "operator") at += 1;
    const texts: string[] = [];
    for (const each of tokens.slice(at, at + longest)) {
      if (each.is !== "word") break;
      texts.push(each.text);
    }
    for (let count = texts.length; count > 0; count -= 1) {
      const ends = texts
        .slice(0, count)
        .join(" ")
        .split("..", 3)
        .map((end) => amountOf(property, end, now));
      const [first, last] = [ends[0], ends.at(-1)];
      if (!first || !last || ends.length > 2) continue;
      at += count;
      return compared(property, operator, { from: first.from, until: last.until });
    }
    throw new QueryStringError(`'${texts[0] ?? ""}' is no ${property === "size" ? "size" : "date"}.`);
  }

  const query = either();
  if (at < tokens.length) throw new QueryStringError("The query has a part too many.");
  return query;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  part.lastIndex = 0;
  const whole = text.trimEnd();
  for (let at = 0; at < whole.length; at = part.lastIndex) {
    const found = part.exec(whole);
    if (!found) throw new QueryStringError(`The query cannot be read from '${whole.slice(at, at + 20)}' on.`);
    if (tokens.length === most) throw new QueryStringError("The query has too many parts.");
    tokens.push(tokenOf(found));
  }
  return tokens;
}

function tokenOf(found: RegExpExecArray): Token {
  const [, parenthesis, phrase, star, logic, minus, name, operator, bare = ""] = found;
  if (parenthesis !== undefined) return { is: parenthesis === "(" ? "(" : ")" };
  if (phrase !== undefined) return { is: "word", text: phrase, exact: star === undefined };
  if (logic !== undefined) return { is: logic === "AND" ? "AND" : logic === "OR" ? "OR" : "NOT" };
  if (minus !== undefined) return { is: "NOT" };
  if (name !== undefined) return { is: "property", name };
  if (operator !== undefined) return { is: "operator", operator };
  return { is: "word", text: bare, exact: false };
}

function propertyNamed(name: string): Property {
  const wanted = name.toLowerCase();
  const found = properties.find((each) => each === wanted) ?? aliases[wanted];
  if (!found) throw new QueryStringError(`'${name}' is no property of a query.`);
  return found;
}

function compared(property: LimitedProperty, operator: string, { from, until }: Stretch): Query {
  if (operator === ">") return { is: "limits", property, from: until };
  if (operator === ">=") return { is: "limits", property, from };
  if (operator === "<") return { is: "limits", property, until: from };
  if (operator === "<=") return { is: "limits", property, until };
  const within: Query = { is: "limits", property, from, until };
  return operator === "<>" ? { is: "not", part: within } : within;
}

/** Bytes, or a stretch of time. */
function amountOf(property: LimitedProperty, text: string, now: number): Stretch | undefined {
  if (property !== "size") return stretchOf(text, now);
  const [, number, unit = ""] = /^\s*(\d+)\s?([kmg]?b)?\s*$/i.exec(text) ?? [];
  const scale = units[unit.toLowerCase()];
  if (number === undefined || scale === undefined) return undefined;
  const from = Number(number) * scale;
  return { from, until: from + 1 };
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((each) => each === name);
}

function joined(is: "and" | "or", parts: Query[]): Query {
  const [only, ...more] = parts;
  return only && more.length === 0 ? only : { is, parts };
}
