import { rows, type Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { binding, CmdletError, notFound } from "./fault.ts";
import { recipientOf } from "./identity.ts";
import { changed, createObject } from "./object.ts";
import { each, guid } from "./parameter.ts";
import { inScope } from "./recipient-filter.ts";

const noun = "ServicePrincipal";

/** The service principal that an Identity (application id, object id or display name) names. @throws CmdletError when there is none. */
export function servicePrincipalOf(call: Call, identity: unknown): Row {
  const wanted = String(identity).toLowerCase();
  const found = rows(call.side, noun).find((row) =>
    ["AppId", "ObjectId", "DisplayName", "Guid", "Identity"].some(
      (name) => String(row[name]).toLowerCase() === wanted,
    ),
  );
  if (!found) throw notFound(call.side, identity);
  return found;
}

/** Pointers to applications in Entra; Exchange looks at nothing there, a wrong ObjectId is taken and grants nothing. */
export const servicePrincipal: Cmdlet[] = [
  {
    name: `Get-${noun}`,
    run: (call) => {
      const identity = call.parameters["Identity"];
      return identity ? [servicePrincipalOf(call, identity)] : rows(call.side, noun);
    },
  },
  {
    name: `New-${noun}`,
    types: each("AppId ObjectId ServiceId", guid),
    run: create,
  },
  {
    name: `Set-${noun}`,
    run: (call) => {
      const row = servicePrincipalOf(call, call.parameters["Identity"]);
      if (call.parameters["WhatIf"] === true) return [];
      const { DisplayName: name } = call.parameters;
      if (name !== undefined) row["DisplayName"] = name ?? "";
      changed(call.organization, row);
      return [];
    },
  },
  {
    name: `Remove-${noun}`,
    run: (call) => {
      const row = servicePrincipalOf(call, call.parameters["Identity"]);
      if (call.parameters["WhatIf"] !== true) call.side.objects.get(noun)?.delete(String(row["Guid"]));
      return [];
    },
  },
  { name: `Test-${noun}Authorization`, run: authorization },
];

function create(call: Call): Row[] {
  const { AppId: app, DisplayName: name } = call.parameters;
  const object = call.parameters["ObjectId"] ?? call.parameters["ServiceId"];
  if (object === undefined)
    throw binding("Cannot process command because of one or more missing mandatory parameters: ObjectId.");
  const twin = rows(call.side, noun).find((row) => row["AppId"] === app || row["ObjectId"] === object);
  if (twin) {
    throw new CmdletError(
      "Microsoft.Exchange.Management.RbacTasks.ServicePrincipalAlreadyExistsException",
      `The service principal with AppId '${String(twin["AppId"])}' and ObjectId '${String(twin["ObjectId"])}' already exists.`,
    );
  }
  if (call.parameters["WhatIf"] === true) return [];
  return [
    createObject(call.organization, call.side, noun, {
      Name: object,
      Identity: object,
      AppId: app,
      ObjectId: object,
      DisplayName: name ?? "",
      Sid: `S-1-5-21-1708537768-844245398-682003330-${9100 + call.organization.nextId()}`,
    }),
  ];
}

/**
 * What RBAC for Applications grants an application, as the assignments stand now: what the permission cache still holds does not count,
 * nor does what was consented to in Entra.
 */
function authorization(call: Call): Row[] {
  const principal = servicePrincipalOf(call, call.parameters["Identity"]);
  const resource = call.parameters["Resource"];
  const target = typeof resource === "string" ? recipientOf(call.side, resource) : undefined;
  return rows(call.side, "ManagementRoleAssignment")
    .filter((row) => row["App"] === principal["ObjectId"] && row["Enabled"] === true)
    .map((row) => {
      const name = row["CustomResourceScope"] ?? row["CustomRecipientWriteScope"] ?? null;
      const inside = target !== undefined && (name === null || inScope(call.side, name, target));
      return {
        RoleName: row["Role"],
        GrantedPermissions: String(row["Role"]).replace(/^Application /, ""),
        AllowedResourceScope: name ?? "Organization",
        ScopeType: name === null ? "Organization" : "CustomRecipientScope",
        InScope: target === undefined ? "Not Run" : inside,
      };
    });
}
