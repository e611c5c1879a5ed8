import { rows, type Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { notFound } from "./fault.ts";
import { text } from "./parameter.ts";

/** The service principal that an Identity (application id, object id or display name) names. @throws CmdletError when there is none. */
export function servicePrincipalOf(call: Call, identity: unknown): Row {
  const wanted = String(identity).toLowerCase();
  const found = rows(call.side, "ServicePrincipal").find((row) =>
    ["AppId", "ObjectId", "DisplayName", "Guid", "Identity"].some(
      (name) => String(row[name]).toLowerCase() === wanted,
    ),
  );
  if (!found) throw notFound(call.side, identity);
  return found;
}

export const servicePrincipal: Cmdlet[] = [
  {
    name: "Get-ServicePrincipal",
    sides: ["online"],
    parameters: { Identity: text, Organization: text },
    run: (call) => {
      const identity = call.parameters["Identity"];
      return identity ? [servicePrincipalOf(call, identity)] : rows(call.side, "ServicePrincipal");
    },
  },
];
