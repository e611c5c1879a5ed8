import type { Node } from "./grammar.ts";

/** A .NET object: its full type name, and what can be read of it and done with it. Member names are lower case. */
export interface Thing {
  type: string;
  /** As `ToString()` says it. */
  text: string;
  members: Map<string, Value | Method>;
  /** Names of the members as they are printed. */
  names?: ReadonlyMap<string, string>;
}

export type Method = (...given: Value[]) => Value;

/** A hashtable; keys keep their case and are found without it. */
export interface Hash {
  pairs: Map<string, [name: string, value: Value]>;
}

export interface ScriptBlock {
  script: Node;
}

/** A List<object>. */
export interface List {
  items: Value[];
}

export type Value = null | boolean | number | string | Value[] | List | Hash | Thing | ScriptBlock;

/** What PowerShell throws: an error record with its exception. */
export class Thrown extends Error {
  readonly record: Thing;

  constructor(type: string, reason: string, message: string) {
    super(message);
    const exception = thing(
      type,
      { message, gettype: () => thing("System.Type", { fullname: type }) },
      message,
    );
    this.record = thing("System.Management.Automation.ErrorRecord", {
      exception,
      categoryinfo: thing("System.Management.Automation.ErrorCategoryInfo", { reason }),
    });
  }
}

export function thing(type: string, members: Record<string, Value | Method>, text = type): Thing {
  return { type, text, members: new Map(Object.entries(members)) };
}

export function hash(entries: Iterable<readonly [string, Value]>): Hash {
  return { pairs: new Map([...entries].map(([name, value]) => [name.toLowerCase(), [name, value]])) };
}

/** One value, as what a pipeline passes on: collections are taken apart. */
export function enumerate(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  return value !== null && typeof value === "object" && "items" in value ? value.items : [value];
}

/** What a pipeline wrote, as the value of an assignment: nothing, the one object, or an array. */
export function collected(output: Value[]): Value {
  return output.length <= 1 ? (output[0] ?? null) : output;
}

export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 1 || isTrue(value[0] ?? null);
  return value !== null && value !== false && value !== 0 && value !== "";
}

/** As a cast to [string] says it. */
export function toText(value: Value): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(toText).join(" ");
  return "text" in value ? value.text : "System.Object";
}

/** As ConvertTo-Json writes it. */
export function toJson(value: Value): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toJson);
  if ("items" in value) return value.items.map(toJson);
  if ("pairs" in value)
    return Object.fromEntries([...value.pairs.values()].map(([name, each]) => [name, toJson(each)]));
  throw new Error(
    `ConvertTo-Json of ${"type" in value ? value.type : "a script block"} is nothing to rely on.`,
  );
}

/** An object that a cmdlet of Exchange wrote. */
export function row(properties: Record<string, unknown>): Thing {
  const entries = Object.entries(properties);
  return {
    type: "System.Management.Automation.PSCustomObject",
    text: "",
    members: new Map(entries.map(([name, value]) => [name.toLowerCase(), value as Value])),
    names: new Map(entries.map(([name]) => [name.toLowerCase(), name])),
  };
}
