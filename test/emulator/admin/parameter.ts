import type { Row, SideName } from "../store.ts";
import { binding, type CmdletError } from "./fault.ts";
import type { Cmdlet } from "./cmdlet.ts";

/** What a parameter takes. `list` is any collection of strings, `secret` a SecureString (plain text over InvokeCommand). */
export interface ParameterType {
  kind: "text" | "flag" | "switch" | "number" | "list" | "oneOf" | "date" | "guid" | "size" | "secret";
  values?: readonly string[];
  mandatory?: true;
  /** `$null` clears it; text and lists always can be cleared. */
  nullable?: true;
  /** Exists on this side only. */
  side?: SideName;
}

export const text: ParameterType = { kind: "text" };
export const flag: ParameterType = { kind: "flag" };
export const toggle: ParameterType = { kind: "switch" };
export const number: ParameterType = { kind: "number" };
export const list: ParameterType = { kind: "list" };
export const date: ParameterType = { kind: "date", nullable: true };
export const guid: ParameterType = { kind: "guid" };
/** A count of rows or `Unlimited`. */
export const size: ParameterType = { kind: "size" };
export const secret: ParameterType = { kind: "secret" };

/** An enumeration; its names are matched without letter case. */
export function oneOf(...values: string[]): ParameterType {
  return { kind: "oneOf", values };
}

/** The same type for many names. */
export function each(names: string, type: ParameterType): Record<string, ParameterType> {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, type]),
  );
}

/** The same parameters, each mandatory. */
export function mandatory(parameters: Record<string, ParameterType>): Record<string, ParameterType> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, type]) => [name, { ...type, mandatory: true }]),
  );
}

/** Parameters of PowerShell itself, taken by every cmdlet. */
const common = ["ErrorAction", "WarningAction", "InformationAction", "Verbose", "Debug", "OutVariable"];

/**
 * Binds the parameters of a request as PowerShell does: names without letter case, values converted.
 * @throws CmdletError for an unknown, missing or unsuitable parameter.
 */
export function bind(cmdlet: Cmdlet, side: SideName, given: Row): Row {
  const known = new Map(
    Object.entries(cmdlet.parameters)
      .filter(([, type]) => type.side === undefined || type.side === side)
      .map(([name, type]) => [name.toLowerCase(), { name, type }]),
  );
  const bound: Row = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = known.get(name.toLowerCase());
    if (parameter) bound[parameter.name] = convert(parameter.name, parameter.type, value);
    else if (!common.some((each) => each.toLowerCase() === name.toLowerCase())) {
      throw binding(`A parameter cannot be found that matches parameter name '${name}'.`);
    }
  }
  const missing = [...known.values()].filter(({ name, type }) => type.mandatory && bound[name] === undefined);
  if (missing.length > 0) {
    throw binding(
      `Cannot process command because of one or more missing mandatory parameters: ${missing.map(({ name }) => name).join(" ")}.`,
    );
  }
  return bound;
}

function convert(name: string, type: ParameterType, value: unknown): unknown {
  if (value === null || value === undefined) {
    if (type.mandatory) throw binding(`Cannot bind argument to parameter '${name}' because it is null.`);
    if (type.kind === "list") return [];
    if (type.kind === "text" || type.nullable) return null;
    throw unsuitable(name, type, "");
  }
  // PowerShell unrolls a collection of one for a scalar parameter.
  const scalar = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  switch (type.kind) {
    case "text":
    case "secret":
      if (typeof scalar === "object") throw unsuitable(name, type, scalar);
      if (type.mandatory && scalar === "") {
        throw binding(`Cannot bind argument to parameter '${name}' because it is an empty string.`);
      }
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
      if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(scalar)))
        throw unsuitable(name, type, scalar);
      return String(scalar).toLowerCase();
    case "date": {
      const at = Date.parse(String(scalar));
      if (Number.isNaN(at)) throw unsuitable(name, type, scalar);
      return new Date(at).toISOString();
    }
    case "oneOf": {
      if (scalar === "" && type.nullable) return null;
      const found = type.values?.find((each) => each.toLowerCase() === String(scalar).toLowerCase());
      if (found === undefined) throw unsuitable(name, type, scalar);
      return found;
    }
    case "list":
      return strings(name, type, value);
  }
}

function strings(name: string, type: ParameterType, value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.some((item) => typeof item === "object")) throw unsuitable(name, type, value);
  return items.map(String).filter((item) => item !== "");
}

function integer(name: string, type: ParameterType, value: unknown): number {
  if ((typeof value !== "number" && typeof value !== "string") || !/^-?\d+$/.test(String(value))) {
    throw unsuitable(name, type, value);
  }
  return Number(value);
}

const dotNet: Record<ParameterType["kind"], string> = {
  text: "System.String",
  secret: "System.Security.SecureString",
  flag: "System.Boolean",
  switch: "System.Management.Automation.SwitchParameter",
  number: "System.Int32",
  size: "Microsoft.Exchange.Data.Unlimited`1[System.UInt32]",
  guid: "System.Guid",
  date: "System.DateTime",
  oneOf: "System.Enum",
  list: "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
};

function unsuitable(name: string, type: ParameterType, value: unknown): CmdletError {
  const shown =
    type.kind === "secret" ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const head = `Cannot process argument transformation on parameter '${name}'. Cannot convert value "${shown}" to type "${dotNet[type.kind]}".`;
  if (type.kind === "oneOf") {
    return binding(
      `${head} Error: "Unable to match the identifier name ${shown} to a valid enumerator name. Specify one of the following enumerator names and try again: ${type.values?.join(", ")}"`,
    );
  }
  if (type.kind === "flag" || type.kind === "switch") {
    return binding(
      `${head} Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.`,
    );
  }
  return binding(head);
}
