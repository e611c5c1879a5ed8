import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Row } from "../store.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let sessions: Sessions;
beforeEach(async () => {
  sessions = await startSessions();
});
afterEach(() => sessions.close());

const outbound = {
  Name: "CodeTwo Outbound Connector",
  ConnectorType: "OnPremises",
  IsTransportRuleScoped: true,
  UseMXRecord: false,
  SmartHosts: ["contoso.smtp.codetwo.online"],
  TlsSettings: "DomainValidation",
  TlsDomain: "*.codetwo.com",
  CloudServicesMailEnabled: true,
};
const signatures = {
  Name: "CodeTwo Exchange transport rule",
  FromScope: "InOrganization",
  FromMemberOf: ["Signatures"],
  RouteMessageOutboundConnector: "codetwo outbound connector",
  ExceptIfFromAddressMatchesPatterns: ["<>"],
  ExceptIfMessageTypeMatches: "Calendaring",
  ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
  ExceptIfHeaderMatchesPatterns: ["true"],
  RuleErrorAction: "Defer",
  SenderAddressLocation: "HeaderOrEnvelope",
  Mode: "Enforce",
  StopRuleProcessing: false,
  Enabled: false,
};

async function only(name: string): Promise<Row> {
  const [row] = await sessions.online.must("Get-TransportRule", { Identity: name });
  return row ?? {};
}

async function order(): Promise<string[]> {
  const rows = await sessions.online.must("Get-TransportRule");
  expect(rows.map((row) => row["Priority"])).toEqual([...rows.keys()]);
  return rows.map((row) => String(row["Name"]));
}

describe("a transport rule", () => {
  test("comes back as Exchange prints it: groups by address, connectors by name, Enabled as State", async () => {
    await sessions.online.must("New-OutboundConnector", outbound);
    await sessions.online.must("New-TransportRule", signatures);
    const rule = await only(signatures.Name);
    expect(rule).toMatchObject({
      State: "Disabled",
      Priority: 0,
      FromMemberOf: ["signatures@contoso.com"],
      RouteMessageOutboundConnector: "CodeTwo Outbound Connector",
      ExceptIfMessageTypeMatches: "Calendaring",
      SentToScope: null,
      RuleErrorAction: "Defer",
      Exceptions: expect.arrayContaining([
        "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.HeaderMatchesPredicate",
      ]) as unknown,
    });
    expect(rule).not.toHaveProperty("Enabled");
    expect(rule["Description"]).toContain("Take the following actions");
  });

  test("is switched by Enable and Disable alone", async () => {
    await sessions.online.must("New-TransportRule", {
      Name: "Copy",
      BlindCopyTo: "archive@example.org",
      Enabled: false,
    });
    const { error } = await sessions.online.run("Set-TransportRule", { Identity: "Copy", Enabled: true });
    expect(error).toContain("A parameter cannot be found that matches parameter name 'Enabled'.");
    await sessions.online.must("Enable-TransportRule", { Identity: "copy" });
    await sessions.online.must("Enable-TransportRule", { Identity: "copy" });
    expect(await only("Copy")).toMatchObject({ State: "Enabled" });
    await sessions.online.must("Disable-TransportRule", { Identity: "Copy" });
    expect(await only("Copy")).toMatchObject({ State: "Disabled" });
  });

  test("shifts the priority of those below it when it comes, moves and goes", async () => {
    const rule = { PrependSubject: "[x]" };
    for (const name of ["a", "b", "c"])
      await sessions.online.must("New-TransportRule", { Name: name, ...rule });
    await sessions.online.must("New-TransportRule", { Name: "first", Priority: 0, ...rule });
    expect(await order()).toEqual(["first", "a", "b", "c"]);
    await sessions.online.must("Set-TransportRule", { Identity: "c", Priority: 1 });
    expect(await order()).toEqual(["first", "c", "a", "b"]);
    await sessions.online.must("Remove-TransportRule", { Identity: "c" });
    expect(await order()).toEqual(["first", "a", "b"]);
    const { error } = await sessions.online.run("Set-TransportRule", { Identity: "a", Priority: 3 });
    expect(error).toContain("between 0 and 2");
  });

  test("reads back null for a condition that was cleared with null, an empty list or an empty text", async () => {
    await sessions.online.must("New-TransportRule", {
      Name: "x",
      PrependSubject: "[x]",
      SubjectContainsWords: ["a"],
      From: "anna.weber",
    });
    await sessions.online.must("Set-TransportRule", { Identity: "x", SubjectContainsWords: [], From: null });
    expect(await only("x")).toMatchObject({ SubjectContainsWords: null, From: null });
    const { warnings } = await sessions.online.run("Set-TransportRule", {
      Identity: "x",
      SubjectContainsWords: "",
    });
    expect(warnings).toEqual([expect.stringContaining("no settings of 'x' have been modified")]);
  });

  test("is refused without an action, with half a header condition, a bad pattern, a stranger group or a missing connector", async () => {
    const refused = async (parameters: Row): Promise<string> => {
      const { error } = await sessions.online.run("New-TransportRule", { Name: "x", ...parameters });
      return error ?? "accepted";
    };
    expect(await refused({ FromScope: "InOrganization" })).toContain("at least one action");
    expect(await refused({ PrependSubject: "[x]", HeaderContainsMessageHeader: "X-A" })).toContain(
      "must be used together",
    );
    expect(await refused({ PrependSubject: "[x]", SubjectMatchesPatterns: ["("] })).toContain(
      "regular expression",
    );
    expect(await refused({ PrependSubject: "[x]", FromMemberOf: ["nobody@contoso.com"] })).toContain(
      "object 'nobody@contoso.com' couldn't be found",
    );
    expect(await refused({ RouteMessageOutboundConnector: "missing" })).toContain(
      "ManagementObjectNotFoundException",
    );
  });

  test("cannot name an outbound connector on-premises, where there is none", async () => {
    const { error } = await sessions.onPremises.run("New-TransportRule", {
      Name: "x",
      RouteMessageOutboundConnector: "y",
    });
    expect(error).toContain("matches parameter name 'RouteMessageOutboundConnector'");
  });

  test("holds its connector: it follows a new name and cannot be removed from under it", async () => {
    await sessions.online.must("New-OutboundConnector", outbound);
    await sessions.online.must("New-TransportRule", signatures);
    const { error } = await sessions.online.run("Remove-OutboundConnector", { Identity: outbound.Name });
    expect(error).toContain("used by the transport rule");
    await sessions.online.must("Set-OutboundConnector", { Identity: outbound.Name, Name: "Relay" });
    expect(await only(signatures.Name)).toMatchObject({ RouteMessageOutboundConnector: "Relay" });
  });
});

test("a rule that this organization cannot carry out is made, with a warning that it will fail", async () => {
  const rule = { Name: "Secret", ApplyOME: true, MessageContainsDataClassifications: [{ Name: "IBAN" }] };
  const { status, warnings } = await sessions.online.run("New-TransportRule", rule);
  expect(status).toBe(200);
  expect(warnings).toEqual([
    expect.stringMatching(/MessageContainsDataClassifications, ApplyOME: rule 'Secret' fails, .*\(Ignore\)/),
  ]);
  expect(
    (await sessions.online.run("New-TransportRule", { Name: "Plain", DeleteMessage: true })).warnings,
  ).toEqual([]);
});
