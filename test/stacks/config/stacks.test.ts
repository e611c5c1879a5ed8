import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsOf } from "../../../stacks/config/settings.ts";
import { load } from "./samples.ts";

const folder = new URL("../../../stacks/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml") && !name.startsWith("Pulumi."));

test.each(files)("stacks/%s is right, without a warning", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const { config, warnings } = load(text);
  expect(warnings).toEqual([]);
  expect(settingsOf(config).version).toBe(1);
});

test.each(files)("stacks/%s tells editors its schema and holds no secret", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/config\/schema\.json\n/);
  for (const [, value] of text.matchAll(/(?:password|secret|token|key): *(.*)/gi))
    expect(value).toMatch(/^\$\{/);
});
