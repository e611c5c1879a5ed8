import { inScope } from "./admin/recipient-filter.ts";
import { reaching } from "./admin/rights.ts";
import type { Organization } from "./organization.ts";
import { rows, sideOf, type Recipient, type SideName } from "./store.ts";

/**
 * Whether `caller` may act as `target` on a side: some assignment of ApplicationImpersonation reaches the caller, and its write scope holds
 * the target.
 */
export function impersonationAllowed(
  organization: Organization,
  sideName: SideName,
  caller: Recipient,
  target: Recipient,
): boolean {
  const side = sideOf(organization, sideName);
  return rows(side, "ManagementRoleAssignment")
    .filter((assignment) => assignment["Role"] === "ApplicationImpersonation")
    .filter(reaching(side, { account: caller }))
    .some(({ CustomRecipientWriteScope: scope = null, RecipientWriteScope: whole }) =>
      scope === null ? whole === "Organization" : inScope(side, scope, target),
    );
}
