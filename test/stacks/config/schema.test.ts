import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { withDefaults } from "../../../stacks/config/defaults.ts";
import { generateTypes } from "../../../stacks/config/generate.ts";
import { resolved, rootSchema, type Schema } from "../../../stacks/config/schema.ts";
import { checkStructure } from "../../../stacks/config/structure.ts";

const definitions = Object.entries(rootSchema.$defs);
const properties = [["Config", rootSchema] as const, ...definitions].flatMap(([name, schema]) =>
  Object.entries(schema.properties ?? {}).map(([key, property]) => [`${name}.${key}`, property] as const),
);

describe("schema.json", () => {
  test("has a valid default wherever it has one", () => {
    const withDefault = definitions.filter(([, schema]) => schema.default !== undefined);
    expect(withDefault.length).toBeGreaterThan(5);
    for (const [name, schema] of withDefault)
      expect([name, checkStructure(withDefaults(schema, schema.default), name).findings]).toEqual([name, []]);
  });

  test("has valid defaults of single properties", () => {
    for (const [name, schema] of definitions)
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        const standard = resolved(property).default;
        if (standard === undefined) continue;
        const at = checkStructure({ [key]: standard }, name).findings.filter(({ path }) => path[0] === key);
        expect([`${name}.${key}`, at]).toEqual([`${name}.${key}`, []]);
      }
  });

  test("describes every key, for editors to show", () => {
    // Neither the daemon's settings, nor what Microsoft's page of New-TransportRule describes.
    const others = /^(Settings|MailboxAccess|OnPremisesMailboxes|OnlineMailboxes|Account|RuleParameters)/;
    for (const [name, property] of properties)
      if (!others.test(name))
        expect([name, resolved(property).description]).toEqual([name, expect.stringMatching(/\w/)]);
  });

  test("knows every key that it lists, nowhere takes unknown ones", () => {
    const open = definitions.filter(
      ([, schema]) => schema.properties !== undefined && schema.additionalProperties !== false,
    );
    expect(open).toEqual([]);
  });

  test("says in words what is right wherever a pattern decides", () => {
    const visit = (schema: Schema & { pattern?: string }, name: string): void => {
      if (schema.pattern !== undefined && schema.type !== undefined)
        expect([name, schema.patternErrorMessage]).toEqual([name, expect.stringMatching(/\w/)]);
      for (const [key, inner] of Object.entries(schema.properties ?? {})) visit(inner, `${name}.${key}`);
      if (schema.items) visit(schema.items, `${name}[]`);
    };
    for (const [name, schema] of definitions) visit(schema, name);
  });

  test("marks every password, secret, token and private key as a secret", () => {
    const secret = properties.filter(([name]) => /(password|secret|token|\.key)$/i.test(name));
    expect(secret.length).toBeGreaterThan(5);
    for (const [name, property] of secret) expect([name, resolved(property).secret]).toEqual([name, true]);
  });
});

test("types.ts is what generate.ts makes of schema.json", async () => {
  const present = await readFile(new URL("../../../stacks/config/types.ts", import.meta.url), "utf8");
  expect(present, "run `node stacks/config/generate.ts`").toBe(await generateTypes());
});
