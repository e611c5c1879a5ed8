import { everyMember, isDynamic } from "../../members.ts";
import type { Recipient } from "../../store.ts";
import type { Call, Operation } from "../call.ts";
import { group, kindOf, objectBody, user } from "../directory.ts";
import { collection } from "../query/collection.ts";
import { walk } from "../query/match.ts";
import { readSelect } from "../query/options.ts";
import { missing } from "./list-users.ts";

/** The group in the path, by id. @throws GraphError Request_ResourceNotFound */
function groupOf({ side, params }: Call): Recipient {
  const id = params["group"] ?? "";
  const found = side.recipients.get(id.toLowerCase());
  if (!found?.members || isDynamic(found)) throw missing(id);
  return found;
}

/** GET groups/{id}. */
export const getGroup: Operation = (call) => {
  const found = groupOf(call);
  const select = readSelect(call, group.type, [...group.readers.keys()]);
  return {
    status: 200,
    body: { "@odata.context": `${call.root}/$metadata#groups/$entity`, ...objectBody(found, select) },
  };
};

/** GET groups/{id}/members or transitiveMembers, all of them or (`/microsoft.graph.user`) the people only. */
function members(transitive: boolean, people: boolean): Operation {
  return (call) => {
    const of = groupOf(call);
    const direct = (of.members ?? []).flatMap((guid) => call.side.recipients.get(guid) ?? []);
    const found = transitive ? [...everyMember(call.side, of.members).values()] : direct;
    const known = [...new Set([...user.readers.keys(), ...group.readers.keys()])];
    const select = readSelect(call, people ? user.type : "microsoft.graph.directoryObject", known);
    return collection(call, {
      context: people ? "users" : "directoryObjects",
      things: found.filter((each) => !isDynamic(each) && (!people || kindOf(each) === user)),
      reader: (each) => (path) => walk(objectBody(each, known), path),
      write: (each) => objectBody(each, select, true),
      usualSize: 100,
      largestSize: 999,
      byToken: true,
    });
  };
}

export const listMembers: Operation = members(false, false);
export const listMemberUsers: Operation = members(false, true);
export const listTransitiveMembers: Operation = members(true, false);
export const listTransitiveMemberUsers: Operation = members(true, true);
