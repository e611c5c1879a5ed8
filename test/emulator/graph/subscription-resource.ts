import { readSelect, readExpand } from "./query/options.ts";
import { parseFilter } from "./query/filter.ts";
import { badRequest, noPerson } from "./error.ts";
import { messageProperties } from "./message.ts";
import { segmentsOf } from "./path.ts";

/** What a subscription is about: the messages of a mailbox or of one of its folders. */
export interface SubscribedResource {
  /** An id or UPN. */
  user: string;
  folder?: string;
  /** `?$select=...`, or nothing. */
  query: string;
}

/**
 * Reads `users/{id}/messages` and `users/{id}/mailFolders('{id}')/messages` in every spelling that clients use: with or without a slash or
 * the service's address before it, keys in parentheses or as segments. @throws GraphError InvalidRequest | BadRequest for anything else
 */
export function readResource(resource: string): SubscribedResource {
  const [path = "", ...rest] = resource
    .trim()
    .replace(/^https:\/\/[^/]+\/v1\.0/i, "")
    .split("?");
  const query = rest.length > 0 ? `?${rest.join("?")}` : "";
  const [place = "", ...segments] = spelled(path);
  if (place.toLowerCase() === "me") throw noPerson();
  const [user, ...below] = segments;
  const [first, folder, last] = below.map((each) => each.toLowerCase());
  if (place.toLowerCase() === "users" && user !== undefined) {
    if (first === "messages" && below.length === 1) return checked({ user, query });
    if (first === "mailfolders" && folder !== undefined && last === "messages" && below.length === 3)
      return checked({ user, folder: below[1] ?? "", query });
  }
  throw badRequest(
    `The resource '${resource}' does not support subscriptions here: only messages of users and of their mail folders do.`,
    "InvalidRequest",
  );
}

function spelled(path: string): string[] {
  try {
    return segmentsOf(path);
  } catch {
    throw badRequest(`The resource '${path}' is wrongly encoded.`, "InvalidRequest");
  }
}

/** @throws GraphError when the query names what there is not, or cannot be subscribed to */
function checked(resource: SubscribedResource): SubscribedResource {
  const url = queryUrl(resource.query);
  for (const name of url.searchParams.keys())
    if (!/^\$(?:select|filter|expand)$/i.test(name))
      throw badRequest(
        `The query option '${name}' is not allowed in a subscription's resource.`,
        "InvalidRequest",
      );
  readSelect({ url }, "microsoft.graph.message", messageProperties);
  readExpand({ url });
  const filter = url.searchParams.get("$filter");
  if (filter !== null) parseFilter(filter);
  return resource;
}

/** A subscription's query as the URL that queries are read from. */
export function queryUrl(query: string): URL {
  return new URL(`https://graph.microsoft.com/v1.0/${query}`);
}
