import type { Row } from "../store.ts";

/** A property that may hold one value, several or none (Exchange prints a one-element list either way). */
export function list(row: Row, name: string): string[] {
  const value = row[name];
  const values = Array.isArray(value) ? value : [value];
  return values.filter((each) => each !== undefined && each !== null && each !== "").map(String);
}

/** The first value of a property; undefined for null, "" and []. */
export function text(row: Row, name: string): string | undefined {
  return list(row, name)[0];
}

/** A switch, which is a boolean or its name. */
export function flag(row: Row, name: string): boolean {
  return text(row, name)?.toLowerCase() === "true";
}

/** Whether an identity names this object: by name, identity, guid or distinguished name, in any letter case. */
export function named(row: Row, identity: string): boolean {
  const wanted = identity.toLowerCase();
  return ["Name", "Identity", "Guid", "ExchangeObjectId", "DistinguishedName"].some(
    (name) => text(row, name)?.toLowerCase() === wanted,
  );
}
