import type { Organization } from "../organization.ts";
import { rows, type Row, type Side } from "../store.ts";

/** What RBAC for Applications grants an application: assignments, and the scopes they name. */
export interface Grants {
  assignments: Row[];
  scopes: Row[];
}

interface Remembered extends Grants {
  since: number;
}

const known = new WeakMap<Side, Map<string, Remembered>>();

/**
 * The role assignments of an application's service principals as Exchange Online goes by them: for `permissionCache` milliseconds
 * after it first looked, it does not look again. Test-ServicePrincipalAuthorization looks always. A restart forgets what was remembered.
 */
export function grantsInForce(organization: Organization, side: Side, appId: string): Grants {
  const principals = rows(side, "ServicePrincipal")
    .filter((row) => row["AppId"] === appId)
    .map((row) => row["ObjectId"]);
  const remembered = known.get(side) ?? new Map<string, Remembered>();
  known.set(side, remembered);
  const last = remembered.get(appId);
  const now = organization.now();
  if (last && now - last.since < organization.permissionCache) return last;
  const assignments = rows(side, "ManagementRoleAssignment").filter(
    (row) => row["RoleAssigneeType"] === "ServicePrincipal" && principals.includes(row["App"]),
  );
  const scopes = rows(side, "ManagementScope");
  // Copies: a row changes in place.
  const fresh = {
    since: now,
    assignments: assignments.map((row) => ({ ...row })),
    scopes: scopes.map((row) => ({ ...row })),
  };
  if (organization.permissionCache > 0) remembered.set(appId, fresh);
  return fresh;
}
