import { rows, type Row, type Side } from "../store.ts";
import { wildcard } from "../wildcard.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { alreadyExists, binding, invalid, notFound } from "./fault.ts";
import { createObject } from "./object.ts";
import { refuseDehydrated } from "./organization-config.ts";
import { given } from "./recipient-change.ts";
import { builtInRoles } from "./roles.ts";
import { cmdletsThere } from "./signature/all.ts";

const noun = "ManagementRole";

/** A role as it stands: what it holds, by cmdlet. */
export interface Role {
  name: string;
  parent: string | undefined;
  entries: ReadonlyMap<string, readonly string[]>;
}

/** The role of a name in any letter case, built-in or made here; undefined where there is none. */
export function roleNamed(side: Side, name: unknown): Role | undefined {
  const wanted = String(name).toLowerCase();
  const builtIn = builtInRoles(side.name).find((each) => each.name.toLowerCase() === wanted);
  if (builtIn) {
    const held = cmdletsThere(side.name).filter((cmdlet) => builtIn.cmdlets.test(cmdlet.name));
    const entries = held.map((cmdlet) => {
      const most = builtIn.limited?.[cmdlet.name];
      return [cmdlet.name, cmdlet.parameters.filter((each) => !most || most.includes(each))] as const;
    });
    return { name: builtIn.name, parent: undefined, entries: new Map(entries) };
  }
  const row = rows(side, noun).find(
    (each) => String(each["Name"]).toLowerCase() === wanted || each["Guid"] === wanted,
  );
  if (!row) return undefined;
  const entries = Object.entries(row["Entries"] as Record<string, string[]>);
  return { name: String(row["Name"]), parent: String(row["Parent"]), entries: new Map(entries) };
}

/** Every role of a side. */
function roles(side: Side): Role[] {
  const names = [
    ...builtInRoles(side.name).map(({ name }) => name),
    ...rows(side, noun).map((row) => row["Name"]),
  ];
  return names.flatMap((name) => roleNamed(side, name) ?? []);
}

export const managementRole: Cmdlet[] = [
  {
    name: `Get-${noun}`,
    run: (call) => {
      const {
        Identity: identity,
        Cmdlet: cmdlet,
        CmdletParameters: parameters,
        GetChildren: children,
        Recurse: deep,
      } = call.parameters;
      const { side } = call;
      if (children === true || deep === true) {
        const own = must(side, identity);
        const below = descendants(side, own.name, deep === true);
        return [...(deep === true ? [own] : []), ...below].map((each) => roleRow(side, each));
      }
      const wanted =
        typeof identity === "string" && !identity.includes("*") ? [must(side, identity)] : roles(side);
      const like = typeof identity === "string" ? wildcard(identity) : undefined;
      const needed = Array.isArray(parameters) ? parameters.map((each) => String(each).toLowerCase()) : [];
      return wanted
        .filter(({ name }) => like === undefined || like.test(name))
        .filter(({ entries }) => {
          if (typeof cmdlet !== "string") return true;
          const found = [...entries].find(([name]) => name.toLowerCase() === cmdlet.toLowerCase());
          return (
            found !== undefined && needed.every((each) => found[1].some((one) => one.toLowerCase() === each))
          );
        })
        .map((each) => roleRow(side, each));
    },
  },
  {
    name: `New-${noun}`,
    run: (call) => {
      refuseDehydrated(call);
      const { side } = call;
      const parent = must(side, call.parameters["Parent"]);
      const name = String(call.parameters["Name"]);
      if (roleNamed(side, name)) throw alreadyExists(side, `CN=${name},CN=Roles,CN=RBAC`);
      const only = call.parameters["EnabledCmdlets"];
      const kept = Array.isArray(only) ? only.map((each) => String(each).toLowerCase()) : undefined;
      if (call.parameters["WhatIf"] === true) return [];
      createObject(call.organization, side, noun, {
        Name: name,
        Parent: parent.name,
        Description: given(call, "Description") ?? "",
        Entries: Object.fromEntries(
          [...parent.entries]
            .filter(([cmdlet]) => !kept || kept.includes(cmdlet.toLowerCase()))
            .map(([cmdlet, all]) => [cmdlet, [...all]]),
        ),
      });
      return [roleRow(side, must(side, name))];
    },
  },
  {
    name: `Remove-${noun}`,
    run: (call) => {
      const { side } = call;
      const role = must(side, call.parameters["Identity"]);
      const row = ownRow(side, role.name);
      const below = descendants(side, role.name, true);
      if (below.length > 0 && call.parameters["Recurse"] !== true)
        throw invalid(
          `The management role '${role.name}' can't be removed because it has child roles. Use the Recurse parameter to remove them too.`,
        );
      for (const each of [role, ...below]) {
        const user = rows(side, "ManagementRoleAssignment").find((one) => one["Role"] === each.name);
        if (user)
          throw invalid(
            `The management role '${each.name}' can't be removed because it's used by the management role assignment '${String(user["Name"])}'.`,
          );
      }
      if (call.parameters["WhatIf"] === true) return [];
      for (const each of below) side.objects.get(noun)?.delete(String(ownRow(side, each.name)["Guid"]));
      side.objects.get(noun)?.delete(String(row["Guid"]));
      return [];
    },
  },
];

/** @throws CmdletError when there is no such role */
export function must(side: Side, identity: unknown): Role {
  const found = roleNamed(side, identity);
  if (!found) throw notFound(side, identity);
  return found;
}

/** The row of a role that was made here. @throws CmdletError for one that Exchange brought along */
export function ownRow(side: Side, name: string): Row {
  const row = rows(side, noun).find((each) => each["Name"] === name);
  if (!row)
    throw invalid(
      `The management role '${name}' is a built-in role. Built-in roles can't be changed or removed.`,
    );
  return row;
}

/** @throws CmdletError unless the text is `role\cmdlet` of a role that is there */
export function readEntry(call: Call): { role: Role; cmdlet: string } {
  const [, role, cmdlet] = /^([^\\]+)\\(.+)$/.exec(String(call.parameters["Identity"])) ?? [];
  if (role === undefined || cmdlet === undefined)
    throw binding(
      `Cannot bind parameter 'Identity' to the target. Exception setting "Identity": "The format of the value isn't valid: use <role>\\<cmdlet>."`,
    );
  return { role: must(call.side, role), cmdlet };
}

function descendants(side: Side, name: string, deep: boolean): Role[] {
  const children = roles(side).filter(({ parent }) => parent === name);
  return deep ? children.flatMap((each) => [each, ...descendants(side, each.name, true)]) : children;
}

function roleRow(side: Side, { name, parent, entries }: Role): Row {
  const row = rows(side, noun).find((each) => each["Name"] === name);
  return {
    Name: name,
    Identity: parent === undefined ? name : `${parent}\\${name}`,
    Parent: parent ?? null,
    RoleType: name.replaceAll(/[^A-Za-z]/g, ""),
    RoleEntries: [...entries].map(
      ([cmdlet, parameters]) =>
        `(Microsoft.Exchange.Management.PowerShell.E2010) ${cmdlet} -${parameters.join(" -")}`,
    ),
    Description: row?.["Description"] ?? "",
    IsRootRole: parent === undefined,
    IsEndUserRole: false,
    IsDeprecated: false,
    Guid: row?.["Guid"] ?? null,
    IsValid: true,
    ObjectState: "Unchanged",
  };
}
