import { everyMember } from "../../members.ts";
import { jsonBody, userOf, type Operation } from "../call.ts";
import { group, objectsOf } from "../directory.ts";
import { badRequest } from "../error.ts";
import { missing } from "./list-users.ts";

/** Groups that can be asked for at once. */
const most = 20;

/** POST users/{id}/checkMemberGroups: which of some groups somebody is in, directly or through others. */
export const checkMemberGroups: Operation = (call) => {
  const { side, params, root } = call;
  const person = userOf(call, params["user"] ?? "");
  if (!person) throw missing(params["user"] ?? "");
  const { groupIds } = jsonBody(call);
  if (!Array.isArray(groupIds) || groupIds.length === 0 || groupIds.length > most)
    throw badRequest(`The property 'groupIds' has to hold 1 to ${most} ids.`, "Request_BadRequest");
  const wanted = new Set(groupIds.map((each) => String(each).toLowerCase()));
  const found = objectsOf(side, group).filter(
    (each) => wanted.has(each.guid) && everyMember(side, each.members).has(person.guid),
  );
  return {
    status: 200,
    body: {
      "@odata.context": `${root}/$metadata#Collection(Edm.String)`,
      value: found.map(({ guid }) => guid),
    },
  };
};
