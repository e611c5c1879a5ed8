import type { Recipient } from "../../store.ts";
import { userOf, type Operation } from "../call.ts";
import { group, objectBody, objectsOf, user, type Kind } from "../directory.ts";
import { badRequest, GraphError } from "../error.ts";
import { checkDirectoryQuery, directorySearch, isEventual } from "../query/advanced.ts";
import { collection, numberOf } from "../query/collection.ts";
import { walk, type Read } from "../query/match.ts";
import { readSelect } from "../query/options.ts";

/** GET users or groups, with `$filter`, `$select`, `$top` and pages by `$skiptoken`. */
function list(kind: Kind, context: string): Operation {
  return (call) => {
    const known = [...kind.readers.keys()];
    const select = readSelect(call, kind.type, known);
    checkDirectoryQuery(call);
    const search = directorySearch(call);
    const reader = (each: Recipient): Read => {
      const body = objectBody(each, known);
      return (path) => walk(body, path);
    };
    return collection(call, {
      context,
      things: objectsOf(call.side, kind).filter((each) => !search || search(reader(each))),
      reader,
      write: (each) => objectBody(each, select),
      usualSize: 100,
      largestSize: 999,
      byToken: true,
    });
  };
}

export const listUsers: Operation = list(user, "users");
export const listGroups: Operation = list(group, "groups");

/** GET users/$count or groups/$count, from the directory's index only. */
function count(list: Operation): Operation {
  return (call) => {
    if (!isEventual(call)) throw badRequest("$count is not currently supported.", "Request_BadRequest");
    return numberOf(list)(call);
  };
}

export const countUsers: Operation = count(listUsers);
export const countGroups: Operation = count(listGroups);

/** GET users/{id or UPN}. */
export const getUser: Operation = (call) => {
  const id = call.params["user"] ?? "";
  const found = userOf(call, id);
  if (!found) throw missing(id);
  const select = readSelect(call, user.type, [...user.readers.keys()]);
  return {
    status: 200,
    body: { "@odata.context": `${call.root}/$metadata#users/$entity`, ...objectBody(found, select) },
  };
};

/** What the directory says about an id that it does not have. */
export function missing(id: string): GraphError {
  return new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}
