import { rows, type Row, type Side, type SideName } from "../store.ts";
import type { Call, Cmdlet, Place } from "./cmdlet.ts";
import { editedList } from "./convert.ts";
import { alreadyExists, binding } from "./fault.ts";
import { matchingObjects, objectOf } from "./identity.ts";
import { changed, createObject, rename } from "./object.ts";
import { mandatory, size, text, toggle, type ParameterType } from "./parameter.ts";
import { signatureOf } from "./signature/all.ts";

type Parameters = Record<string, ParameterType>;

/** How the cmdlets of one configuration noun differ from those of every other. */
export interface Noun {
  noun: string;
  sides: readonly SideName[];
  /** Optional parameters that New and Set share; stored as the property of the same name. */
  properties: Parameters;
  /** Parameters of New only, and of Set only. */
  create?: Parameters;
  change?: Parameters;
  /** False where Set cannot give another name. */
  renames?: false;
  /** Filters of Get: each keeps the rows whose property of that name equals the value, unless `select` says otherwise. */
  get?: Parameters;
  /** Parameters of Remove beyond Identity. */
  remove?: Parameters;
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
  /** Keeps and orders the rows of a Get. */
  select?: (call: Call, found: Row[]) => Row[];
}

const unconfirmed: Parameters = { Confirm: toggle, WhatIf: toggle };
const controller: Parameters = { DomainController: { ...text, side: "onPremises" } };
/** Parameters of many cmdlets that say how to do it, not what the object is. */
const manner = new Set(["Identity", "Confirm", "WhatIf", "DomainController", "Force"]);
const longestName = 64;

/** The Get, New, Set and Remove cmdlets of a configuration noun. */
export function cmdletsOf(noun: Noun): Cmdlet[] {
  const server = noun.sides.includes("onPremises") ? controller : {};
  const own = { ...noun.properties, ...noun.create, ...noun.change };
  const types = (verb: "New" | "Set"): Parameters => ({
    ...signatureOf(`${verb}-${noun.noun}`).parameters,
    ...own,
  });
  const stored = (call: Call, verb: "New" | "Set", before: Row): Row => {
    const known = types(verb);
    const kept = Object.entries(call.parameters).filter(
      ([name]) =>
        !manner.has(name) &&
        !noun.unstored?.includes(name) &&
        (name in own || !/switch|secret|credential/.test(known[name]?.kind ?? "")),
    );
    return Object.fromEntries(
      kept.map(([name, value]) => [name, asStored(known[name], value, before[name], noun.defaults[name])]),
    );
  };
  return [
    {
      name: `Get-${noun.noun}`,
      sides: noun.sides,
      parameters: { Identity: text, ...noun.get, ...server },
      furnish: (place) => furnish(place, noun),
      run: (call) => {
        const found = named(call, noun);
        return noun.select ? noun.select(call, found) : filtered(call, noun, found);
      },
    },
    {
      name: `New-${noun.noun}`,
      sides: noun.sides,
      parameters: {
        ...mandatory({ Name: text }),
        ...noun.properties,
        ...noun.create,
        ...unconfirmed,
        ...server,
      },
      run: (call) => {
        refuseLongName(call);
        const defaults = { ...blanks(noun, types("Set"), call.side), ...structuredClone(noun.defaults) };
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
      sides: noun.sides,
      parameters: {
        ...mandatory({ Identity: text }),
        ...(noun.renames === false ? {} : { Name: text }),
        ...noun.properties,
        ...noun.change,
        ...unconfirmed,
        ...server,
      },
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
      sides: noun.sides,
      parameters: { ...mandatory({ Identity: text }), ...noun.remove, ...unconfirmed, ...server },
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
}

/** Get alone, for what the emulator only shows. */
export function getOnly(noun: string, sides: readonly SideName[], get: Parameters = {}): Cmdlet[] {
  return cmdletsOf({ noun, sides, properties: {}, get, defaults: {} }).slice(0, 1);
}

function named(call: Call, noun: Noun): Row[] {
  const identity = call.parameters["Identity"];
  if (identity === undefined || identity === null) return rows(call.side, noun.noun);
  const pattern = String(identity);
  return pattern.includes("*")
    ? matchingObjects(call.side, noun.noun, pattern)
    : [objectOf(call.side, noun.noun, pattern)];
}

function filtered(call: Call, noun: Noun, found: Row[]): Row[] {
  const filters = Object.entries(call.parameters).filter(
    ([name]) => noun.get?.[name] && name !== "ResultSize",
  );
  return found.filter((row) =>
    filters.every(([name, value]) => row[name] === undefined || row[name] === value),
  );
}

/** Makes the built-in objects of a noun, once. */
function furnish(place: Place, noun: Noun): void {
  const { organization, side } = place;
  if (!noun.builtIn || side.objects.has(noun.noun)) return;
  const first = { ...blanks(noun, signatureOf(`Set-${noun.noun}`).parameters, side), ...noun.defaults };
  for (const row of noun.builtIn(place)) {
    const whole = { ...structuredClone(first), ...row };
    if (noun.identity) whole["Identity"] = noun.identity(whole);
    createObject(organization, side, noun.noun, whole);
  }
}

/** What an object says of a property that nobody has set. */
function blanks(noun: Noun, types: Parameters, side: Side): Row {
  const properties = Object.entries(types).filter(
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

/** `Unlimited`, or the number of rows that ResultSize allows. */
export const resultSize: Parameters = { ResultSize: size };
