import { isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import { objectKind } from "../kind.ts";

/** An application's right to mailboxes of Exchange Online (RBAC for Applications), limited to a management scope. */
export const applicationGrant = objectKind({
  noun: "ManagementRoleAssignment",
  sides: ["online"],
  query: ({ Role }) => ({ Role: Role ?? null }),
  defaults: { CustomResourceScope: null, Enabled: true },
  fixed: ["Name", "Role", "App"],
  byHand:
    "Failed to grant the application its role. Let somebody who may grant it do it by hand, in Exchange Online PowerShell, and run again:",
  derive: async (row, { App }) => ({ ...row, App: holderOf(row, App) }),
  advise: async (props, session) => {
    const scope = loose(props["CustomResourceScope"]);
    if (scope === null) return [];
    return (await heldBy(String(props["App"]), session))
      .filter((row) => loose(row["Role"]) === loose(props["Role"]))
      .filter((row) => loose(row["Name"]) !== loose(props["Name"]))
      .filter((row) => loose(row["CustomResourceScope"]) !== scope)
      .map(
        (row) =>
          `The application may reach others than the senders: the management role assignment '${String(row["Name"])}' grants that. Remove it, or the scope of this stack means nothing.`,
      );
  },
});

/** Exchange names the holder by one or several of the service principal's names: the one that was asked for, if it is among them. */
function holderOf(row: Row, wanted: unknown): unknown {
  const names = [row["App"], row["RoleAssignee"], row["RoleAssigneeName"]];
  return names.find((name) => loose(name) === loose(wanted)) ?? names.find((name) => loose(name) !== null);
}

/** Every usable grant of an application; none of one that Exchange does not know yet. */
async function heldBy(RoleAssignee: string, session: Session): Promise<Row[]> {
  try {
    return await session.run("Get-ManagementRoleAssignment", { RoleAssignee, Enabled: true });
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return [];
    throw error;
  }
}
