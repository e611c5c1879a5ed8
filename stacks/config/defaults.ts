import { branchFor, resolved, type Schema } from "./schema.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A copy with the schema's defaults wherever a key is absent. A key that is there with the value undefined stays
 * so: the loader marks a mistake that way, and a default in its place would only lead to further complaints.
 */
export function withDefaults(schema: Schema, value: unknown): unknown {
  const branch = branchFor(schema, value);
  if (Array.isArray(value))
    return value.map((item) => (branch.items ? withDefaults(branch.items, item) : item));
  if (!isObject(value)) return value;
  const filled: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(branch.properties ?? {})) {
    const standard = resolved(property).default;
    if (key in value) filled[key] = withDefaults(property, value[key]);
    else if (standard !== undefined) filled[key] = withDefaults(property, standard);
  }
  const others = typeof branch.additionalProperties === "object" ? branch.additionalProperties : {};
  for (const [key, item] of Object.entries(value))
    if (!Object.hasOwn(filled, key)) filled[key] = withDefaults(others, item);
  return filled;
}
