import type { Parameters } from "./port.ts";

/** What Exchange warned of, for the operator; that a list was cut is what its caller asked for with `ResultSize`. Pure. */
export function toTell(cmdlet: string, parameters: Parameters, texts: readonly string[]): string[] {
  return typeof parameters["ResultSize"] === "number" ? [] : texts.map((text) => `${cmdlet}: ${text}`);
}
