import json from "./schema.json" with { type: "json" };

/** As much of a JSON Schema as the loader reads itself; everything else is ajv's. */
export interface Schema {
  $ref?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  if?: Schema;
  then?: Schema;
  else?: Schema;
  oneOf?: Schema[];
  discriminator?: { propertyName: string };
  minimum?: number;
  maximum?: number;
  /** The value must be a reference. */
  secret?: boolean;
  /** The one side of Exchange that knows a parameter; without it both do. */
  side?: string;
  /** Refused; `description` says what to do instead. */
  deprecated?: boolean;
  /** What would be right, for people; a keyword that editors know as well. */
  patternErrorMessage?: string;
}

/** schema.json, the one definition of the configuration. */
export const rootSchema: Schema & { $defs: Record<string, Schema> } = json;

/** The schema behind a `$ref`; what stands beside the `$ref` wins. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  const definition = rootSchema.$defs[$ref.replace("#/$defs/", "")] ?? {};
  return { ...resolved(definition), ...beside };
}

/**
 * The branch that a value takes, or the schema itself: of an `if` that tells a list from one of its items, and of a
 * `oneOf` whose discriminator the value names.
 */
export function branchFor(schema: Schema, value: unknown): Schema {
  const whole = resolved(schema);
  const either = Array.isArray(value) ? whole.then : whole.else;
  if (whole.if?.type === "array" && either !== undefined) return branchFor(either, value);
  const tag = whole.discriminator?.propertyName;
  if (tag === undefined || typeof value !== "object" || value === null) return whole;
  const named: unknown = Reflect.get(value, tag);
  return whole.oneOf?.map(resolved).find((branch) => branch.properties?.[tag]?.const === named) ?? whole;
}
