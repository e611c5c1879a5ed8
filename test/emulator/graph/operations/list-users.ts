import { userOf, type Operation } from "../call.ts";
import { group, objectBody, objectsOf, user, type Kind } from "../directory.ts";
import { GraphError } from "../error.ts";
import { collection } from "../query/collection.ts";
import { walk } from "../query/match.ts";
import { readSelect } from "../query/options.ts";

/** GET users or groups, with `$filter`, `$select`, `$top` and pages by `$skiptoken`. */
function list(kind: Kind, context: string): Operation {
  return (call) => {
    const select = readSelect(call, kind.type, [...kind.readers.keys()]);
    return collection(call, {
      context,
      things: objectsOf(call.side, kind),
      reader: (each) => (path) => walk(objectBody(each, [...kind.readers.keys()]), path),
      write: (each) => objectBody(each, select),
      usualSize: 100,
      largestSize: 999,
      byToken: true,
    });
  };
}

export const listUsers: Operation = list(user, "users");
export const listGroups: Operation = list(group, "groups");

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
