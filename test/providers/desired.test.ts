import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { desired } from "../../providers/desired.ts";
import type { Desired } from "../../providers/desired/resource.ts";
import { kinds } from "../../providers/kinds/all.ts";
import { parse as parseYaml } from "yaml";
import { parseConfig } from "../../stacks/config/load.ts";
import type { MailboxIntake } from "../../stacks/config/types.ts";

const demo = readFileSync(new URL("../../stacks/demo.yaml", import.meta.url), "utf8");
const onprem = readFileSync(new URL("../../stacks/onprem.yaml", import.meta.url), "utf8");
const online = readFileSync(new URL("../../stacks/online.yaml", import.meta.url), "utf8");
const today = Date.UTC(2026, 10, 25);
const of = (text: string, at = today): Desired[] =>
  desired(parseConfig(text, { file: "test.yaml" }).config, "test", at);
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
    const order = ["accepted-domain", "inbound-connector", "outbound-connector", "intake-rule", rule];
    for (const [index, name] of order.slice(1).entries()) {
      expect([name, waits(list, name, order[index] ?? "")]).toEqual([name, true]);
    }
    // Removal runs backwards: copies arrive while the outbound connector waits for mail on its way.
    expect(waits(list, "outbound-connector", "intake-connector")).toBe(true);
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

  test("without an address to test with, rules wait for the connectors' propagation instead", () => {
    const list = of(demo.replace(/^ *validationRecipient: .*\n/m, "    enabled: true\n"));
    expect(list.map(({ name }) => name)).not.toContain("outbound-connector-validation");
    expect(named(list, "connector-propagation").inputs).toMatchObject({ Minutes: 60 });
    expect(waits(list, rule, "connector-propagation")).toBe(true);
    expect(waits(list, "connector-propagation", "outbound-connector")).toBe(true);
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

  test("connectors that are left out now are added later, in the order that they always have", () => {
    const rules = /^transportRules:[^]*?(?=\nintake:)/m;
    const later = of(demo.replace(rules, ""));
    const now = of(demo.replace(rules, "").replace("connectors:\n", "connectors:\n  manage: none\n"));
    const added = later.filter(({ name }) => !now.some((each) => each.name === name));
    expect(added.map(({ name }) => name)).toEqual([
      "accepted-domain",
      "inbound-connector",
      "outbound-connector",
      "outbound-connector-validation",
    ]);
  });

  test("nothing holds a connection or a secret", () => {
    expect(JSON.stringify(of(demo))).not.toMatch(/\$\{|https:|password"?:/i);
  });
});

describe("an organization in Exchange Online alone", () => {
  const application = {
    AppId: "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047",
    ObjectId: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
  };

  test("grants an application what it needs, limited to the senders, and tries it last", () => {
    const list = of(online);
    expect(list.map(({ side }) => side)).not.toContain("onPremises");
    expect(named(list, "application")).toMatchObject({ kind: "ServicePrincipal", inputs: application });
    expect(named(list, "application-grant").inputs).toEqual({
      Name: "Sent Items Update Mail.ReadWrite (test)",
      Role: "Application Mail.ReadWrite",
      App: application.ObjectId,
      CustomResourceScope: "Sent Items Update senders (test)",
    });
    for (const name of ["organization-customization", "application", "application-scope"])
      expect(waits(list, "application-grant", name)).toBe(true);
    expect(waits(list, "application-scope", "organization-customization")).toBe(true);
    expect(waits(list, "application-check", "application-grant")).toBe(true);
  });

  test("gets the advanced role as well when the day is near, and the check demands it", () => {
    const names = (at: number): string[] => of(online, at).map(({ name }) => name);
    expect(names(today)).not.toContain("application-grant-advanced");
    const later = of(online, Date.UTC(2026, 11, 30));
    expect(named(later, "application-grant-advanced").inputs["Role"]).toBe(
      "Application Mail-Advanced.ReadWrite.All",
    );
    expect(waits(later, "application-check", "application-grant-advanced")).toBe(true);
    expect(named(later, "application-check").inputs["Roles"]).toHaveLength(2);
  });

  test("without a scope grants everything; verified by hand it is only tried", () => {
    const wide = of(
      online.replace("serviceAccount:\n", "impersonation:\n  scope: organization\nserviceAccount:\n"),
    );
    expect(named(wide, "application-grant").inputs).not.toHaveProperty("CustomResourceScope");
    expect(named(wide, "application-check").inputs["Scoped"]).toBe(false);
    const verified = of(
      online.replace("serviceAccount:\n", "impersonation:\n  manage: verify\nserviceAccount:\n"),
    );
    expect(verified.filter(({ name }) => name.startsWith("application")).map(({ name }) => name)).toEqual([
      "application-check",
    ]);
    expect(named(verified, "application-check").inputs["Granted"]).toBe(false);
  });

  test("copies each audience's version by a rule of its own, where one of them is kept", () => {
    const { config } = parseConfig(demo, { file: "test.yaml" });
    const splitMessages = { enabled: true, saveAll: false, keep: "internal" } as const;
    const list = desired({ ...config, splitMessages }, "test", today);
    const [external, internal] = ["intake-external-rule", "intake-rule"].map(
      (name) => named(list, name).inputs,
    );
    expect(external).toMatchObject({ SetHeaderValue: "external", Before: [internal?.["Name"]] });
    expect(internal).toMatchObject({ SetHeaderValue: "internal", After: [external?.["Name"]] });
    expect(waits(list, "intake-rule", "intake-external-rule")).toBe(true);
    expect(waits(list, "intake-external-rule", "intake-connector")).toBe(true);
    expect(waits(list, rule, "intake-rule")).toBe(true);
  });

  test("lets the application read its intake mailbox too", () => {
    const intake = "intake:\n  via: mailbox\n  address: intake@contoso.com\n  read: graph\n";
    const { config } = parseConfig(online, { file: "test.yaml" });
    const { intake: read } = parseYaml(intake) as { intake: NonNullable<typeof config.intake> };
    const list = desired({ ...config, intake: read }, "test", today);
    expect(named(list, "application-scope").inputs["Intake"]).toEqual(["intake@contoso.com"]);
  });
});

test("each of several ways in gets what it needs, the first one under the names of an only one", () => {
  const { config } = parseConfig(online, { file: "test.yaml" });
  const { intake: first = [] } = parseConfig(demo, { file: "test.yaml" }).config;
  const second = parseYaml(
    "{ via: mailbox, name: Second, address: intake@contoso.com, read: graph, retentionDays: 7, adopt: false }",
  ) as MailboxIntake;
  const list = desired({ ...config, intake: [first, second].flat() }, "test", today);
  for (const name of ["intake-connector", "intake-rule"])
    expect(named(list, name).inputs["Name"]).toBe("Sent Items Update intake");
  for (const name of ["intake-2-mailbox", "intake-2-rule"])
    expect(named(list, name).inputs["Name"]).toBe("Second");
  expect(waits(list, rule, "intake-2-rule")).toBe(true);
  expect(named(list, "application-scope").inputs["Intake"]).toEqual(["intake@contoso.com"]);
});

test("a hybrid organization has an account on one side and an application on the other", () => {
  const given =
    "serviceAccount:\n  application:\n    clientId: 7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047\n    objectId: c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62\n    clientSecret: ${env:S}\n";
  const list = of(demo.replace("serviceAccount:\n", given));
  expect(named(list, "impersonation-check")).toMatchObject({ side: "onPremises", inputs: { Hybrid: true } });
  expect(named(list, "application-check")).toMatchObject({ side: "online", inputs: { Hybrid: true } });
  expect(named(list, "sender-scope").inputs).toEqual(named(list, "application-scope").inputs);
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
    const list = desired({ ...config, transportRules }, "test", today);
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

describe("sender scopes", () => {
  const managed = demo.replace(
    "group: signatures@contoso.com",
    "managedGroup: { address: stamped@contoso.com, members: [anna.weber@contoso.com] }",
  );

  test("that a rule uses are counted before it, the group by its address", () => {
    const list = of(demo);
    expect(named(list, "senders-of-signatures")).toMatchObject({
      kind: "SenderScope",
      inputs: { Scope: "signatures", Recipients: ["signatures@contoso.com"] },
    });
    expect(waits(list, rule, "senders-of-signatures")).toBe(true);
    const everyone = of(demo.replace("group: signatures@contoso.com", "everyone: true"));
    expect(named(everyone, "senders-of-signatures").inputs).toEqual({ Scope: "signatures", Everyone: true });
    const unused = demo.replace(
      "senderScopes:\n",
      "senderScopes:\n  unused:\n    group: other@contoso.com\n",
    );
    expect(of(unused).map(({ name }) => name)).not.toContain("senders-of-unused");
  });

  test("with a group of their own make it before the rule that names it, closed and hidden", () => {
    const list = of(managed);
    expect(named(list, "group-signatures")).toMatchObject({
      kind: "DistributionGroup",
      adopt: false,
      inputs: {
        Name: "stamped",
        PrimarySmtpAddress: "stamped@contoso.com",
        Members: ["anna.weber@contoso.com"],
        MemberJoinRestriction: "Closed",
        MemberDepartRestriction: "Closed",
        HiddenFromAddressListsEnabled: true,
      },
    });
    expect(waits(list, rule, "group-signatures")).toBe(true);
    expect(named(list, "senders-of-signatures").inputs["Recipients"]).toEqual(["anna.weber@contoso.com"]);
    expect(named(list, rule).inputs).toMatchObject({
      FromMemberOf: ["stamped@contoso.com"],
      Arriving: ["stamped@contoso.com"],
    });
    expect(named(of(demo), rule).inputs).not.toHaveProperty("Arriving");
  });
});

describe("a group of the stack's own among the senders", () => {
  const senders = "senders: { include: only, groups: [Stamped@contoso.com, sales@contoso.com] }\n";
  const group = "managedGroup: { address: stamped@contoso.com, members: [anna.weber@contoso.com] }";
  // The stack of Exchange Online makes this group as it is.
  const given = (text: string): Desired[] =>
    of(
      text
        .replace(/senders:\n( {2}.*\n)+/, senders)
        .replace(/group: \S+/, text.includes("managedGroup") ? "$&" : group),
    );

  test("is made before the scope in Exchange Online, which names it", () => {
    const list = given(online);
    expect(named(list, "application-scope").inputs).toMatchObject({
      Groups: ["Stamped@contoso.com", "sales@contoso.com"],
      Arriving: ["stamped@contoso.com"],
    });
    expect(waits(list, "application-scope", "group-signatures")).toBe(true);
  });

  test.each([
    ["where it is not", demo, "sender-scope"],
    ["where an account's right is tried", demo, "impersonation-check"],
    ["where an application's right is tried", online, "application-check"],
  ])("is its members %s", (_, text, name) => {
    const { inputs } = named(given(text), name);
    expect(inputs["Groups"]).toEqual(["sales@contoso.com"]);
    expect(inputs["Members"]).toContain("anna.weber@contoso.com");
    expect(inputs).not.toHaveProperty("Arriving");
  });
});

describe("an organization with servers of its own only", () => {
  test("gets an account of its own and its grant, and nothing that only Exchange Online has", () => {
    const list = of(onprem);
    expect(list.slice(0, 4).map(({ kind }) => kind)).toEqual([
      "ServiceAccount",
      "ManagementScope",
      "ImpersonationGrant",
      "ImpersonationCheck",
    ]);
    expect(list.filter(({ side }) => side !== "onPremises")).toEqual([]);
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
