import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";

/** An impersonation grant that somebody else manages: there has to be one for the account, under any name, direct or by a group. */
export const impersonationGranted: ConditionKind = {
  is: "condition",
  sides: ["onPremises"],
  observe: async ({ User }, world, side) => {
    const grants = await impersonationOf(String(User), world.on(side));
    return { Granted: String(grants.length > 0) };
  },
  unmet: ({ User }, { Granted }) =>
    Granted === "true"
      ? []
      : [
          `'${String(User)}' holds no impersonation. Run: New-ManagementRoleAssignment -Role ApplicationImpersonation -User ${String(User)}, or set impersonation.manage: full.`,
        ],
};

/** The grants by which an account may impersonate, direct or by a group. @throws Fault NOT_FOUND when there is no such account */
export async function impersonationOf(RoleAssignee: string, session: Session): Promise<Row[]> {
  const assignments = await session.run("Get-ManagementRoleAssignment", {
    Role: "ApplicationImpersonation",
    RoleAssignee,
    Enabled: true,
  });
  // A delegating assignment lets its holder hand the role out, not use it.
  return assignments.filter((row) => loose(row["RoleAssignmentDelegationType"] ?? "Regular") === "regular");
}
