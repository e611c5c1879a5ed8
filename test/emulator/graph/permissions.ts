import { policiesOf } from "../admin/application-access-policy.ts";
import type { Organization } from "../organization.ts";
import { propagated } from "../propagated.ts";
import { rows, type Application, type Row, type Side } from "../store.ts";

/** A role that RBAC for Applications grants, within a recipient filter where it is scoped. */
export interface Grant {
  role: string;
  filter?: string;
}

/** What an application may do: what was consented to in Entra within its access policies, and what it is granted. */
export interface Permissions {
  consented: readonly string[];
  /** Rows of ApplicationAccessPolicy. */
  policies: readonly Row[];
  grants: readonly Grant[];
}

interface Remembered {
  permissions: Permissions;
  /** Milliseconds since 1970: when Exchange Online last looked, and was last asked. */
  taken: number;
  used: number;
}

const remembered = new WeakMap<Organization, Map<string, Remembered>>();
/** An application that asks nothing for this share of the time is looked up anew: half an hour of two. */
const idleShare = 4;

/** What an application may do, as Exchange Online remembers it: changes may take `permissionCache` milliseconds, a quarter when it was idle. */
export function permissionsOf(organization: Organization, side: Side, application: Application): Permissions {
  const { permissionCache: longest } = organization.settings;
  const now = organization.now();
  const cache = remembered.get(organization) ?? new Map<string, Remembered>();
  remembered.set(organization, cache);
  const known = cache.get(application.appId);
  const fresh = known && now - known.taken < longest && now - known.used < longest / idleShare;
  const permissions = fresh ? known.permissions : look(organization, side, application);
  if (longest > 0) cache.set(application.appId, { permissions, taken: fresh ? known.taken : now, used: now });
  return permissions;
}

function look(organization: Organization, side: Side, application: Application): Permissions {
  return {
    consented: [...application.permissions],
    policies: policiesOf(side, application.appId),
    grants: grantsOf(organization, side, application),
  };
}

function grantsOf(organization: Organization, side: Side, application: Application): Grant[] {
  const principals = rows(side, "ServicePrincipal")
    .filter((row) => row["AppId"] === application.appId)
    .map((row) => row["ObjectId"]);
  return rows(side, "ManagementRoleAssignment")
    .filter(
      (row) =>
        row["RoleAssigneeType"] === "ServicePrincipal" &&
        principals.includes(row["App"]) &&
        row["Enabled"] === true &&
        row["RoleAssignmentDelegationType"] === "Regular" &&
        propagated(organization, row),
    )
    .flatMap((row) => scoped(side, row));
}

/** An assignment whose scope is gone grants nothing. Exclusive scopes are scopes like others: they keep nobody out. */
function scoped(side: Side, assignment: Row): Grant[] {
  const role = String(assignment["Role"]);
  const name = assignment["CustomResourceScope"] ?? assignment["CustomRecipientWriteScope"];
  if (name === null || name === undefined) return [{ role }];
  const scope = rows(side, "ManagementScope").find((row) => row["Name"] === name);
  return scope ? [{ role, filter: String(scope["RecipientFilter"]) }] : [];
}
