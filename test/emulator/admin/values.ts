/** What a property or a parameter says, value by value: none for null, "" and edits of a collection. */
export function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === undefined || value === "" || typeof value === "object" ? [] : [String(value)];
}

/** Whether two values are the same without letter case, as Exchange compares names. */
export function same(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}
