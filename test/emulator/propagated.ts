import type { Organization } from "./organization.ts";
import type { Row } from "./store.ts";

/** Whether a connector or rule already works, `propagationDelay` after its last change. */
export function propagated(organization: Organization, row: Row): boolean {
  return organization.now() - Date.parse(String(row["WhenChangedUTC"])) >= organization.propagationDelay;
}
