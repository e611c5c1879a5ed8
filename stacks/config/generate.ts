/** Writes types.ts from schema.json: `node stacks/config/generate.ts`. */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { compile, type JSONSchema } from "json-schema-to-typescript";

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The schema of a loaded configuration instead of a written one: whatever has a default is there. Definitions
 * that name no type of their own (a domain, a port) dissolve into the fields that use them.
 */
function loadedForm(root: Node): JSONSchema {
  const definitions = isNode(root["$defs"]) ? root["$defs"] : {};
  const named = (node: unknown): boolean =>
    isNode(node) && ("oneOf" in node || "enum" in node || "properties" in node);
  const target = (node: Node): [name: string, definition: unknown] => {
    const name = String(node["$ref"]).replace("#/$defs/", "");
    return [name, definitions[name]];
  };
  const hasDefault = (node: unknown): boolean =>
    isNode(node) && ("default" in node || ("$ref" in node && hasDefault(target(node)[1])));

  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (!isNode(node)) return node;
    // One thing, or a list of them.
    if ("if" in node)
      return { description: node["description"], oneOf: [visit(node["else"]), visit(node["then"])] };
    if ("$ref" in node) {
      const { $ref, ...beside } = node;
      const definition = target(node)[1] as Node;
      return named(definition) ? { $ref } : visit({ ...definition, ...beside });
    }
    const copy = Object.fromEntries(
      Object.entries(node)
        // A tuple type for "at least one" would be in the way of every consumer.
        .filter(([key, value]) => value !== undefined && key !== "minItems" && key !== "$defs")
        .map(([key, value]) => [key, visit(value)]),
    );
    // The branches repeat what is beside `oneOf`, which is there for editors.
    if ("oneOf" in node) return { description: copy["description"], oneOf: copy["oneOf"] };
    if (isNode(node["properties"])) {
      const filled = Object.entries(node["properties"]).filter(([, value]) => hasDefault(value));
      const required = Array.isArray(node["required"]) ? node["required"] : [];
      copy["required"] = [...new Set([...required, ...filled.map(([key]) => key)])];
    }
    return copy;
  };
  const types = Object.entries(definitions).filter(([, definition]) => named(definition));
  return {
    ...(visit(root) as Node),
    $defs: Object.fromEntries(types.map(([name, definition]) => [name, visit(definition)])),
  };
}

/** The text of types.ts for the present schema.json. */
export async function generateTypes(): Promise<string> {
  const schema = JSON.parse(await readFile(new URL("schema.json", import.meta.url), "utf8")) as Node;
  const text = await compile(loadedForm(schema), "Config", {
    additionalProperties: false,
    bannerComment:
      "/* Generated from schema.json by generate.ts; run `node stacks/config/generate.ts` after a change. */",
    unreachableDefinitions: true,
    style: { printWidth: 110 },
  });
  return text.replaceAll(
    /\n \*\n \* This interface was referenced by `Config`'s JSON-Schema\n \* via the `definition` "\w+"\./g,
    "",
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await writeFile(new URL("types.ts", import.meta.url), await generateTypes());
