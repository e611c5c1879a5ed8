import { rows, type Recipient, type Row } from "../store.ts";
import { bothSides, type Call, type Cmdlet } from "./cmdlet.ts";
import { binding, invalid, notFound } from "./fault.ts";
import { canonicalName, matchingRecipients, objectOf, recipientOf } from "./identity.ts";
import { cmdletsOf } from "./noun.ts";
import { refuseDehydrated } from "./organization-config.ts";
import { each, flag, list, mandatory, oneOf, text, toggle } from "./parameter.ts";
import { servicePrincipalOf } from "./service-principal.ts";

const shared = [
  "Mail Recipients",
  "Mail Enabled Public Folders",
  "Transport Rules",
  "Message Tracking",
  "Journaling",
  "Role Management",
];
const roles = {
  // ApplicationImpersonation left Exchange Online in 2025; the roles for applications exist nowhere else.
  onPremises: [
    ...shared,
    "ApplicationImpersonation",
    "Send Connectors",
    "Receive Connectors",
    "Mailbox Import Export",
  ],
  online: [
    ...shared,
    "Remote and Accepted Domains",
    "Application Mail.Read",
    "Application Mail.ReadWrite",
    "Application Mail.Send",
    "Application MailboxSettings.Read",
    "Application Mail-Advanced.ReadWrite.All",
    "Application EWS.AccessAsApp",
    "Application Exchange Full Access",
  ],
} as const;
const onlineOnly = { ...text, side: "online" } as const;
const users = ["UserMailbox", "SharedMailbox", "MailUser"] as const;

export const managementRoleAssignment: Cmdlet[] = cmdletsOf({
  noun: "ManagementRoleAssignment",
  sides: bothSides,
  properties: {
    CustomRecipientWriteScope: text,
    CustomResourceScope: onlineOnly,
    Force: { ...toggle, side: "online" },
  },
  create: {
    ...mandatory({ Role: text }),
    Name: text,
    ...each("User SecurityGroup", text),
    App: onlineOnly,
    Delegating: toggle,
  },
  change: { Enabled: flag },
  renames: false,
  remove: { Force: { ...toggle, side: "online" } },
  get: {
    ...each("Role RoleAssignee CustomRecipientWriteScope", text),
    ...each("Enabled Delegating Exclusive", flag),
    AssignmentMethod: list,
    GetEffectiveUsers: toggle,
    RoleAssigneeType: oneOf("User", "SecurityGroup", "RoleGroup", "ServicePrincipal", "RoleAssignmentPolicy"),
  },
  unstored: ["User", "SecurityGroup", "App", "Delegating"],
  defaults: {
    Enabled: true,
    AssignmentMethod: "Direct",
    EffectiveUserName: "All Group Members",
    RecipientReadScope: "Organization",
    ConfigReadScope: "OrganizationConfig",
    RecipientWriteScope: "Organization",
    ConfigWriteScope: "OrganizationConfig",
    CustomRecipientWriteScope: null,
    CustomResourceScope: null,
  },
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
  const role = roles[call.side.name].find((name) => same(name, wanted));
  if (!role) throw notFound(call.side, wanted);
  const given = [user, group, app].filter((value) => value !== undefined);
  if (given.length !== 1)
    throw binding("Parameter set cannot be resolved using the specified named parameters.");
  const forApplications = role.startsWith("Application ");
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
  next["Name"] ??= freeName(call, `${role}-${String(assignee["RoleAssigneeName"])}`);
}

function principal(call: Call, identity: unknown): Row {
  const id = servicePrincipalOf(call, identity)["ObjectId"];
  return { App: id, RoleAssignee: id, RoleAssigneeName: id, RoleAssigneeType: "ServicePrincipal" };
}

function person(call: Call, identity: unknown): Row {
  const recipient = recipientOf(call.side, identity, users);
  const name = assigneeOf(recipient);
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

/** How an assignment names a person: the canonical name. */
function assigneeOf(recipient: Recipient): string {
  return canonicalName(recipient);
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
    ...people.map(assigneeOf),
    ...around.map((row) => String(row["Name"])),
    ...principals.map((row) => String(row["ObjectId"])),
  ];
  if (names.length === 0) throw notFound(call.side, identity);
  return names;
}

/** The default name: at most 64 characters, with a number when it is taken. */
function freeName(call: Call, wanted: string): string {
  const taken = new Set(
    rows(call.side, "ManagementRoleAssignment").map((row) => String(row["Name"]).toLowerCase()),
  );
  const base = wanted.slice(0, 64);
  for (let count = 0; ; count++) {
    const name = count === 0 ? base : `${base.slice(0, 63 - String(count).length)}-${count}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

function same(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}
