import { expect, test } from "vitest";
import { pathText } from "../../../../stacks/config/problem.ts";
import { rules, warnings } from "../../../../stacks/config/rules/rules.ts";
import { custom, told, without } from "./cases.ts";
import { edited, hybrid, onPremises } from "../samples.ts";

test("a rule is silent about what is right", () => {
  const right = [
    hybrid,
    onPremises,
    edited(hybrid, [["signatureService"], custom]),
    edited(onPremises, without("connections", "onPremises", "server"), [
      ["connections", "onPremises", "autodiscover"],
      true,
    ]),
    edited(onPremises, [["serviceAccount"], { upn: "siu@contoso.local", password: "${env:P}" }]),
    edited(hybrid, [["splitMessages"], { enabled: true, saveAll: true }]),
  ];
  for (const text of right) expect(told(text, true)).toEqual([]);
});

test("rules look at refused values as at nothing", () => {
  for (const rule of Object.values({ ...rules, ...warnings }))
    expect(rule({ config: {}, written: {} }).map(({ path }) => pathText(path))).toEqual([]);
});
