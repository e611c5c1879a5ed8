import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Desired } from "../../providers/desired/resource.ts";
import { drift, type Finding } from "../../providers/drift.ts";
import { Fault } from "../../providers/exchange/errors.ts";
import type { Parameters, SideName } from "../../providers/exchange/port.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedOf, type Stack } from "./stack.ts";

const rule = "CodeTwo Exchange transport rule";
const inbound = "CodeTwo Inbound Connector 2.0";
const outbound = "CodeTwo Outbound Connector";
const relay = "contoso.smtp.codetwo.online";
const mark = "[sent-items-update:demo]";

/** What somebody does by hand, and what is then found: the resource, and how it stands. */
const byHand: [
  what: string,
  cmdlet: string,
  parameters: Parameters,
  found: [string, string][],
  side?: SideName,
][] = [
  ["nothing", "Get-TransportRule", {}, []],
  ["a value that is set to what it is", "Set-InboundConnector", { Identity: inbound, RequireTls: true }, []],
  ["another letter case", "Set-OutboundConnector", { Identity: outbound, TlsDomain: "*.CODETWO.com" }, []],
  [
    "a stranger's rule above ours",
    "New-TransportRule",
    { Name: "Above", Priority: 0, SetHeaderName: "X-A", SetHeaderValue: "b" },
    [],
  ],
  [
    "a rule that is off",
    "Disable-TransportRule",
    { Identity: rule, Confirm: false },
    [["signatures-rule-signatures", "changed"]],
  ],
  [
    "an exception more",
    "Set-TransportRule",
    { Identity: rule, ExceptIfSubjectContainsWords: ["secret"] },
    [["signatures-rule-signatures", "changed"]],
  ],
  [
    "a rule that is gone",
    "Remove-TransportRule",
    { Identity: "Sent Items Update intake", Confirm: false },
    [["intake-rule", "missing"]],
  ],
  [
    "a comment without the mark",
    "Set-TransportRule",
    { Identity: rule, Comments: "Mine now" },
    [["signatures-rule-signatures", "not-owned"]],
  ],
  [
    "two values of one connector",
    "Set-InboundConnector",
    { Identity: inbound, RequireTls: false, Enabled: false },
    [["inbound-connector", "changed"]],
  ],
  [
    "a connector that is gone",
    "Remove-OutboundConnector",
    { Identity: "Sent Items Update intake", Confirm: false },
    [["intake-connector", "missing"]],
  ],
  [
    "a connector with another name",
    "Set-InboundConnector",
    { Identity: inbound, Name: "Elsewhere" },
    [
      ["inbound-connector", "missing"],
      ["InboundConnector 'Elsewhere'", "undeclared"],
    ],
  ],
  [
    "a condition that the file does not have, or no longer has",
    "Set-TransportRule",
    { Identity: rule, SubjectContainsWords: ["stamp"] },
    [["signatures-rule-signatures", "changed"]],
  ],
  [
    "a wider scope",
    "Set-ManagementScope",
    { Identity: "Sent Items Update senders (demo)", RecipientRestrictionFilter: "Alias -like '*'" },
    [["sender-scope", "changed"]],
    "onPremises",
  ],
  [
    "an assignment that is off",
    "Set-ManagementRoleAssignment",
    { Identity: "Sent Items Update impersonation (demo)", Enabled: false },
    [
      ["impersonation-grant", "changed"],
      ["impersonation-check", "unmet"],
    ],
    "onPremises",
  ],
];

describe("drift", () => {
  let embedded: Embedded;
  let stack: Stack;
  let wanted: Desired[];
  beforeAll(async () => {
    embedded = await startEmbedded();
    stack = createStack(embedded);
    wanted = wantedOf("demo", embedded);
  });
  afterAll(() => embedded.close());

  const look = async (): Promise<Finding[]> => {
    embedded.renew();
    embedded.calls.length = 0;
    return drift(embedded.world, "demo", wanted);
  };
  const found = (findings: readonly Finding[]): [string, string][] =>
    findings.flatMap(({ resource, standing }) => (standing === "as-declared" ? [] : [[resource, standing]]));

  test("of an organization where nothing was made yet is everything that has to be made", async () => {
    const standings = new Map((await look()).map(({ resource, standing }) => [resource, standing]));
    expect(standings.get("outbound-connector")).toBe("missing");
    expect(standings.get("signatures-rule-signatures")).toBe("missing");
    expect(standings.get("accepted-domain")).toBe("as-declared");
  });

  describe("finds what a refreshing preview finds, and reads only", () => {
    test.each(byHand)("%s", async (_what, cmdlet, parameters, expected, side = "online") => {
      await stack.up(wanted);
      await embedded.exchange(side).invoke(cmdlet, parameters);
      const findings = await look();
      expect(embedded.calls.filter((call) => !/ (Get|Test)-/.test(call))).toEqual([]);
      expect(found(findings)).toEqual(expected);
      const previewed = new Set(await stack.preview(wanted));
      // A preview knows an object by its id, so a renamed one is a changed one; here a name is all there is.
      const declared = found(findings).filter(([, standing]) => standing !== "undeclared");
      expect(new Set(declared.map(([resource]) => resource))).toEqual(previewed);
    });
  });

  test("tells what is unmet of a prerequisite, with what to do", async () => {
    await stack.up(wanted);
    const { store } = embedded.emulator.organization;
    const domains = store.sides.get("online")?.objects.get("AcceptedDomain");
    const [key, domain] = [...(domains ?? [])].find(([, { DomainName }]) => DomainName === relay) ?? [];
    domains?.delete(key ?? "");
    const finding = (await look()).find(({ standing }) => standing !== "as-declared");
    expect(finding).toMatchObject({
      resource: "accepted-domain",
      standing: "unmet",
      unmet: [expect.stringContaining(relay)],
    });
    expect(await stack.preview(wanted)).toEqual(["accepted-domain"]);
    if (key !== undefined && domain) domains?.set(key, domain);
  });

  test("names each value", async () => {
    await stack.up(wanted);
    await embedded
      .exchange("online")
      .invoke("Set-OutboundConnector", { Identity: outbound, TlsDomain: "relay.example" });
    const finding = (await look()).find(({ standing }) => standing !== "as-declared");
    expect(finding).toMatchObject({
      title: `OutboundConnector '${outbound}'`,
      side: "online",
      changes: [{ parameter: "TlsDomain", want: "*.codetwo.com", have: "relay.example" }],
    });
  });

  test("finds a rule with this stack's mark that it does not declare, and leaves another stack's alone", async () => {
    await stack.up(wanted);
    for (const [Name, Comments] of [
      ["Left over", mark],
      ["Another's", "[sent-items-update:demo2]"],
    ] as const)
      await embedded
        .exchange("online")
        .invoke("New-TransportRule", { Name, Comments, SetHeaderName: "X-A", SetHeaderValue: "b" });
    expect(found(await look())).toEqual([["TransportRule 'Left over'", "undeclared"]]);
    await embedded
      .exchange("online")
      .invoke("Remove-TransportRule", { Identity: "Left over", Confirm: false });
  });

  test("is not told where Exchange cannot be read: that is an error", async () => {
    const { faults } = embedded.emulator.organization;
    faults.add({ protocol: "admin", operation: "Get-InboundConnector", failure: "expired", times: 99 });
    await expect(look()).rejects.toThrow(Fault);
    faults.clear();
  });
});
