import { canonicalName } from "./admin/identity.ts";
import { recipientReader } from "./admin/recipient-filter.ts";
import { matches, parseFilter } from "./opath.ts";
import type { Organization } from "./organization.ts";
import { rows, sideOf, type Recipient, type Row, type Side, type SideName } from "./store.ts";

/**
 * Whether `caller` may act as `target` on a side: some enabled, regular assignment of ApplicationImpersonation to the caller, or to a
 * role group with the caller in it, whose write scope holds the target.
 */
export function impersonationAllowed(
  organization: Organization,
  sideName: SideName,
  caller: Recipient,
  target: Recipient,
): boolean {
  const side = sideOf(organization, sideName);
  return rows(side, "ManagementRoleAssignment").some(
    (assignment) =>
      assignment["Role"] === "ApplicationImpersonation" &&
      assignment["Enabled"] === true &&
      assignment["RoleAssignmentDelegationType"] === "Regular" &&
      isAssignedTo(side, assignment, caller) &&
      inScope(side, assignment, target),
  );
}

function isAssignedTo(side: Side, assignment: Row, caller: Recipient): boolean {
  const assignee = assignment["RoleAssignee"];
  if (assignment["RoleAssigneeType"] === "User") return assignee === canonicalName(caller);
  return rows(side, "RoleGroup").some(
    (group) =>
      group["Name"] === assignee && Array.isArray(group["Members"]) && group["Members"].includes(caller.guid),
  );
}

function inScope(side: Side, assignment: Row, target: Recipient): boolean {
  const name = assignment["CustomRecipientWriteScope"];
  if (name === null || name === undefined) return assignment["RecipientWriteScope"] === "Organization";
  const scope = rows(side, "ManagementScope").find((row) => row["Name"] === name);
  // An assignment whose scope is gone grants nothing.
  return (
    scope !== undefined &&
    matches(parseFilter(String(scope["RecipientFilter"])), recipientReader(side, target))
  );
}
