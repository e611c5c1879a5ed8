import type { Organization } from "../organization.ts";
import { rows, type Row, type Side } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { binding, invalid, notFound } from "./fault.ts";
import { canonicalName, matchingRecipients, objectOf, recipientOf } from "./identity.ts";
import { must } from "./management-role.ts";
import { cmdletsOf } from "./noun.ts";
import { createObject } from "./object.ts";
import { refuseDehydrated } from "./organization-config.ts";
import { oneOf } from "./parameter.ts";
import { isForApplications } from "./roles.ts";
import { servicePrincipalOf } from "./service-principal.ts";
import { same } from "./values.ts";

const users = ["UserMailbox", "SharedMailbox", "MailUser"] as const;

const defaults: Row = {
  Enabled: true,
  AssignmentMethod: "Direct",
  EffectiveUserName: "All Group Members",
  RecipientReadScope: "Organization",
  ConfigReadScope: "OrganizationConfig",
  RecipientWriteScope: "Organization",
  ConfigWriteScope: "OrganizationConfig",
  CustomRecipientWriteScope: null,
  CustomResourceScope: null,
};

export const managementRoleAssignment: Cmdlet[] = cmdletsOf({
  noun: "ManagementRoleAssignment",
  types: {
    RoleAssigneeType: oneOf("User", "SecurityGroup", "RoleGroup", "ServicePrincipal", "RoleAssignmentPolicy"),
  },
  unstored: ["User", "SecurityGroup", "App", "Delegating"],
  defaults,
  settle: (call, next, before) => {
    if (!before) assign(call, next);
    for (const property of ["CustomRecipientWriteScope", "CustomResourceScope"]) {
      const scope = next[property];
      next[property] =
        scope === null || scope === "" ? null : objectOf(call.side, "ManagementScope", scope)["Name"];
    }
    const custom = next["CustomRecipientWriteScope"] !== null || next["CustomResourceScope"] !== null;
    next["RecipientWriteScope"] = custom ? "CustomRecipientScope" : "Organization";
  },
  select: (call, found) => {
    const { Role: role, RoleAssignee: assignee, Enabled: enabled, Delegating: delegating } = call.parameters;
    const kind = call.parameters["RoleAssigneeType"];
    const scope = call.parameters["CustomRecipientWriteScope"];
    const names = assignee === undefined ? undefined : assigneeNames(call, String(assignee));
    return found.filter(
      (row) =>
        (role === undefined || same(row["Role"], role)) &&
        (names === undefined || names.some((name) => same(row["RoleAssignee"], name))) &&
        (kind === undefined || row["RoleAssigneeType"] === kind) &&
        (scope === undefined || same(row["CustomRecipientWriteScope"], scope)) &&
        (enabled === undefined || row["Enabled"] === enabled) &&
        (delegating === undefined || (row["RoleAssignmentDelegationType"] !== "Regular") === delegating),
    );
  },
});

/** Resolves role and assignee of a new assignment, and names it as the server does. @throws CmdletError */
function assign(call: Call, next: Row): void {
  refuseDehydrated(call);
  const {
    Role: wanted,
    User: user,
    SecurityGroup: group,
    App: app,
    Delegating: delegating,
  } = call.parameters;
  const role = must(call.side, wanted).name;
  const given = [user, group, app].filter((value) => value !== undefined);
  if (given.length !== 1)
    throw binding("Parameter set cannot be resolved using the specified named parameters.");
  const forApplications = isForApplications(role);
  if (forApplications !== (app !== undefined)) {
    throw invalid(
      forApplications
        ? `The role '${role}' can be assigned only to a service principal, with the App parameter.`
        : `The role '${role}' can't be assigned to a service principal.`,
    );
  }
  const assignee =
    app !== undefined
      ? principal(call, app)
      : user !== undefined
        ? person(call, user)
        : roleGroup(call, group);
  Object.assign(next, assignee, {
    Role: role,
    RoleAssignmentDelegationType: delegating === true ? "DelegatingOrgWide" : "Regular",
  });
  next["Name"] ??= freeName(call.side, `${role}-${String(assignee["RoleAssigneeName"])}`);
}

/** Gives a role to a role group, under the name that Exchange chooses; returns the stored row. */
export function addAssignment(
  organization: Organization,
  side: Side,
  {
    role,
    group,
    scope = null,
    delegating = false,
  }: { role: string; group: string; scope?: unknown; delegating?: boolean },
): Row {
  return createObject(organization, side, "ManagementRoleAssignment", {
    ...defaults,
    Name: freeName(side, `${role}-${group}${delegating ? "-Delegating" : ""}`),
    Role: role,
    RoleAssignee: group,
    RoleAssigneeName: group,
    RoleAssigneeType: "RoleGroup",
    RoleAssignmentDelegationType: delegating ? "DelegatingOrgWide" : "Regular",
    CustomRecipientWriteScope: scope,
    RecipientWriteScope: scope === null ? "Organization" : "CustomRecipientScope",
  });
}

function principal(call: Call, identity: unknown): Row {
  const id = servicePrincipalOf(call, identity)["ObjectId"];
  return { App: id, RoleAssignee: id, RoleAssigneeName: id, RoleAssigneeType: "ServicePrincipal" };
}

function person(call: Call, identity: unknown): Row {
  const recipient = recipientOf(call.side, identity, users);
  const name = canonicalName(recipient);
  return {
    User: name,
    RoleAssignee: name,
    RoleAssigneeName: recipient.name,
    RoleAssigneeType: "User",
    EffectiveUserName: recipient.name,
  };
}

function roleGroup(call: Call, identity: unknown): Row {
  const name = objectOf(call.side, "RoleGroup", identity)["Name"];
  return { RoleAssignee: name, RoleAssigneeName: name, RoleAssigneeType: "RoleGroup" };
}

/** A person's own name and those of the role groups around them: Get answers direct and indirect assignments. */
function assigneeNames(call: Call, identity: string): string[] {
  const people = matchingRecipients(call.side, identity);
  const guids = people.map(({ guid }) => guid);
  const around = rows(call.side, "RoleGroup").filter(
    (row) =>
      same(row["Name"], identity) ||
      (Array.isArray(row["Members"]) && row["Members"].some((guid) => guids.includes(String(guid)))),
  );
  const principals = rows(call.side, "ServicePrincipal").filter((row) =>
    ["AppId", "ObjectId", "DisplayName"].some((name) => same(row[name], identity)),
  );
  const names = [
    ...people.map(canonicalName),
    ...around.map((row) => String(row["Name"])),
    ...principals.map((row) => String(row["ObjectId"])),
  ];
  if (names.length === 0) throw notFound(call.side, identity);
  return names;
}

/** The default name: at most 64 characters, with a number when it is taken. */
function freeName(side: Side, wanted: string): string {
  const taken = new Set(
    rows(side, "ManagementRoleAssignment").map((row) => String(row["Name"]).toLowerCase()),
  );
  const base = wanted.slice(0, 64);
  for (let count = 0; ; count++) {
    const name = count === 0 ? base : `${base.slice(0, 63 - String(count).length)}-${count}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
