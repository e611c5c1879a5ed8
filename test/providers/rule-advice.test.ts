import { describe, expect, test } from "vitest";
import { connectorAdvice, ruleAdvice } from "../../providers/rule-advice.ts";

const ours = { Name: "Ours", FromScope: "InOrganization", RouteMessageOutboundConnector: "Relay" };
const rule = (fields: object) => ({
  Name: "Theirs",
  State: "Enabled",
  Mode: "Enforce",
  Priority: 0,
  ...fields,
});

describe("a rule of ours", () => {
  test.each([
    ["stops rule processing", { StopRuleProcessing: true }, /Theirs' runs before it and stops/],
    [
      "sends through another connector",
      { RouteMessageOutboundConnector: "Other" },
      /different connectors \(Relay, Other\)/,
    ],
  ])("is warned of one that %s", (_, fields, message) => {
    expect(ruleAdvice(ours, [rule(fields)])).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ["runs after it", { StopRuleProcessing: true, Priority: 2 }],
    ["is off", { StopRuleProcessing: true, State: "Disabled" }],
    ["only tests", { StopRuleProcessing: true, Mode: "Audit" }],
    ["is for mail from outside", { StopRuleProcessing: "True", FromScope: "NotInOrganization" }],
    ["sends through the same connector", { RouteMessageOutboundConnector: "relay" }],
    ["does neither", { PrependSubject: "[x]" }],
  ])("is not warned of one that %s", (_, fields) => {
    expect(ruleAdvice(ours, [rule(fields), rule({ ...ours, Priority: 1 })])).toEqual([]);
  });
});

describe("a connector of ours", () => {
  const connector = { Name: "Relay", IsTransportRuleScoped: true };
  const other = {
    Name: "Smart host",
    Enabled: true,
    IsTransportRuleScoped: false,
    RecipientDomains: ["smtp:*;1"],
  };

  test("is told of rules that nobody created from a stack", () => {
    const theirs = rule({ RouteMessageOutboundConnector: "Relay" });
    const marked = rule({ ...ours, Comments: "x [sent-items-update:prod]" });
    expect(connectorAdvice(connector, [theirs, marked], [])).toEqual([expect.stringContaining("'Theirs'")]);
  });

  test("is told of another smart host that takes all mail", () => {
    expect(connectorAdvice(connector, [], [other])).toEqual([expect.stringContaining("'Smart host'")]);
    for (const harmless of [
      { ...other, Enabled: false },
      { ...other, IsTransportRuleScoped: true },
      { ...other, RecipientDomains: ["smtp:*.partner.example;1"] },
      { ...other, ...connector },
    ])
      expect(connectorAdvice(connector, [], [harmless])).toEqual([]);
    expect(connectorAdvice({ ...connector, IsTransportRuleScoped: false }, [], [other])).toEqual([]);
  });
});
