import { everyMember } from "../members.ts";
import { rows, type Application, type Recipient, type Row, type Side } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { CmdletError } from "./fault.ts";
import { canonicalName, matchingRecipients } from "./identity.ts";
import { roleNamed } from "./management-role.ts";
import { inScope } from "./recipient-filter.ts";
import { directoryRoles } from "./roles.ts";
import { texts } from "./values.ts";

/** What somebody may call: parameters by cmdlet, and in which write scope (undefined: the whole organization). */
export type Rights = ReadonlyMap<string, { parameters: ReadonlySet<string>; scopes: (string | undefined)[] }>;

/** An administrator's account, or an application. */
export type Administrator = { account: Recipient } | { application: Application };

/** Tells of role assignments whether they are enabled and regular, and reach somebody. */
export function reaching(side: Side, who: Administrator): (assignment: Row) => boolean {
  const assignees = assigneesOf(side, who);
  return (assignment) =>
    assignment["Enabled"] === true &&
    assignment["RoleAssignmentDelegationType"] === "Regular" &&
    assignees.has(key(assignment["RoleAssigneeType"], assignment["RoleAssignee"]));
}

/** What somebody's role assignments add up to. */
export function rightsOf(side: Side, who: Administrator): Rights {
  const rights = new Map<string, { parameters: Set<string>; scopes: (string | undefined)[] }>();
  for (const assignment of rows(side, "ManagementRoleAssignment").filter(reaching(side, who))) {
    const scope = assignment["CustomRecipientWriteScope"];
    for (const [cmdlet, parameters] of roleNamed(side, assignment["Role"])?.entries ?? []) {
      const held = rights.get(cmdlet) ?? { parameters: new Set<string>(), scopes: [] };
      for (const parameter of parameters) held.parameters.add(parameter);
      held.scopes.push(typeof scope === "string" ? scope : undefined);
      rights.set(cmdlet, held);
    }
  }
  return rights;
}

function key(type: unknown, name: unknown): string {
  return `${String(type)} ${String(name).toLowerCase()}`;
}

/** Under which names assignments reach somebody: directly, and through role groups, nested groups in them included. */
function assigneesOf(side: Side, who: Administrator): Set<string> {
  const groups = rows(side, "RoleGroup");
  if ("account" in who) {
    return new Set([
      key("User", canonicalName(who.account)),
      ...groups
        .filter((group) => everyMember(side, texts(group["Members"])).has(who.account.guid))
        .map((group) => key("RoleGroup", group["Name"])),
    ]);
  }
  const { appId, directoryRoles: held = [] } = who.application;
  const principals = rows(side, "ServicePrincipal")
    .filter((row) => row["AppId"] === appId)
    .map((row) => String(row["ObjectId"]));
  return new Set([
    ...held.flatMap((role) =>
      directoryRoles[role] === undefined ? [] : [key("RoleGroup", directoryRoles[role])],
    ),
    ...groups
      .filter((group) => texts(group["Members"]).some((member) => principals.includes(member)))
      .map((group) => key("RoleGroup", group["Name"])),
  ]);
}

/** @throws CmdletError when a cmdlet would write to a recipient outside every write scope in which the caller holds it. */
export function refuseOutOfScope(call: Call, cmdlet: Cmdlet, rights: Rights): void {
  const scopes = rights.get(cmdlet.name)?.scopes ?? [];
  if (/^(Get|Test)-/.test(cmdlet.name) || scopes.includes(undefined)) return;
  const [target, another] = matchingRecipients(call.side, String(call.parameters["Identity"] ?? ""));
  if (!target || another) return;
  if (scopes.some((name) => inScope(call.side, name, target))) return;
  throw new CmdletError(
    "Microsoft.Exchange.Configuration.Tasks.OperationRequiresPermissionException",
    `The operation on Identity "${target.name}" failed because it's out of the current user's write scope. '${target.name}' isn't within your current write scopes. Can't perform save operation.`,
  );
}

/** Puts the side's rights of an administrator on record when its session opens: what is granted later is not seen before the next one. */
export function createRightsOfSessions(): (
  side: Side,
  session: object | string,
  who: Administrator,
) => Rights {
  const byConnection = new WeakMap<object, Map<string, Rights>>();
  const byToken = new Map<string, Map<string, Rights>>();
  return (side, session, who) => {
    const name = "account" in who ? who.account.guid : who.application.appId;
    const known =
      typeof session === "string"
        ? (byToken.get(session) ?? new Map<string, Rights>())
        : (byConnection.get(session) ?? new Map<string, Rights>());
    if (typeof session === "string") {
      // Tokens last an hour; whoever keeps asking for new ones opens new sessions.
      if (byToken.size > 1000) byToken.clear();
      byToken.set(session, known);
    } else {
      byConnection.set(session, known);
    }
    const rights = known.get(name) ?? rightsOf(side, who);
    known.set(name, rights);
    return rights;
  };
}
