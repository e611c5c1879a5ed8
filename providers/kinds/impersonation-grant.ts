import { isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import { objectKind } from "../kind.ts";
import { impersonationOf } from "./impersonation-granted.ts";

/** The service account's right to act as the mailboxes of a management scope; without a scope, as every mailbox. */
export const impersonationGrant = objectKind({
  noun: "ManagementRoleAssignment",
  sides: ["onPremises"],
  // Hundreds of assignments exist; only those of the role matter.
  query: ({ Role }) => ({ Role: Role ?? null }),
  defaults: { CustomRecipientWriteScope: null, Enabled: true },
  fixed: ["Name", "Role", "User"],
  byHand:
    "Failed to grant impersonation rights. Let somebody who may grant them do it by hand, in the Exchange Management Shell, and run again:",
  derive: async (row, _props, session) => ({ ...row, User: await userPrincipalName(row, session) }),
  advise: async (props, session) => {
    const scope = loose(props["CustomRecipientWriteScope"]);
    if (scope === null) return [];
    return (await heldBy(String(props["User"]), session))
      .filter((row) => loose(row["Name"]) !== loose(props["Name"]))
      .filter((row) => loose(row["CustomRecipientWriteScope"]) !== scope)
      .map(
        (row) =>
          `'${String(props["User"])}' may impersonate others than the senders: the management role assignment '${String(row["Name"])}' grants that. Remove it, or the scope of this stack means nothing.`,
      );
  },
});

/** Every usable impersonation grant of an account, its groups' too; none of an account that is still to be made. */
async function heldBy(user: string, session: Session): Promise<Row[]> {
  try {
    return await impersonationOf(user, session);
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return [];
    throw error;
  }
}

/** Exchange prints who holds a role by a path or a display name; both are looked up. */
async function userPrincipalName(row: Row, session: Session): Promise<unknown> {
  const assignee = String(row["RoleAssignee"]);
  try {
    const [user] = await session.run("Get-User", { Identity: assignee });
    return user?.["UserPrincipalName"] ?? assignee;
  } catch (error) {
    // The grant of an account that was deleted, or of a group: shown as it is, so it counts as a difference.
    if (isFault(error, "NOT_FOUND")) return assignee;
    throw error;
  }
}
