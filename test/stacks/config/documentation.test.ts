import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resolved, rootSchema, type Schema } from "../../../stacks/config/schema.ts";

const page = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
/** Neither what the daemon gets, nor what Microsoft's page of New-TransportRule tells. */
const forOperators = Object.entries(rootSchema.$defs).filter(
  ([name]) =>
    !/^(Rule(Parameters|Tables)|Settings|MailboxAccess|OnPremisesMailboxes|OnlineMailboxes|Account$)/.test(
      name,
    ),
);

function words(schema: Schema): string[] {
  const choices = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])];
  return [...Object.keys(schema.properties ?? {}), ...choices.map(String)];
}

test("docs/configuration.md tells of every key and every choice", () => {
  const all = [rootSchema, ...forOperators.map(([, schema]) => schema)].flatMap((schema) => [
    ...words(schema),
    ...Object.values(schema.properties ?? {})
      .filter(({ $ref }) => $ref !== "#/$defs/RuleParameters")
      .flatMap((property) => words(resolved(property))),
  ]);
  const untold = [...new Set(all)].filter((word) => !new RegExp(`\\b${word}\\b`).test(page));
  expect(untold).toEqual([]);
});

test("docs/configuration.md tells every default that is a text or a number", () => {
  const defaults = forOperators.flatMap(([, schema]) =>
    Object.values(schema.properties ?? {}).map((property) => resolved(property).default),
  );
  const untold = defaults.filter(
    (one) => ["string", "number"].includes(typeof one) && !page.includes(String(one)),
  );
  expect(untold).toEqual([]);
});
