import type { Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { invalid, notFound } from "./fault.ts";
import { must, ownRow, readEntry, type Role } from "./management-role.ts";
import { wildcard } from "../wildcard.ts";
import { changed } from "./object.ts";
import { texts } from "./values.ts";

const noun = "ManagementRoleEntry";

/** What a role holds: `role\cmdlet`, with the parameters of that cmdlet that it lets through. */
export const managementRoleEntry: Cmdlet[] = [
  {
    name: `Get-${noun}`,
    run: (call) => {
      const { role, cmdlet } = readEntry(call);
      const found = [...role.entries].filter(([name]) => wildcard(cmdlet).test(name));
      if (found.length === 0 && !cmdlet.includes("*")) throw notFound(call.side, call.parameters["Identity"]);
      const wanted = texts(call.parameters["Parameters"]).map((each) => wildcard(each));
      return found
        .filter(([, parameters]) => wanted.every((each) => parameters.some((one) => each.test(one))))
        .map(([name, parameters]) => entryRow(role, name, parameters));
    },
  },
  {
    name: `Set-${noun}`,
    run: (call) => {
      const { AddParameter: add, RemoveParameter: remove } = call.parameters;
      const wanted = texts(call.parameters["Parameters"]);
      return write(call, (before, most) => {
        const lower = new Set(wanted.map((each) => each.toLowerCase()));
        const named = most.filter((each) => lower.has(each.toLowerCase()));
        if (named.length < lower.size)
          throw invalid(`The parent role doesn't hold every parameter of '${wanted.join(", ")}'.`);
        if (remove === true) return before.filter((each) => !lower.has(each.toLowerCase()));
        return add === true ? [...new Set([...before, ...named])] : named;
      });
    },
  },
  {
    name: `Add-${noun}`,
    run: (call) => {
      const { role, cmdlet } = readEntry(call);
      const row = ownRow(call.side, role.name);
      const [name, most] = inParent(call, role, cmdlet);
      if (role.entries.has(name) && call.parameters["Overwrite"] !== true)
        throw invalid(`The management role entry '${role.name}\\${name}' already exists.`);
      const wanted = texts(call.parameters["Parameters"]).map((each) => each.toLowerCase());
      const kept = most.filter((each) => wanted.length === 0 || wanted.includes(each.toLowerCase()));
      return store(call, row, { ...entriesOf(row), [name]: kept });
    },
  },
  {
    name: `Remove-${noun}`,
    run: (call) => {
      const { role, cmdlet } = readEntry(call);
      const row = ownRow(call.side, role.name);
      const gone = [...role.entries.keys()].filter((name) => wildcard(cmdlet).test(name));
      if (gone.length === 0) throw notFound(call.side, call.parameters["Identity"]);
      return store(
        call,
        row,
        Object.fromEntries(Object.entries(entriesOf(row)).filter(([name]) => !gone.includes(name))),
      );
    },
  },
];

function write(call: Call, next: (before: readonly string[], most: readonly string[]) => string[]): [] {
  const { role, cmdlet } = readEntry(call);
  const row = ownRow(call.side, role.name);
  const [name, most] = inParent(call, role, cmdlet);
  const before = role.entries.get(name);
  if (!before) throw notFound(call.side, call.parameters["Identity"]);
  return store(call, row, { ...entriesOf(row), [name]: next(before, most) });
}

/** What the parent of a role has of a cmdlet: a role never holds more. @throws CmdletError */
function inParent(call: Call, role: Role, cmdlet: string): [string, readonly string[]] {
  const parent = must(call.side, role.parent);
  const found = [...parent.entries].find(([name]) => name.toLowerCase() === cmdlet.toLowerCase());
  if (!found) throw notFound(call.side, `${parent.name}\\${cmdlet}`);
  return [found[0], found[1]];
}

function entriesOf(row: Row): Record<string, string[]> {
  return row["Entries"] as Record<string, string[]>;
}

function store(call: Call, row: Row, entries: Record<string, string[]>): [] {
  if (call.parameters["WhatIf"] === true) return [];
  row["Entries"] = entries;
  changed(call.organization, row);
  return [];
}

function entryRow(role: Role, cmdlet: string, parameters: readonly string[]): Row {
  return {
    Identity: `${role.name}\\${cmdlet}`,
    Role: role.name,
    Name: cmdlet,
    Parameters: [...parameters],
    Type: "Cmdlet",
    PSSnapinName: "Microsoft.Exchange.Management.PowerShell.E2010",
    IsValid: true,
  };
}
