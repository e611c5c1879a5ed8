import type { Row } from "../exchange/port.ts";
import { loose } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";

/** An impersonation grant that somebody else manages: there has to be one for the account, under any name, direct or by a group. */
export const impersonationGranted: ConditionKind = {
  is: "condition",
  sides: ["onPremises"],
  observe: async ({ User }, world, side) => {
    const grants = await world.on(side).run("Get-ManagementRoleAssignment", {
      Role: "ApplicationImpersonation",
      RoleAssignee: String(User),
      Enabled: true,
    });
    return { Granted: String(grants.some(isUsable)) };
  },
  unmet: ({ User }, { Granted }) =>
    Granted === "true"
      ? []
      : [
          `'${String(User)}' holds no impersonation. Run: New-ManagementRoleAssignment -Role ApplicationImpersonation -User ${String(User)}, or set impersonation.manage: full.`,
        ],
};

/** A delegating assignment lets its holder hand the role out, not use it. */
function isUsable(row: Row): boolean {
  return loose(row["RoleAssignmentDelegationType"] ?? "Regular") === "regular";
}
