import type { Recipient, Side } from "../store.ts";
import type { Call } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { passesFilter } from "./recipient-filter.ts";
import { texts } from "./values.ts";
import { isDynamic } from "../members.ts";

/** Groups with a membership list of their own. */
export function isStaticGroup(recipient: Recipient): boolean {
  return recipient.members !== undefined && !isDynamic(recipient);
}

/** Fills the dynamic groups of a side anew; after every change of a recipient, since mail flow reads `members`. */
export function refreshDynamicGroups(side: Side): void {
  for (const group of side.recipients.values()) {
    if (!isDynamic(group)) continue;
    const filter = String(group.other["RecipientFilter"]);
    group.members = [...side.recipients.values()]
      .filter((each) => each !== group && !isDynamic(each) && each.primarySmtpAddress !== "")
      .filter((each) => passesFilter(side, filter, each))
      .map(({ guid }) => guid);
  }
}

/** @throws CmdletError when the caller is not among the managers of a group and does not say to pass over that (Microsoft's KB 2731947). */
export function refuseStranger(call: Call, group: Recipient): void {
  if (call.parameters["BypassSecurityGroupManagerCheck"] === true) return;
  const caller = [...call.side.recipients.values()].find(
    ({ userPrincipalName }) => userPrincipalName === call.caller,
  );
  if (caller && texts(group.other["ManagedBy"]).includes(caller.name)) return;
  throw invalid(
    "You don't have sufficient permissions. This operation can only be performed by a manager of the group.",
  );
}
