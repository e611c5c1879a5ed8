import { option, type Call } from "../call.ts";
import { badRequest, GraphError } from "../error.ts";
import type { Read } from "./match.ts";
import { parseFilter, parts, type Filter } from "./filter.ts";

/**
 * Whether a client asked the directory for its advanced queries: the header ConsistencyLevel and `$count`. Without it some are refused.
 * https://learn.microsoft.com/graph/aad-advanced-queries
 */
function isAdvanced(call: Call): boolean {
  return isEventual(call) && option(call, "count")?.toLowerCase() === "true";
}

/** Whether the client takes what the directory's index knows. */
export function isEventual({ headers }: Pick<Call, "headers">): boolean {
  return String(headers["consistencylevel"] ?? "").toLowerCase() === "eventual";
}

/** Holds a query of the directory to what it takes. @throws GraphError Request_UnsupportedQuery */
export function checkDirectoryQuery(call: Call): void {
  if (option(call, "search") !== undefined && !isEventual(call))
    throw unsupported(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  const filter = option(call, "filter");
  if (filter === undefined || isAdvanced(call)) return;
  if (option(call, "orderby") !== undefined) throw unsupported("Sorting not supported for current query.");
  if (parts(parseFilter(filter)).some(needsIndex)) throw unsupported("Unsupported Query.");
}

function needsIndex(filter: Filter): boolean {
  if (filter.is === "ne" || filter.is === "not") return true;
  return filter.is === "true" && filter.operand.is === "call" && filter.operand.name !== "startswith";
}

function unsupported(message: string): GraphError {
  return badRequest(message, "Request_UnsupportedQuery");
}

/** What `$search` of the directory keeps: `"displayName:anna"` terms, with AND and OR between them. @throws GraphError BadRequest */
export function directorySearch(call: Call): ((read: Read) => boolean) | undefined {
  const text = option(call, "search");
  if (text === undefined) return undefined;
  const alternatives = text.split(/\s+OR\s+/).map((each) => each.split(/\s+AND\s+/).map(term));
  return (read) => alternatives.some((terms) => terms.every((one) => one(read)));
}

const searchable = [
  "displayName",
  "mail",
  "userPrincipalName",
  "mailNickname",
  "description",
  "givenName",
  "surname",
];

function term(text: string): (read: Read) => boolean {
  const [, name = "", value = ""] = /^\(*"(\w+):([^"]*)"\)*$/.exec(text.trim()) ?? [];
  const property = searchable.find((each) => each.toLowerCase() === name.toLowerCase());
  if (property === undefined)
    throw badRequest(
      `Invalid $search: '${text}' has to have the form "property:value".`,
      "Request_BadRequest",
    );
  const wanted = value.toLowerCase();
  return (read) => {
    const found = String(read([property]) ?? "").toLowerCase();
    // The whole, or one of its words, by its beginning.
    return found.startsWith(wanted) || found.split(/[\s.@_-]+/).some((word) => word.startsWith(wanted));
  };
}
