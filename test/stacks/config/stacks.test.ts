import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsOf } from "../../../stacks/config/settings.ts";
import { load } from "./samples.ts";

const folder = new URL("../../../stacks/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !name.startsWith("Pulumi."));

/** What a stack that shows everything cannot do without. */
const warned: Record<string, RegExp[]> = {
  "hybrid.yaml": [/3,600 messages an hour/],
  "online.yaml": [/nobody tests the connector/, /3,600 messages an hour/],
};

test.each(files)("stacks/%s is right, and warns of nothing that it need not", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const { config, warnings } = load(text);
  expect(warnings.map(({ message }) => message)).toEqual(
    (warned[name] ?? []).map((pattern) => expect.stringMatching(pattern) as string),
  );
  expect(settingsOf(config).version).toBe(1);
});

test.each(files)("stacks/%s tells editors its schema and holds no secret", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/config\/schema\.json\n/);
  for (const [, value] of text.matchAll(/(?:password|secret|token|key): *(.*)/gi))
    expect(value).toMatch(/^\$\{/);
});
