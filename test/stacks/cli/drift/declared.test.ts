import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { desired } from "../../../../providers/desired.ts";
import { publication } from "../../../../providers/desired/publication.ts";
import { parseConfig } from "../../../../stacks/config/load.ts";
import { settingsOf } from "../../../../stacks/config/settings.ts";
import { placesOf } from "../../../../stacks/cli/drift/declared.ts";

const read = (stack: string): string =>
  readFileSync(new URL(`../../../../stacks/${stack}.yaml`, import.meta.url), "utf8");

test.each(["demo", "online", "onprem"])("every resource of stacks/%s.yaml is declared somewhere", (stack) => {
  const { config } = parseConfig(read(stack), { file: stack });
  const inExchange = desired(config, stack, 0);
  const all = [
    ...inExchange,
    ...publication({ ...config.daemon, url: "http://x" }, settingsOf(config), inExchange),
  ];
  for (const resource of all)
    expect([resource.name, placesOf(resource, config).some(([step = ""]) => step in config)]).toEqual([
      resource.name,
      true,
    ]);
});

test("a rule is declared at its place in the list, and one of its values at its own", () => {
  const custom =
    "transportRules:\n  - preset: custom\n    name: Stop\n    parameters: { StopRuleProcessing: true, From: [a@contoso.com] }\n";
  const { config } = parseConfig(`${read("demo").replace("transportRules:\n", custom)}`, { file: "demo" });
  const rule = desired(config, "demo", 0).find(({ name }) => name === "rule-Stop");
  expect(rule && placesOf(rule, config, "From")).toEqual([
    ["transportRules", 0, "parameters", "From"],
    ["transportRules", 0],
  ]);
});

test("each way in is declared at its place in the list", () => {
  const ways = `intake:\n  - { via: mailbox, read: graph, address: a@contoso.com, name: A }\n  - { via: mailbox, read: graph, address: b@contoso.com, name: B }\n`;
  const text = read("demo")
    .replace("saveAll: true", "saveAll: false")
    .replace(/^intake:[\s\S]*/m, ways);
  const { config } = parseConfig(text, { file: "demo" });
  const box = desired(config, "demo", 0).find(({ name }) => name === "intake-2-mailbox");
  expect(box && placesOf(box, config)).toEqual([["intake", 1]]);
});
