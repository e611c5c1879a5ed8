import { readdirSync, readFileSync } from "node:fs";
import { desired } from "../../providers/desired.ts";
import { publication } from "../../providers/desired/publication.ts";
import type { KindName } from "../../providers/kinds/all.ts";
import { parseConfig } from "../../stacks/config/load.ts";
import { branchFor, resolved, rootSchema, type Schema } from "../../stacks/config/schema.ts";
import { settingsOf } from "../../stacks/config/settings.ts";
import type { Config } from "../../stacks/config/types.ts";

/** Keys of the configuration by the property that they change; under "" those that make the object be there or not. */
export type Configured = Map<string, Set<string>>;

/** A value of the configuration in place of another one. */
interface Change {
  path: (string | number)[];
  value: unknown;
}

const stacks = new URL("../../stacks/", import.meta.url);
/** What decides of everything says nothing of a single property. */
const left = /^(environment|connections|daemon\.(url|token)|organization\.federatedDomains)/;

/** Which key leads to which property of which kind: each is changed in each stack of this checkout, and what comes of it compared. */
export function configuredBy(): Map<KindName, Configured> {
  const found = new Map<KindName, Configured>();
  const note = (kind: KindName, property: string, ...keys: string[]): void => {
    const ofKind: Configured = found.get(kind) ?? new Map<string, Set<string>>();
    found.set(kind, ofKind.set(property, new Set([...(ofKind.get(property) ?? []), ...keys])));
  };
  for (const file of readdirSync(stacks).filter((name) => /^[a-z]+\.yaml$/.test(name))) {
    const { config } = parseConfig(readFileSync(new URL(file, stacks), "utf8"), { file });
    const before = wanted(config);
    for (const [, { kind, inputs }] of before) for (const name of Object.keys(inputs)) note(kind, name);
    for (const change of changes(config, resolved(rootSchema), [])) {
      const key = keyOf(change.path);
      if (left.test(key)) continue;
      const after = wanted(changed(config, change));
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        const [was, is] = [before.get(name), after.get(name)];
        const kind = (is ?? was)?.kind;
        if (kind === undefined) continue;
        if (!was || !is || was.kind !== is.kind) {
          note(kind, "", key);
          for (const property of Object.keys((is ?? was)?.inputs ?? {})) note(kind, property);
        } else
          for (const property of new Set([...Object.keys(was.inputs), ...Object.keys(is.inputs)]))
            if (JSON.stringify(was.inputs[property]) !== JSON.stringify(is.inputs[property]))
              note(kind, property, key);
      }
    }
  }
  return found;
}

function wanted(config: Config) {
  const list = desired(config, "stack", 0).filter(({ keepsake }) => !keepsake);
  const daemon = { ...config.daemon, url: "http://127.0.0.1" };
  return new Map(
    [...list, ...publication(daemon, settingsOf(config), list)].map((each) => [each.name, each]),
  );
}

/** Every single change of a value, or of a key that is not there. */
function changes(value: unknown, schema: Schema, path: (string | number)[]): Change[] {
  const whole = branchFor(schema, value);
  if (Array.isArray(value) && value.some((each) => typeof each === "object"))
    return value.flatMap((each, index) => changes(each, whole.items ?? {}, [...path, index]));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const known = Object.entries(whole.properties ?? {});
    const more = typeof whole.additionalProperties === "object" ? whole.additionalProperties : undefined;
    const named = more ? Object.keys(value).map((key): [string, Schema] => [key, more]) : [];
    return [...known, ...named].flatMap(([key, of]) => changes(Reflect.get(value, key), of, [...path, key]));
  }
  return others(value, whole).map((other) => ({ path, value: other }));
}

function others(value: unknown, { enum: choices, type, ...schema }: Schema): unknown[] {
  if (choices) return choices.filter((choice) => choice !== value);
  if (type === "boolean") return [value !== true];
  if (type === "integer" || type === "number") return [Number(value ?? 0) + 1];
  // A list of sections has no other one that is as simple.
  if (type === "array" && resolved(schema.items ?? {}).type !== "string") return [];
  if (type === "array") return [[...((value as unknown[] | undefined) ?? []), "another@contoso.com"]];
  if (schema.const !== undefined || (type !== "string" && typeof value !== "string")) return [];
  const text = typeof value === "string" ? value : "other.contoso.com";
  return [text.includes("@") ? `another.${text}` : `another-${text}`];
}

function changed(config: Config, { path, value }: Change): Config {
  const copy = structuredClone(config);
  const last = path.at(-1) ?? "";
  const holder = path.slice(0, -1).reduce<object>((at, step) => Reflect.get(at, step) as object, copy);
  Reflect.set(holder, last, value);
  return copy;
}

/** `transportRules[].scope`, `senderScopes.<name>.group` */
function keyOf(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === "number" ? "[]" : `.${step}`))
    .join("")
    .replace(/^\./, "")
    .replace(/^senderScopes\.[^.]+/, "senderScopes.<name>");
}
