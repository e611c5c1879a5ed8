import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import type { Finding, Path } from "./problem.ts";
import { malformedReference } from "./references.ts";
import { resolved, rootSchema, type Schema } from "./schema.ts";
import { nearest, oneOf } from "./suggest.ts";

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  discriminator: true,
  strictTypes: true,
  allowUnionTypes: true,
});
ajv.addVocabulary(["secret", "patternErrorMessage", "side", "tsType"]);
ajv.addSchema(rootSchema, "config");

/** What schema.json says about a value, and what is left of the value without its mistakes. */
export interface Structure {
  findings: Finding[];
  /**
   * Misspelt keys and choices are as they were probably meant; a value beyond repair is there as undefined, so
   * that rules across fields neither trip over it nor call it missing.
   */
  sound: unknown;
  /** Back from a path in `sound` to the keys as they are spelt in the text. */
  asWritten: (path: Path) => Path;
}

/** A mistake, and how the value has to change for what lies beneath to be looked at as well. */
interface Remark {
  finding: Finding;
  repair?: { rename: string } | { set: string };
}

/** Holds a value to schema.json, or to one of its `$defs`: one finding for each place, however many keywords object to it. */
export function checkStructure(value: unknown, definition?: string): Structure {
  const validate = ajv.getSchema(definition === undefined ? "config" : `config#/$defs/${definition}`);
  if (validate === undefined) throw new Error(`schema.json defines no ${definition}`);
  const findings = new Map<string, Finding>();
  const note = (finding: Finding): void => {
    const place = JSON.stringify([finding.path, finding.key]);
    if (!findings.has(place)) findings.set(place, finding);
  };
  const spelling = new Map<string, string>();
  const asWritten = (path: Path): Path =>
    path.map((step, index) => spelling.get(JSON.stringify(path.slice(0, index + 1))) ?? step);

  for (const finding of malformedReferences(value, [])) note(finding);
  const sound = structuredClone(value);
  for (;;) {
    validate(sound);
    const errors = (validate.errors ?? []).filter(
      // Of an `if`, the branch that was taken says what is wrong.
      ({ keyword, propertyName }) => propertyName === undefined && keyword !== "if",
    );
    const remarks = errors.toSorted((a, b) => rank(a) - rank(b)).map(describe);
    const repairs = remarks.filter(({ repair }) => repair !== undefined);
    for (const { finding, repair } of repairs) {
      note({ ...finding, path: asWritten(finding.path) });
      const parent = parentOf(sound, finding.path);
      const key = String(finding.path.at(-1));
      if (parent === undefined || repair === undefined) continue;
      if ("set" in repair) Reflect.set(parent, key, repair.set);
      else if (!Object.hasOwn(parent, repair.rename)) {
        spelling.set(JSON.stringify([...finding.path.slice(0, -1), repair.rename]), key);
        Reflect.set(parent, repair.rename, Reflect.get(parent, key));
      }
      if ("rename" in repair) Reflect.deleteProperty(parent, key);
    }
    if (repairs.length > 0) continue;
    for (const { finding } of remarks) {
      note({ ...finding, path: asWritten(finding.path) });
      const parent = parentOf(sound, finding.path);
      const key = finding.path.at(-1);
      if (parent === undefined || key === undefined) continue;
      if (!finding.key) Reflect.set(parent, key, undefined);
      else if (Object.hasOwn(parent, key)) Reflect.deleteProperty(parent, key);
    }
    return { findings: [...findings.values()], sound, asWritten };
  }
}

const order = ["additionalProperties", "propertyNames", "discriminator", "anyOf", "type", "enum", "const"];
const rank = ({ keyword }: ErrorObject): number =>
  (order.indexOf(keyword) + order.length + 1) % (order.length + 1);

function describe(error: ErrorObject): Remark {
  const path = pathOf(error);
  const schema = (error.parentSchema ?? {}) as Schema;
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(path, String(error.params["additionalProperty"]), schema, error.data);
    case "required": {
      const missing = String(error.params["missingProperty"]);
      const wanted = resolved(schema.properties?.[missing] ?? {});
      const what = wanted.description === undefined ? "" : `: ${firstSentence(wanted.description)}`;
      return { finding: { path: [...path, missing], key: true, message: `is missing${what}` } };
    }
    case "propertyNames": {
      const message = "cannot be a name: use letters, digits, spaces, dots and hyphens";
      return { finding: { path: [...path, String(error.params["propertyName"])], key: true, message } };
    }
    case "discriminator": {
      const tag = String(error.params["tag"]);
      const tags = (schema.oneOf ?? []).map((branch) => String(resolved(branch).properties?.[tag]?.const));
      const written: unknown = error.params["tagValue"];
      if (written !== undefined) return choice([...path, tag], tags, written);
      const meant = misspeltTag(tag, schema, error.data);
      if (meant !== undefined) return unknownKey(path, meant, { properties: { [tag]: {} } }, error.data);
      return { finding: { path: [...path, tag], key: true, message: `is missing: ${oneOf(tags)}` } };
    }
    case "enum":
      return choice(path, (schema.enum ?? []).map(String), error.data);
    default:
      return { finding: { path, message: wrongValue(error, schema) } };
  }
}

/** A section of more keys than this is named, not listed. */
const manyKeys = 40;

/** The key that was probably meant to be the tag: near to it, and known to no branch. */
function misspeltTag(tag: string, schema: Schema, data: unknown): string | undefined {
  const branches = (schema.oneOf ?? []).map(resolved);
  return Object.keys(typeof data === "object" && data !== null ? data : {}).find(
    (key) =>
      nearest(key, [tag]) === tag && !branches.some(({ properties }) => properties?.[key] !== undefined),
  );
}

function unknownKey(parent: Path, key: string, schema: Schema, data: unknown): Remark {
  const known = Object.keys(schema.properties ?? {});
  const present = typeof data === "object" && data !== null ? data : {};
  const absent = known.filter((candidate) => !Object.hasOwn(present, candidate));
  const meant = nearest(key, absent) ?? nearest(key, known);
  const few = known.length <= manyKeys;
  const kept = few
    ? `known here: ${known.join(", ")}`
    : `it holds ${firstSentence(schema.description ?? "")}`;
  const advice = meant === undefined ? kept : `did you mean ${meant}?`;
  const finding: Finding = {
    path: [...parent, key],
    key: true,
    message: `is no key of this section; ${advice}`,
  };
  return meant === undefined ? { finding } : { finding, repair: { rename: meant } };
}

function choice(path: Path, allowed: readonly string[], data: unknown): Remark {
  const meant = typeof data === "string" ? nearest(data, allowed) : undefined;
  const message = `must be ${oneOf(allowed)}${notThis(data)}`;
  if (meant === undefined) return { finding: { path, message } };
  return { finding: { path, message: `${message}; did you mean ${meant}?` }, repair: { set: meant } };
}

function wrongValue(error: ErrorObject, schema: Schema): string {
  const { keyword, data } = error;
  if (schema.patternErrorMessage !== undefined) {
    const isOtherKind = keyword === "type" || keyword === "anyOf";
    const got = isOtherKind && schema.secret !== true ? notThis(data) : "";
    return `must be ${schema.patternErrorMessage}${got}`;
  }
  switch (keyword) {
    case "const":
      return `must be ${JSON.stringify(schema.const)}${notThis(data)}`;
    case "type":
      return `must be ${kindNames[String(schema.type)] ?? String(schema.type)}${typeof data === "string" ? ", not text" : notThis(data)}`;
    case "minimum":
      return `must be ${schema.minimum} or more`;
    case "minItems":
      return "must list at least one";
    case "uniqueItems":
      return "must not list the same twice";
    default:
      return schema.description === undefined
        ? "is not right"
        : `must be ${firstSentence(schema.description)}`;
  }
}

const kindNames: Record<string, string> = {
  object: "a section with keys of its own",
  array: "a list ([a, b], or a line starting with - for each)",
  string: "text",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
};

/** Names the kind of a value, never the value: it may be a password in the wrong place. */
function notThis(data: unknown): string {
  if (data === null) return "; it is empty";
  if (Array.isArray(data)) return ", not a list";
  if (typeof data === "boolean") return `, not ${data}`;
  if (typeof data === "number") return ", not a number (put it in quotes if it is text)";
  if (typeof data !== "object") return "";
  const reference = Object.keys(data).some((key) => /^(env|file|config)\b/.test(key));
  return reference ? ", not a section (inside { } or [ ] put a reference in quotes)" : ", not a section";
}

function* malformedReferences(value: unknown, path: Path): Generator<Finding> {
  if (typeof value === "string") {
    const token = malformedReference(value);
    if (token === undefined) return;
    const kind = /^\$\{([A-Za-z]+):/.exec(token)?.[1] ?? "";
    const meant = nearest(kind, ["env", "file", "config"]);
    const advice = meant === undefined ? "" : `; did you mean \${${meant}:...}?`;
    yield {
      path,
      message: `must hold references only as \${env:NAME}, \${file:path} or \${config:key}${advice}`,
    };
  } else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value))
      yield* malformedReferences(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

function pathOf({ instancePath }: ErrorObject): Path {
  const steps = instancePath.split("/").slice(1);
  return steps.map((step) => {
    const plain = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return /^\d+$/.test(plain) ? Number(plain) : plain;
  });
}

const firstSentence = (text: string): string => lowerFirst(/^.*?(?=[.;](?:\s|$)|$)/.exec(text)?.[0] ?? text);
const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

function parentOf(root: unknown, path: Path): object | undefined {
  let node = root;
  for (const step of path.slice(0, -1))
    node = typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined;
  return typeof node === "object" && node !== null ? node : undefined;
}
