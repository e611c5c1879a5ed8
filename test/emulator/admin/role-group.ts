import { rows, type Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { alreadyExists, binding, CmdletError, invalid } from "./fault.ts";
import { matchingRecipients, objectOf, recipientOf } from "./identity.ts";
import { addAssignment } from "./management-role-assignment.ts";
import { must } from "./management-role.ts";
import { cmdletsOf } from "./noun.ts";
import { changed, createObject } from "./object.ts";
import { refuseDehydrated } from "./organization-config.ts";
import { recipientRow } from "./recipient-row.ts";
import { given } from "./recipient-change.ts";
import { firstOf } from "./result-size.ts";
import { texts } from "./values.ts";

const noun = "RoleGroup";
const tasks = "Microsoft.Exchange.Configuration.Tasks";
const [get] = cmdletsOf({ noun, defaults: {} });

/** Role groups: members are kept by id (of a recipient, or the ObjectId of a service principal) and shown by name. */
export const roleGroup: Cmdlet[] = [
  {
    name: "Get-RoleGroup",
    run: async (call) => ((await get?.run(call)) ?? []).map((row) => shown(call, row)),
  },
  { name: "New-RoleGroup", run: create },
  {
    name: "Set-RoleGroup",
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      const name = given(call, "Name") ?? String(row["Name"]);
      if (name !== row["Name"]) refuseTwin(call, name, row);
      const managers = call.parameters["ManagedBy"];
      const managedBy = Array.isArray(managers)
        ? managers.map((each) => managerNamed(call, each))
        : row["ManagedBy"];
      if (call.parameters["WhatIf"] === true) return [];
      for (const assignment of rows(call.side, "ManagementRoleAssignment")) {
        if (assignment["RoleAssigneeType"] === "RoleGroup" && assignment["RoleAssignee"] === row["Name"])
          Object.assign(assignment, { RoleAssignee: name, RoleAssigneeName: name });
      }
      const { Description: description = row["Description"], DisplayName: display = row["DisplayName"] } =
        call.parameters;
      Object.assign(row, {
        Name: name,
        Identity: name,
        ManagedBy: managedBy,
        Description: description ?? "",
        DisplayName: display ?? "",
      });
      changed(call.organization, row);
      return [];
    },
  },
  {
    name: "Remove-RoleGroup",
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      if (row["RoleGroupType"] === "BuiltIn")
        throw invalid(
          `The role group '${String(row["Name"])}' is a built-in role group and can't be removed.`,
        );
      if (call.parameters["WhatIf"] === true) return [];
      const assignments = call.side.objects.get("ManagementRoleAssignment");
      for (const [guid, assignment] of assignments ?? []) {
        if (assignment["RoleAssigneeType"] === "RoleGroup" && assignment["RoleAssignee"] === row["Name"])
          assignments?.delete(guid);
      }
      call.side.objects.get(noun)?.delete(String(row["Guid"]));
      return [];
    },
  },
  {
    name: "Get-RoleGroupMember",
    run: (call) => {
      const ids = texts(objectOf(call.side, noun, call.parameters["Identity"])["Members"]);
      return firstOf(
        call,
        ids.flatMap((id) => memberRow(call, id)),
      );
    },
  },
  {
    name: "Add-RoleGroupMember",
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      const id = memberId(call, call.parameters["Member"]);
      if (texts(row["Members"]).includes(id)) {
        throw new CmdletError(
          `${tasks}.MemberAlreadyExistsException`,
          `The recipient "${nameOf(call, id)}" is already a member of the group "${String(row["Name"])}".`,
        );
      }
      return write(call, row, [...texts(row["Members"]), id]);
    },
  },
  {
    name: "Remove-RoleGroupMember",
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      const id = memberId(call, call.parameters["Member"]);
      if (!texts(row["Members"]).includes(id)) {
        throw new CmdletError(
          `${tasks}.MemberNotFoundException`,
          `The recipient "${nameOf(call, id)}" isn't a member of the group "${String(row["Name"])}".`,
        );
      }
      return write(
        call,
        row,
        texts(row["Members"]).filter((each) => each !== id),
      );
    },
  },
  {
    name: "Update-RoleGroupMember",
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      const ids = texts(call.parameters["Members"]).map((each) => memberId(call, each));
      return write(call, row, [...new Set(ids)]);
    },
  },
];

function create(call: Call): Row[] {
  refuseDehydrated(call);
  const name = String(call.parameters["Name"]);
  refuseTwin(call, name);
  const roles = texts(call.parameters["Roles"]).map((each) => must(call.side, each).name);
  const ids = texts(call.parameters["Members"]).map((each) => memberId(call, each));
  const managers = texts(call.parameters["ManagedBy"]).map((each) => managerNamed(call, each));
  const scope = given(call, "CustomRecipientWriteScope");
  const scopeName = scope === undefined ? null : objectOf(call.side, "ManagementScope", scope)["Name"];
  if (call.parameters["WhatIf"] === true) return [];
  const row = createObject(call.organization, call.side, noun, {
    Name: name,
    DisplayName: given(call, "DisplayName") ?? "",
    Description: given(call, "Description") ?? "",
    Members: ids,
    ManagedBy: managers.length > 0 ? managers : ["Organization Management"],
    RoleGroupType: "Standard",
  });
  for (const role of roles)
    addAssignment(call.organization, call.side, { role, group: name, scope: scopeName });
  return [shown(call, row)];
}

function shown(call: Call, row: Row): Row {
  const assignments = rows(call.side, "ManagementRoleAssignment").filter(
    (each) => each["RoleAssigneeType"] === "RoleGroup" && each["RoleAssignee"] === row["Name"],
  );
  return {
    ...row,
    RoleGroupType: "Standard",
    Members: texts(row["Members"]).map((id) => nameOf(call, id)),
    Roles: [...new Set(assignments.map((each) => String(each["Role"])))],
    RoleAssignments: assignments.map((each) => String(each["Name"])),
  };
}

function refuseTwin(call: Call, name: string, own?: Row): void {
  const twin = rows(call.side, noun).find(
    (row) => row !== own && String(row["Name"]).toLowerCase() === name.toLowerCase(),
  );
  if (twin) throw alreadyExists(call.side, String(twin["DistinguishedName"]));
}

/** Accounts and groups, and service principals, which have no directory entry. @throws CmdletError */
function memberId(call: Call, identity: unknown): string {
  if (identity === undefined || identity === null)
    throw binding("Cannot process command because of one or more missing mandatory parameters: Member.");
  const wanted = String(identity).toLowerCase();
  const principal = rows(call.side, "ServicePrincipal").find((row) =>
    ["AppId", "ObjectId", "Guid", "DisplayName"].some((name) => String(row[name]).toLowerCase() === wanted),
  );
  if (principal && matchingRecipients(call.side, String(identity)).length === 0)
    return String(principal["ObjectId"]);
  return recipientOf(call.side, identity, (each) => each.sid !== undefined || each.members !== undefined)
    .guid;
}

function managerNamed(call: Call, identity: unknown): string {
  const group = rows(call.side, noun).find(
    (row) => String(row["Name"]).toLowerCase() === String(identity).toLowerCase(),
  );
  return group ? String(group["Name"]) : recipientOf(call.side, identity).name;
}

function nameOf(call: Call, id: string): string {
  const principal = rows(call.side, "ServicePrincipal").find((row) => row["ObjectId"] === id);
  return call.side.recipients.get(id)?.name ?? String(principal?.["DisplayName"] ?? id);
}

function memberRow(call: Call, id: string): Row[] {
  const recipient = call.side.recipients.get(id);
  if (recipient) return [recipientRow(call.side, recipient)];
  return rows(call.side, "ServicePrincipal")
    .filter((row) => row["ObjectId"] === id)
    .map(({ DisplayName: name }) => ({
      Name: name,
      Identity: id,
      Guid: id,
      ExternalDirectoryObjectId: id,
      RecipientType: "ServicePrincipal",
      RecipientTypeDetails: "ServicePrincipal",
    }));
}

function write(call: Call, row: Row, ids: string[]): [] {
  if (call.parameters["WhatIf"] === true) return [];
  row["Members"] = ids;
  changed(call.organization, row);
  return [];
}
