import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { desired } from "../../providers/desired.ts";
import type { Desired } from "../../providers/desired/resource.ts";
import { kinds } from "../../providers/kinds/all.ts";
import { parseConfig } from "../../stacks/config/load.ts";

const demo = readFileSync(new URL("../../stacks/demo.yaml", import.meta.url), "utf8");
const onprem = readFileSync(new URL("../../stacks/onprem.yaml", import.meta.url), "utf8");
const of = (text: string): Desired[] => desired(parseConfig(text, { file: "test.yaml" }).config, "test");
const named = (list: Desired[], name: string): Desired => {
  const found = list.find((each) => each.name === name);
  if (!found) throw new Error(`${name} is not among ${list.map((each) => each.name).join(", ")}`);
  return found;
};
/** Whether one has to wait for the other, directly or through others. */
const waits = (list: Desired[], one: string, other: string): boolean =>
  named(list, one).dependsOn.some((each) => each === other || waits(list, each, other));

const rule = "signatures-rule-signatures";

describe("a hybrid organization", () => {
  test("gets everything in the order of a safe rollout, the signatures rule last", () => {
    const list = of(demo);
    const order = [
      "accepted-domain",
      "inbound-connector",
      "outbound-connector",
      "intake-connector",
      "intake-rule",
      rule,
    ];
    for (const [index, name] of order.slice(1).entries()) {
      expect([name, waits(list, name, order[index] ?? "")]).toEqual([name, true]);
    }
    expect(waits(list, rule, "outbound-connector-validation")).toBe(true);
    expect(waits(list, "outbound-connector-validation", "outbound-connector")).toBe(true);
    expect(list.at(-1)?.name).toBe(rule);
  });

  test("verifies its service account, and grants after account and scope", () => {
    const list = of(demo);
    expect(named(list, "service-account")).toMatchObject({
      kind: "ExistingAccount",
      inputs: { Hybrid: true },
    });
    expect(named(list, "impersonation-grant").dependsOn).toEqual(["service-account", "sender-scope"]);
    expect(named(list, "impersonation-grant").inputs).toMatchObject({
      CustomRecipientWriteScope: "Sent Items Update senders (test)",
    });
  });

  test("is granted every mailbox only when the file says so", () => {
    const list = of(demo.replace("scope: senders", "scope: organization"));
    expect(named(list, "impersonation-grant").inputs).not.toHaveProperty("CustomRecipientWriteScope");
    expect(list.map(({ name }) => name)).not.toContain("sender-scope");
  });

  test("names kinds on sides that have their cmdlets, and only what was listed before", () => {
    const seen = new Set<string>();
    for (const each of of(demo)) {
      expect(kinds[each.kind].sides).toContain(each.side);
      expect(each.dependsOn.filter((name) => !seen.has(name))).toEqual([]);
      seen.add(each.name);
    }
  });

  test("without an address to test with, no validation is asked for", () => {
    const list = of(demo.replace(/^ *validationRecipient: .*\n/m, "    enabled: true\n"));
    expect(list.map(({ name }) => name)).not.toContain("outbound-connector-validation");
  });

  test("another smart host asks for another validation", () => {
    const other = demo.replace("  outbound:\n", "  outbound:\n    smartHost: other.example\n");
    expect(named(of(other), "outbound-connector-validation").inputs).not.toEqual(
      named(of(demo), "outbound-connector-validation").inputs,
    );
  });

  test("connectors that somebody else manages are only compared", () => {
    const list = of(demo.replace("connectors:\n", "connectors:\n  manage: verify\n"));
    expect(named(list, "inbound-connector").verify).toBe(true);
    expect(named(list, "outbound-connector").verify).toBe(true);
    expect(named(list, "intake-connector").verify).toBe(false);
  });

  test("nothing holds a connection or a secret", () => {
    expect(JSON.stringify(of(demo))).not.toMatch(/\$\{|https:|password"?:/i);
  });
});

describe("rules", () => {
  const two = `${demo.replace(/^transportRules:[^]*?(?=\nintake:)/m, "")}
transportRules:
  - { preset: signatures, name: First, scope: signatures }
  - { preset: signatures, name: Second, scope: others, internalMail: false }
`.replace("senderScopes:\n", "senderScopes:\n  others:\n    people: [anna.weber@contoso.com]\n");

  test("run in the order of the file", () => {
    const { config } = parseConfig(two, { file: "test.yaml" });
    const transportRules = config.transportRules.map((each) =>
      each.name === "Second" ? { ...each, before: ["Archive"] } : each,
    );
    const list = desired({ ...config, transportRules }, "test");
    expect(named(list, "signatures-rule-others")).toMatchObject({
      inputs: {
        Name: "Second",
        From: ["anna.weber@contoso.com"],
        SentToScope: "NotInOrganization",
        After: ["First"],
        Before: ["Archive"],
      },
    });
    expect(named(list, "signatures-rule-others").dependsOn).toContain("signatures-rule-signatures");
  });

  test("of everyone name nobody", () => {
    const { inputs } = named(of(demo.replace("group: signatures@contoso.com", "everyone: true")), rule);
    expect(inputs).not.toHaveProperty("From");
    expect(inputs).not.toHaveProperty("FromMemberOf");
  });
});

describe("an organization with servers of its own only", () => {
  test("gets an account of its own and its grant, and no connectors", () => {
    const list = of(onprem);
    expect(list.map(({ kind, side }) => [kind, side])).toEqual([
      ["ServiceAccount", "onPremises"],
      ["ManagementScope", "onPremises"],
      ["ImpersonationGrant", "onPremises"],
    ]);
    expect(named(list, "service-account").inputs).toMatchObject({
      UserPrincipalName: "CodeTwoSiuAgent@contoso.com",
    });
  });

  test("verifies a grant that it must not make", () => {
    const given = onprem
      .replace(/create: true.*\n/, "upn: siu@contoso.com\n")
      .replace("scope: senders", "manage: verify");
    expect(named(of(given), "impersonation-grant").kind).toBe("ImpersonationGranted");
  });
});
