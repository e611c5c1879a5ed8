import { badRequest } from "../error.ts";
import { orderOf, type Read } from "./match.ts";

/** One condition of a `$search`: a word or phrase, of a property where one is named. */
interface Term {
  property: string | undefined;
  operator: ":" | ">" | "<" | ">=" | "<=";
  value: string;
  not: boolean;
}

/** A search in KQL, taken apart: alternatives of terms that all have to be met. */
export type Search = Term[][];

/** What each property of a search looks at; without one, the first three. https://learn.microsoft.com/graph/search-query-parameter */
const places: Record<string, string[]> = {
  from: ["from"],
  subject: ["subject"],
  body: ["body/content"],
  to: ["toRecipients"],
  cc: ["ccRecipients"],
  bcc: ["bccRecipients"],
  recipients: ["toRecipients", "ccRecipients", "bccRecipients"],
  participants: ["from", "toRecipients", "ccRecipients", "bccRecipients"],
  importance: ["importance"],
  hasattachments: ["hasAttachments"],
  received: ["receivedDateTime"],
  sent: ["sentDateTime"],
};
const usual = ["from", "subject", "body"];
const dates = new Set(["received", "sent"]);
const part = /\s*(?:(OR|AND|NOT)\b|(-)?(?:(\w+)(:|>=|<=|>|<))?(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+)))/y;

/** @throws GraphError BadRequest when the text is not in quotes, cannot be read, or names an unknown property */
export function parseSearch(text: string): Search {
  const inner = /^"([^]*)"$/.exec(text.trim())?.[1]?.replaceAll('\\"', '"');
  const invalid = () => badRequest(`Syntax error: the search clause '${text}' cannot be read.`);
  if (inner === undefined || inner.trim() === "") throw invalid();
  const search: Search = [[]];
  let not = false;
  part.lastIndex = 0;
  for (let at = 0; inner.slice(at).trim() !== ""; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(inner);
    if (!found) throw invalid();
    const [, word, minus, property, operator = ":", phrase, bare = ""] = found;
    if (word === "OR") search.push([]);
    if (word === "NOT") not = true;
    if (word !== undefined) continue;
    if (property !== undefined && !(property.toLowerCase() in places)) throw invalid();
    search.at(-1)?.push({
      property: property?.toLowerCase(),
      operator: operator as Term["operator"],
      value: (phrase ?? bare).toLowerCase(),
      not: not || minus !== undefined,
    });
    not = false;
  }
  if (search.some((terms) => terms.length === 0)) throw invalid();
  return search;
}

/** Whether a message is found. */
export function finds(search: Search, read: Read): boolean {
  return search.some((terms) => terms.every((term) => meets(term, read) !== term.not));
}

function meets({ property, operator, value }: Term, read: Read): boolean {
  if (property !== undefined && dates.has(property))
    return isWhen(read((places[property] ?? []).slice(0, 1)), operator, value);
  const looked = (property === undefined ? usual : [property]).flatMap((each) => places[each] ?? []);
  const wanted = value.replace(/\*$/, "");
  return looked.some((path) => texts(read(path.split("/"))).some((text) => hasWords(text, wanted)));
}

/** A day is the whole of it. */
function isWhen(time: unknown, operator: Term["operator"], value: string): boolean {
  if (operator === ":") return String(time).startsWith(value);
  const order = orderOf(time, new Date(value)) ?? Number.NaN;
  const outcomes = { ">": order > 0, "<": order < 0, ">=": order >= 0, "<=": order <= 0 };
  return outcomes[operator];
}

/** Words are found by their beginning, phrases as they are. */
function hasWords(text: string, wanted: string): boolean {
  const at = text.indexOf(wanted);
  return at >= 0 && [...text.matchAll(/[\p{L}\p{N}]+/gu)].some(({ index }) => text.startsWith(wanted, index));
}

/** Every text in a value, lower case; markup is left out. */
function texts(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === "object") return Object.values(value).flatMap(texts);
  return [
    String(value)
      .replaceAll(/<[^>]*>/g, " ")
      .toLowerCase(),
  ];
}
