import { rows, type Row, type Side } from "../store.ts";
import type { Call, Cmdlet, Place } from "./cmdlet.ts";
import { editedList } from "./convert.ts";
import { alreadyExists, binding } from "./fault.ts";
import { matchingObjects, objectOf } from "./identity.ts";
import { changed, createObject, rename } from "./object.ts";
import type { ParameterType } from "./parameter.ts";
import { firstOf } from "./result-size.ts";
import { isSigned, signatureOf } from "./signature/all.ts";
import { same } from "./values.ts";

type Parameters = Record<string, ParameterType>;

/** How the cmdlets of one configuration noun differ from those of every other. */
export interface Noun {
  noun: string;
  /** Types that the signatures do not tell as exactly; a switch is stored only when it stands here. */
  types?: Parameters;
  /** What a new object has where its parameters say nothing. */
  defaults: Row;
  /** Parameters that are not stored as they are. */
  unstored?: readonly string[];
  /** Checks and rewrites the next state of an object in place, as the server does. @throws CmdletError */
  settle?: (call: Call, next: Row, before: Row | undefined) => void;
  afterCreate?: (call: Call, row: Row) => void;
  afterSet?: (call: Call, row: Row, before: Row) => void;
  beforeRemove?: (call: Call, row: Row) => void;
  afterRemove?: (call: Call, row: Row) => void;
  /** Objects that every organization has from the start. */
  builtIn?: (place: Place) => Row[];
  /** How objects are called, where that is not their Name: `EX01\\Default EX01`. */
  identity?: (row: Row) => string;
  /** Keeps and orders the rows of a Get; those whose properties equal its parameters unless told. */
  select?: (call: Call, found: Row[]) => Row[];
}

/** Parameters of many cmdlets that say how to do it, not what the object is. */
const manner = new Set(["Identity", "Confirm", "WhatIf", "DomainController", "Force", "ResultSize"]);
const longestName = 64;

/** The cmdlets of a configuration noun, as far as Exchange has them: Get, New, Set and Remove. */
export function cmdletsOf(noun: Noun): Cmdlet[] {
  const { types = {} } = noun;
  const stored = (call: Call, verb: "New" | "Set", before: Row): Row => {
    const known = { ...signatureOf(`${verb}-${noun.noun}`).parameters, ...types };
    const kept = Object.entries(call.parameters).filter(
      ([name]) =>
        !manner.has(name) &&
        !noun.unstored?.includes(name) &&
        (name in types || !/switch|secret|credential/.test(known[name]?.kind ?? "")),
    );
    return Object.fromEntries(
      kept.map(([name, value]) => [name, asStored(known[name], value, before[name], noun.defaults[name])]),
    );
  };
  const all: Cmdlet[] = [
    {
      name: `Get-${noun.noun}`,
      furnish: (place) => furnish(place, noun),
      run: (call) => firstOf(call, (noun.select ?? filtered)(call, named(call, noun)), Infinity),
    },
    {
      name: `New-${noun.noun}`,
      run: (call) => {
        refuseLongName(call);
        const defaults = { ...blanks(noun, call.side), ...structuredClone(noun.defaults) };
        const next: Row = { ...defaults, ...stored(call, "New", defaults) };
        noun.settle?.(call, next, undefined);
        refuseDuplicate(call, noun, String(next["Name"]), undefined);
        if (call.parameters["WhatIf"] === true) return [];
        if (noun.identity) next["Identity"] = noun.identity(next);
        const row = createObject(call.organization, call.side, noun.noun, next);
        noun.afterCreate?.(call, row);
        return [row];
      },
    },
    {
      name: `Set-${noun.noun}`,
      run: (call) => {
        const row = objectOf(call.side, noun.noun, call.parameters["Identity"]);
        refuseLongName(call);
        const next: Row = { ...row, ...stored(call, "Set", row) };
        noun.settle?.(call, next, row);
        if (next["Name"] !== row["Name"]) refuseDuplicate(call, noun, String(next["Name"]), row);
        if (call.parameters["WhatIf"] === true) return [];
        if (JSON.stringify(next) === JSON.stringify(row)) {
          call.warn(
            `The command completed successfully but no settings of '${String(row["Identity"])}' have been modified.`,
          );
          return [];
        }
        if (next["Name"] !== row["Name"]) {
          rename(next, row);
          if (noun.identity) next["Identity"] = noun.identity(next);
        }
        const before = { ...row };
        Object.assign(row, next);
        changed(call.organization, row);
        noun.afterSet?.(call, row, before);
        return [];
      },
    },
    {
      name: `Remove-${noun.noun}`,
      run: (call) => {
        const row = objectOf(call.side, noun.noun, call.parameters["Identity"]);
        noun.beforeRemove?.(call, row);
        if (call.parameters["WhatIf"] === true) return [];
        call.side.objects.get(noun.noun)?.delete(String(row["Guid"]));
        noun.afterRemove?.(call, row);
        return [];
      },
    },
  ];
  return all.filter(({ name }) => isSigned(name)).map((cmdlet) => ({ ...cmdlet, types }));
}

function named(call: Call, noun: Noun): Row[] {
  const identity = call.parameters["Identity"];
  if (identity === undefined || identity === null) return rows(call.side, noun.noun);
  const pattern = String(identity);
  return pattern.includes("*")
    ? matchingObjects(call.side, noun.noun, pattern)
    : [objectOf(call.side, noun.noun, pattern)];
}

function filtered({ parameters }: Call, found: Row[]): Row[] {
  const filters = Object.entries(parameters).filter(([name]) => !manner.has(name));
  return found.filter((row) =>
    filters.every(([name, value]) => row[name] === undefined || same(row[name], value)),
  );
}

/** Makes the built-in objects of a noun, once. */
function furnish(place: Place, noun: Noun): void {
  const { organization, side } = place;
  if (!noun.builtIn || side.objects.has(noun.noun)) return;
  const first = { ...blanks(noun, side), ...noun.defaults };
  for (const row of noun.builtIn(place)) {
    const whole = { ...structuredClone(first), ...row };
    if (noun.identity) whole["Identity"] = noun.identity(whole);
    createObject(organization, side, noun.noun, whole);
  }
}

/** What an object says of a property that nobody has set. */
function blanks(noun: Noun, side: Side): Row {
  const known = { ...signatureOf(`Set-${noun.noun}`).parameters, ...noun.types };
  const properties = Object.entries(known).filter(
    ([name, { kind, side: only }]) =>
      name !== "Name" &&
      !manner.has(name) &&
      !noun.unstored?.includes(name) &&
      !/switch|secret|credential/.test(kind) &&
      (only === undefined || only === side.name),
  );
  return Object.fromEntries(properties.map(([name, { kind }]) => [name, blank(kind)]));
}

function blank(kind: ParameterType["kind"]): unknown {
  if (kind === "flag") return false;
  if (kind === "list" || kind === "tables") return [];
  return kind === "text" ? "" : null;
}

/** A cleared text goes back to what it was at first, a collection takes edits, and what may be `Unlimited` is a text in JSON. */
function asStored(type: ParameterType | undefined, value: unknown, before: unknown, first: unknown): unknown {
  if (type?.kind === "list") return editedList(before, value);
  if (type?.kind === "size") return String(value);
  return type?.kind === "text" && value === null ? (first ?? null) : value;
}

function refuseLongName(call: Call): void {
  const name = String(call.parameters["Name"] ?? "");
  if (name.length <= longestName) return;
  throw binding(
    `Cannot bind parameter 'Name' to the target. Exception setting "Name": "The length of the property is too long. The maximum length is ${longestName} and the length of the value provided is ${name.length}."`,
  );
}

function refuseDuplicate(call: Call, noun: Noun, name: string, own: Row | undefined): void {
  const other = rows(call.side, noun.noun).find(
    (row) => row !== own && String(row["Name"]).toLowerCase() === name.toLowerCase(),
  );
  if (other) throw alreadyExists(call.side, String(other["DistinguishedName"]));
}
