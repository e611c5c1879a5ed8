import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Row } from "../store.ts";
import type { AdminSession } from "./session.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let sessions: Sessions;
let online: AdminSession;
let now = Date.UTC(2026, 10, 22);
beforeEach(async () => {
  sessions = await startSessions({ now: () => now, propagationDelay: 60_000 });
  ({ online } = sessions);
});
afterEach(() => sessions.close());

const inbound = {
  Name: "CodeTwo Inbound Connector 2.0",
  ConnectorType: "OnPremises",
  ConnectorSource: "AdminUI",
  SenderDomains: "*",
  RequireTls: true,
  RestrictDomainsToCertificate: true,
  RestrictDomainsToIPAddresses: false,
  TlsSenderCertificateName: "contoso.smtp.codetwo.online",
  CloudServicesMailEnabled: true,
  Enabled: true,
};
const outbound = {
  Name: "CodeTwo Outbound Connector",
  ConnectorType: "OnPremises",
  ConnectorSource: "Default",
  IsTransportRuleScoped: true,
  UseMXRecord: false,
  SmartHosts: "contoso.smtp.codetwo.online",
  TlsSettings: "DomainValidation",
  TlsDomain: "*.codetwo.com",
  CloudServicesMailEnabled: true,
  RouteAllMessagesViaOnPremises: false,
  AllAcceptedDomains: false,
  TestMode: false,
  Enabled: true,
};

async function read(noun: string, name: string): Promise<Row> {
  const [row] = await online.must(`Get-${noun}`, { Identity: name });
  return row ?? {};
}

describe("an inbound connector", () => {
  test("comes back with the values that the server rewrote", async () => {
    await online.must("New-InboundConnector", inbound);
    expect(await read("InboundConnector", inbound.Name)).toMatchObject({
      SenderDomains: ["smtp:*;1"],
      ConnectorSource: "Default",
      SenderIPAddresses: [],
      TreatMessagesAsInternal: false,
      Comment: "",
    });
    await online.must("Set-InboundConnector", {
      Identity: inbound.Name,
      SenderDomains: ["fabrikam.com", "contoso.com"],
      Comment: "ours",
    });
    expect(await read("InboundConnector", inbound.Name)).toMatchObject({
      SenderDomains: ["smtp:contoso.com;1", "smtp:fabrikam.com;1"],
      Comment: "ours",
    });
  });

  test("is refused with what Exchange does not combine", async () => {
    const refused = async (parameters: Row): Promise<string | undefined> =>
      (await online.run("New-InboundConnector", { ...inbound, ...parameters })).error;
    expect(await refused({ TreatMessagesAsInternal: true })).toContain("can't both be set");
    expect(await refused({ ConnectorType: "Partner" })).toContain("of type OnPremises");
    expect(await refused({ TlsSenderCertificateName: null })).toContain("TlsSenderCertificateName");
    expect(await refused({ SenderDomains: [] })).toContain("SenderDomains");
  });

  test("does not exist on-premises", async () => {
    expect((await sessions.onPremises.run("New-InboundConnector", inbound)).status).toBe(403);
  });
});

describe("an outbound connector", () => {
  test("has one form for no recipient domains, whether null, an empty list or an empty text was given", async () => {
    await online.must("New-OutboundConnector", outbound);
    for (const nothing of [null, [], "", [""]]) {
      await online.must("Set-OutboundConnector", { Identity: outbound.Name, RecipientDomains: nothing });
      expect(await read("OutboundConnector", outbound.Name)).toMatchObject({
        RecipientDomains: [],
        SmartHosts: ["contoso.smtp.codetwo.online"],
        IsValidated: false,
        LastValidationTimestamp: null,
      });
    }
  });

  test("is refused with what Exchange does not combine", async () => {
    const refused = async (parameters: Row): Promise<string | undefined> =>
      (await online.run("New-OutboundConnector", { ...outbound, ...parameters })).error;
    expect(await refused({ UseMXRecord: true })).toContain("SmartHosts");
    expect(await refused({ TlsDomain: null })).toContain("TlsDomain");
    expect(await refused({ IsTransportRuleScoped: false })).toContain("RecipientDomains");
  });

  test("fails its test until it has propagated, passes then, and is marked validated by Set alone", async () => {
    await online.must("New-OutboundConnector", outbound);
    const validate = (): Promise<Row[]> =>
      online.must("Validate-OutboundConnector", {
        Identity: outbound.Name,
        Recipients: ["postmaster@partner.example"],
      });
    expect(await validate()).toEqual([
      expect.objectContaining({
        IsTaskSuccessful: false,
        Details: expect.stringContaining("not known to this server yet") as unknown,
      }),
      expect.objectContaining({ IsTaskSuccessful: false }),
    ]);
    now += 60_000;
    expect(await validate()).toEqual([
      expect.objectContaining({ IsTaskSuccessful: true, Target: "contoso.smtp.codetwo.online" }),
      expect.objectContaining({ IsTaskSuccessful: true, Target: "postmaster@partner.example" }),
    ]);
    expect(await read("OutboundConnector", outbound.Name)).toMatchObject({ IsValidated: false });
    const at = new Date(now).toISOString();
    await online.must("Set-OutboundConnector", {
      Identity: outbound.Name,
      IsValidated: true,
      LastValidationTimestamp: at,
    });
    expect(await read("OutboundConnector", outbound.Name)).toMatchObject({
      IsValidated: true,
      LastValidationTimestamp: at,
    });
  });

  test.each([
    [
      "another name than the certificate's",
      { TlsDomain: "*.example.com" },
      /certificate is for .*doesn't match/,
    ],
    ["a host that no name table knows", { SmartHosts: "nowhere.example.com" }, /DNS query failed/],
  ])("fails its test with %s", async (_title, parameters, problem) => {
    await online.must("New-OutboundConnector", { ...outbound, ...parameters });
    now += 60_000;
    const [first] = await online.must("Validate-OutboundConnector", {
      Identity: outbound.Name,
      Recipients: "a@b.example",
    });
    expect(first).toMatchObject({
      IsTaskSuccessful: false,
      Details: expect.stringMatching(problem) as unknown,
    });
  });
});

describe("the test of a connector that goes by MX", () => {
  const byMx = {
    ...outbound,
    UseMXRecord: true,
    SmartHosts: [],
    TlsSettings: "EncryptionOnly",
    TlsDomain: null,
  };
  const tested = async (connector: Row, Recipients: string[]): Promise<unknown[]> => {
    await online.must("New-OutboundConnector", connector);
    now += 60_000;
    const rows = await online.must("Validate-OutboundConnector", { Identity: outbound.Name, Recipients });
    return rows.map(({ Target, IsTaskSuccessful, Details }) => [Target, IsTaskSuccessful, Details]);
  };

  test("asks the exchangers of the recipients' domains, each once", async () => {
    sessions.world.organization.hosts.set("closed.example", "127.0.0.1:1");
    const recipients = ["a@partner.example", "b@closed.example", "c@nowhere.invalid", "d@Partner.example"];
    const [refused, unknown] = [
      /^450 4\.4\.316 Connection refused/,
      /^450 4\.4\.312 DNS query failed: nowhere\.invalid/,
    ].map((text) => expect.stringMatching(text) as unknown);
    expect(await tested(byMx, recipients)).toEqual([
      ["partner.example", true, ""],
      ["a@partner.example", true, ""],
      ["d@Partner.example", true, ""],
      ["closed.example", false, refused],
      ["b@closed.example", false, refused],
      ["nowhere.invalid", false, unknown],
      ["c@nowhere.invalid", false, unknown],
    ]);
  });

  test("judges the exchanger's certificate as mail is to", async () => {
    const strict = { ...byMx, TlsSettings: "DomainValidation" };
    const [first] = await tested({ ...strict, TlsDomain: "*.codetwo.com" }, ["a@partner.example"]);
    expect(first).toEqual([
      "partner.example",
      false,
      expect.stringMatching(/certificate is for mx\.example/),
    ]);
    await online.must("Remove-OutboundConnector", { Identity: outbound.Name, Confirm: false });
    const [second] = await tested({ ...strict, TlsDomain: "mx.example" }, ["a@partner.example"]);
    expect(second).toEqual(["partner.example", true, ""]);
  });
});

describe("a send connector", () => {
  test("exists on-premises only, and reads back its address spaces with type and cost", async () => {
    await sessions.onPremises.must("New-SendConnector", {
      Name: "Partner",
      AddressSpaces: "partner.example",
      SmartHosts: ["mx.partner.example"],
    });
    const [row] = await sessions.onPremises.must("Get-SendConnector", { Identity: "Partner" });
    expect(row).toMatchObject({ AddressSpaces: ["SMTP:partner.example;1"], DNSRoutingEnabled: false });
    expect((await online.run("Get-SendConnector")).status).toBe(403);
  });
});
