import { binding, type CmdletError } from "./fault.ts";
import type { ParameterType } from "./parameter.ts";
import { printBytes, printDuration, readBytes, readDuration } from "./quantity.ts";

/** `@{Add=...; Remove=...}`: what to change about a collection, instead of the whole of it. */
interface ListEdit {
  add: string[];
  remove: string[];
}

/** Whether a converted value changes a collection instead of replacing it. */
function isListEdit(value: unknown): value is ListEdit {
  return typeof value === "object" && value !== null && "add" in value && "remove" in value;
}

/** A collection after a list or an edit was given for it; items compare without letter case. */
export function editedList(before: unknown, given: unknown): string[] {
  if (!isListEdit(given)) return Array.isArray(given) ? given.map(String) : [];
  const removed = new Set(given.remove.map((item) => item.toLowerCase()));
  const kept = (Array.isArray(before) ? before.map(String) : []).filter(
    (item) => !removed.has(item.toLowerCase()),
  );
  const there = new Set(kept.map((item) => item.toLowerCase()));
  return [...kept, ...given.add.filter((item) => !there.has(item.toLowerCase()))];
}

/** A value as its parameter's type takes it. @throws CmdletError (ParameterBindingException) when it cannot be one. */
export function convert(name: string, type: ParameterType, value: unknown): unknown {
  if (value === null || value === undefined) {
    if (type.mandatory) {
      throw binding(`Cannot bind argument to parameter '${name}' because it is null.`);
    }
    if (type.kind === "list" || type.kind === "tables") return [];
    if (type.kind === "text" || type.kind === "credential" || type.nullable) return null;
    throw unsuitable(name, type, "");
  }
  // PowerShell unrolls a collection of one for a scalar parameter.
  const scalar = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  switch (type.kind) {
    case "text":
    case "secret":
      if (typeof scalar === "object") throw unsuitable(name, type, scalar);
      if (type.mandatory && scalar === "") throw empty(name);
      return String(scalar);
    case "flag":
    case "switch":
      if (typeof scalar === "boolean") return scalar;
      if (typeof scalar === "number") return scalar !== 0;
      throw unsuitable(name, type, scalar);
    case "number":
      return integer(name, type, scalar);
    case "size":
      return String(scalar).toLowerCase() === "unlimited" ? "Unlimited" : integer(name, type, scalar);
    case "guid":
      if (!/^\{?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\}?$/i.test(String(scalar)))
        throw unsuitable(name, type, scalar);
      return String(scalar).replaceAll(/[{}]/g, "").toLowerCase();
    case "date":
      if (scalar === "" && type.nullable) return null;
      return moment(name, type, scalar);
    case "bytes": {
      if (scalar === "" && type.nullable) return null;
      const amount = readBytes(scalar);
      if (amount === undefined) throw unsuitable(name, type, scalar);
      return printBytes(amount);
    }
    case "duration": {
      const seconds = readDuration(scalar);
      if (seconds === undefined) throw unsuitable(name, type, scalar);
      return printDuration(seconds);
    }
    case "oneOf": {
      if (scalar === "" && type.nullable) return null;
      return enumerated(name, type, scalar);
    }
    case "flags": {
      const names = (Array.isArray(value) ? value : String(value).split(",")).map((each: unknown) =>
        enumerated(name, type, String(each).trim()),
      );
      return type.values?.filter((each) => names.includes(each)).join(", ");
    }
    case "credential":
      if (Array.isArray(scalar) || typeof scalar === "boolean") throw unsuitable(name, type, "");
      return scalar;
    case "tables": {
      const tables = Array.isArray(value) ? value : [value];
      if (tables.some((each) => typeof each !== "object" || each === null || Array.isArray(each)))
        throw unsuitable(name, type, value);
      return tables;
    }
    case "list":
      return collection(name, type, value);
  }
}

function collection(name: string, type: ParameterType, value: unknown): string[] | ListEdit {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.entries(value).filter(([key]) => !key.includes("@odata.type"));
    if (parts.length === 0 || parts.some(([key]) => !/^(add|remove)$/i.test(key)))
      throw unsuitable(name, type, value);
    const part = (wanted: string): string[] =>
      parts
        .filter(([key]) => key.toLowerCase() === wanted)
        .flatMap(([, items]) => strings(name, type, items));
    return { add: part("add"), remove: part("remove") };
  }
  const items = strings(name, type, value);
  if (type.mandatory && items.length === 0) throw empty(name);
  return items;
}

function strings(name: string, type: ParameterType, value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
  if (items.some((item) => typeof item === "object" && item !== null)) throw unsuitable(name, type, value);
  return items.filter((item) => item !== null && item !== "").map(String);
}

function enumerated(name: string, type: ParameterType, value: unknown): string {
  const found = type.values?.find((each) => each.toLowerCase() === String(value).toLowerCase());
  if (found === undefined) throw unsuitable(name, type, value);
  return found;
}

function integer(name: string, type: ParameterType, value: unknown): number {
  if ((typeof value !== "number" && typeof value !== "string") || !/^\s*[+-]?\d+\s*$/.test(String(value)))
    throw unsuitable(name, type, value);
  return Number(value);
}

/** Texts without a time zone are the server's time, which is UTC, and its culture is en-US: the month comes first. */
function moment(name: string, type: ParameterType, value: unknown): string {
  const written = String(value).trim();
  const zoned = /(?:z|gmt|utc|[+-]\d\d:?\d\d)$/i.test(written);
  const at = Date.parse(
    zoned
      ? written
      : /^\d{4}-\d\d-\d\d$/.test(written)
        ? written
        : written.includes("T")
          ? `${written}Z`
          : `${written} UTC`,
  );
  if (Number.isNaN(at)) throw unsuitable(name, type, value);
  return new Date(at).toISOString();
}

const dotNet: Record<ParameterType["kind"], string> = {
  text: "System.String",
  secret: "System.Security.SecureString",
  credential: "System.Management.Automation.PSCredential",
  flag: "System.Boolean",
  switch: "System.Management.Automation.SwitchParameter",
  number: "System.Int32",
  size: "Microsoft.Exchange.Data.Unlimited`1[System.UInt32]",
  bytes: "Microsoft.Exchange.Data.Unlimited`1[Microsoft.Exchange.Data.ByteQuantifiedSize]",
  duration: "Microsoft.Exchange.Data.EnhancedTimeSpan",
  guid: "System.Guid",
  date: "System.DateTime",
  oneOf: "System.Enum",
  flags: "System.Enum",
  list: "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
  tables: "System.Collections.Hashtable[]",
};

function empty(name: string): CmdletError {
  return binding(`Cannot bind argument to parameter '${name}' because it is an empty string.`);
}

function unsuitable(name: string, type: ParameterType, value: unknown): CmdletError {
  const hidden = type.kind === "secret" || type.kind === "credential";
  const shown = hidden ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const head = `Cannot process argument transformation on parameter '${name}'. Cannot convert value "${shown}" to type "${dotNet[type.kind]}".`;
  switch (type.kind) {
    case "oneOf":
    case "flags":
      return binding(
        `${head} Error: "Unable to match the identifier name ${shown} to a valid enumerator name. Specify one of the following enumerator names and try again: ${type.values?.join(", ")}"`,
      );
    case "flag":
    case "switch":
      return binding(
        `${head} Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.`,
      );
    case "date":
      return binding(`${head} Error: "String was not recognized as a valid DateTime."`);
    default:
      return binding(head);
  }
}
