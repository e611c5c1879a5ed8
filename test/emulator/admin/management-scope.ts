import { printFilter } from "../opath.ts";
import { rows } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import { refuseDehydrated } from "./organization-config.ts";
import { acceptedFilter } from "./recipient-filter.ts";

export const managementScope: Cmdlet[] = cmdletsOf({
  noun: "ManagementScope",
  unstored: ["RecipientRestrictionFilter"],
  defaults: {
    ScopeRestrictionType: "RecipientScope",
    Exclusive: false,
    RecipientRoot: null,
    RecipientFilter: "",
    ServerFilter: "",
    DatabaseFilter: "",
  },
  // The parameter is called RecipientRestrictionFilter, the property RecipientFilter.
  settle: (call, next, before) => {
    if (!before) {
      refuseDehydrated(call);
      next["Exclusive"] = call.parameters["Exclusive"] === true;
    }
    const filter = call.parameters["RecipientRestrictionFilter"];
    if (filter === undefined) return;
    next["RecipientFilter"] = printFilter(acceptedFilter(call.side, String(filter ?? "")));
  },
  select: (call, found) => {
    const { Exclusive: exclusive, Orphan: orphan } = call.parameters;
    return found
      .filter((row) => exclusive === undefined || row["Exclusive"] === exclusive)
      .filter((row) => orphan !== true || !usedBy(rows(call.side, "ManagementRoleAssignment"), row["Name"]));
  },
  afterSet: (call, row, before) => {
    for (const assignment of rows(call.side, "ManagementRoleAssignment")) {
      for (const scope of scopes) {
        if (assignment[scope] === before["Name"]) assignment[scope] = row["Name"];
      }
    }
  },
  beforeRemove: (call, row) => {
    const user = usedBy(rows(call.side, "ManagementRoleAssignment"), row["Name"]);
    if (user) {
      throw invalid(
        `The management scope '${String(row["Name"])}' can't be removed because it's used by the management role assignment '${String(user["Name"])}'.`,
      );
    }
  },
});

const scopes = ["CustomRecipientWriteScope", "CustomResourceScope"];

function usedBy(assignments: Record<string, unknown>[], name: unknown): Record<string, unknown> | undefined {
  return assignments.find((assignment) => scopes.some((scope) => assignment[scope] === name));
}
