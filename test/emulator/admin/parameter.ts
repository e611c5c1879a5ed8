import type { SideName } from "../store.ts";

/**
 * `list` is any collection of strings, `flags` an enumeration that takes several names, `size` a count or `Unlimited`, `bytes` an amount
 * of memory or `Unlimited`, `secret` a SecureString (plain text over InvokeCommand), `tables` hashtables.
 */
export type ParameterKind =
  | "text"
  | "flag"
  | "switch"
  | "number"
  | "list"
  | "oneOf"
  | "flags"
  | "date"
  | "duration"
  | "guid"
  | "size"
  | "bytes"
  | "secret"
  | "credential"
  | "tables";

/** What a parameter takes. */
export interface ParameterType {
  kind: ParameterKind;
  values?: readonly string[];
  mandatory?: true;
  /** `$null` clears it; text and lists always can be cleared. */
  nullable?: true;
  /** Exists on this side only. */
  side?: SideName;
  /** The parameter sets it belongs to; all of them where nothing is said. */
  sets?: readonly string[];
  /** Those of its sets in which it is mandatory, where it is not in all. */
  mandatoryIn?: readonly string[];
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
/** Memory, printed as `35 MB (36,700,160 bytes)`; cleared with `$null`. */
export const bytes: ParameterType = { kind: "bytes", nullable: true };
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
