import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Row } from "../store.ts";
import type { AdminSession } from "./session.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let sessions: Sessions;
let online: AdminSession;
let onPremises: AdminSession;
beforeEach(async () => {
  sessions = await startSessions();
  ({ online, onPremises } = sessions);
});
afterEach(() => sessions.close());

async function one(session: AdminSession, cmdlet: string, parameters: Row = {}): Promise<Row> {
  const found = await session.must(cmdlet, parameters);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

async function refused(session: AdminSession, cmdlet: string, parameters: Row): Promise<string> {
  return (await session.run(cmdlet, parameters)).error ?? "accepted";
}

describe("a journal rule", () => {
  const rule = { Name: "All", JournalEmailAddress: "journal@siu.partner.example", Enabled: true };

  test("online waits for an address for undeliverable reports, and takes no mailbox of Exchange Online", async () => {
    expect(await refused(online, "New-JournalRule", rule)).toContain("JournalingReportNdrTo");
    await online.must("Set-TransportConfig", { JournalingReportNdrTo: "ndr@siu.partner.example" });
    expect(await refused(online, "New-JournalRule", { ...rule, JournalEmailAddress: "uma.patel" })).toContain(
      "can't be an Exchange Online mailbox",
    );
    await online.must("New-JournalRule", { ...rule, Recipient: "Signatures" });
    expect(await one(online, "Get-JournalRule", { Identity: "all" })).toMatchObject({
      Recipient: "signatures@contoso.com",
      Scope: "Global",
      Enabled: true,
    });
  });

  test("on-premises is off unless told, and switched by Enable and Disable alone", async () => {
    const { Enabled: _, ...quiet } = rule;
    await onPremises.must("New-JournalRule", quiet);
    expect(await one(onPremises, "Get-JournalRule")).toMatchObject({ Enabled: false, Recipient: null });
    await onPremises.must("Enable-JournalRule", { Identity: "All" });
    expect(await one(onPremises, "Get-JournalRule")).toMatchObject({ Enabled: true });
    expect(await refused(onPremises, "Set-JournalRule", { Identity: "All", Enabled: false })).toContain(
      "parameter name 'Enabled'",
    );
    await onPremises.must("Disable-JournalRule", { Identity: "All" });
    await onPremises.must("Set-JournalRule", { Identity: "All", Scope: "External", Recipient: null });
    expect(await one(onPremises, "Get-JournalRule")).toMatchObject({ Enabled: false, Scope: "External" });
    await onPremises.must("Remove-JournalRule", { Identity: "All" });
    expect(await onPremises.must("Get-JournalRule")).toEqual([]);
  });
});

describe("the transport configuration", () => {
  test("says <> until an address is given, takes recipients by any identity, and is one per side", async () => {
    expect(await one(online, "Get-TransportConfig")).toMatchObject({
      JournalingReportNdrTo: "<>",
      MaxRecipientEnvelopeLimit: "1000",
    });
    await online.must("Set-TransportConfig", {
      JournalingReportNdrTo: "Anna Weber",
      MaxRecipientEnvelopeLimit: 700,
    });
    expect(await one(online, "Get-TransportConfig")).toMatchObject({
      JournalingReportNdrTo: "anna.weber@contoso.com",
      // A number goes in, a text comes back.
      MaxRecipientEnvelopeLimit: "700",
    });
    expect(await one(onPremises, "Get-TransportConfig")).toMatchObject({ JournalingReportNdrTo: "<>" });
    await onPremises.must("Set-TransportConfig", { MaxSendSize: "10MB", SafetyNetHoldTime: "3.00:00:00" });
    expect(await one(onPremises, "Get-TransportConfig")).toMatchObject({
      MaxSendSize: "10 MB (10,485,760 bytes)",
      SafetyNetHoldTime: "3.00:00:00",
    });
    expect(await refused(online, "Set-TransportConfig", { MaxSendSize: "10MB" })).toContain("'MaxSendSize'");
  });
});

describe("a remote domain", () => {
  test("Default is there and stays; a new one is set after it was made", async () => {
    expect(await one(onPremises, "Get-RemoteDomain")).toMatchObject({
      Name: "Default",
      DomainName: "*",
      TNEFEnabled: null,
    });
    expect(await refused(onPremises, "Remove-RemoteDomain", { Identity: "Default" })).toContain(
      "can't be removed",
    );
    const siu = { Name: "Listener", DomainName: "siu.contoso.com" };
    expect(await refused(onPremises, "New-RemoteDomain", { ...siu, TNEFEnabled: false })).toContain(
      "'TNEFEnabled'",
    );
    await onPremises.must("New-RemoteDomain", siu);
    await onPremises.must("Set-RemoteDomain", {
      Identity: "listener",
      TNEFEnabled: false,
      AllowedOOFType: "InternalLegacy",
    });
    expect(await one(onPremises, "Get-RemoteDomain", { Identity: "Listener" })).toMatchObject({
      TNEFEnabled: false,
      IsInternal: true,
      AutoForwardEnabled: true,
    });
    await onPremises.must("Set-RemoteDomain", { Identity: "Listener", IsInternal: false });
    expect(await one(onPremises, "Get-RemoteDomain", { Identity: "Listener" })).toMatchObject({
      AllowedOOFType: "ExternalLegacy",
    });
    expect(await refused(onPremises, "New-RemoteDomain", { ...siu, Name: "Twin" })).toContain(
      "already exists",
    );
    await onPremises.must("Remove-RemoteDomain", { Identity: "Listener" });
  });
});

describe("a receive connector", () => {
  const relay = { Name: "Relay", Usage: "Custom", Bindings: "127.0.0.1:2626", RemoteIPRanges: ["10.0.0.5"] };

  test("is called by its server too, prints enumerations as one text, and shares no binding", async () => {
    expect((await onPremises.must("Get-ReceiveConnector")).map((row) => row["Identity"])).toContain(
      String.raw`EX01\Default Frontend EX01`,
    );
    await onPremises.must("New-ReceiveConnector", {
      ...relay,
      PermissionGroups: "exchangeservers,AnonymousUsers",
    });
    expect(await one(onPremises, "Get-ReceiveConnector", { Identity: String.raw`EX01\relay` })).toMatchObject(
      {
        Name: "Relay",
        Bindings: ["127.0.0.1:2626"],
        PermissionGroups: "AnonymousUsers, ExchangeServers",
        MaxInboundConnection: "5000",
        TransportRole: "HubTransport",
      },
    );
    expect(await refused(onPremises, "New-ReceiveConnector", { ...relay, Name: "Twin" })).toContain(
      String.raw`conflict with the settings on Receive connector "EX01\Relay"`,
    );
    expect(
      await refused(onPremises, "New-ReceiveConnector", { ...relay, Name: "Hub", Bindings: "0.0.0.0:25" }),
    ).toContain("different Transport roles");
    await onPremises.must("Set-ReceiveConnector", {
      Identity: "Relay",
      Name: "Renamed",
      RemoteIPRanges: { Add: "10.0.0.6" },
    });
    expect(await one(onPremises, "Get-ReceiveConnector", { Identity: "Renamed" })).toMatchObject({
      Identity: String.raw`EX01\Renamed`,
      RemoteIPRanges: ["10.0.0.5", "10.0.0.6"],
    });
    await onPremises.must("Remove-ReceiveConnector", { Identity: "Renamed" });
    expect((await online.run("Get-ReceiveConnector")).status).toBe(403);
  });
});

test("a send connector is changed and removed, and refused with what does not fit together", async () => {
  const partner = { Name: "Partner", AddressSpaces: "partner.example", SmartHosts: ["mx.partner.example"] };
  await onPremises.must("New-SendConnector", partner);
  await onPremises.must("Set-SendConnector", {
    Identity: "Partner",
    MaxMessageSize: "20MB",
    Comment: "ours",
  });
  expect(await one(onPremises, "Get-SendConnector", { Identity: "Partner" })).toMatchObject({
    MaxMessageSize: "20 MB (20,971,520 bytes)",
    ConnectionInactivityTimeOut: "00:10:00",
    Comment: "ours",
  });
  expect(
    await refused(onPremises, "Set-SendConnector", { Identity: "Partner", TlsAuthLevel: "DomainValidation" }),
  ).toContain("TlsDomain");
  expect(await refused(onPremises, "Set-SendConnector", { Identity: "Partner", SmartHosts: [] })).toContain(
    "SmartHosts",
  );
  await onPremises.must("Remove-SendConnector", { Identity: "Partner" });
  expect(await refused(onPremises, "Get-SendConnector", { Identity: "Partner" })).toContain(
    "couldn't be found",
  );
});

describe("an accepted domain", () => {
  test("is made on-premises, and comes from the directory online", async () => {
    await onPremises.must("New-AcceptedDomain", { Name: "Fabrikam", DomainName: "fabrikam.com" });
    await onPremises.must("Set-AcceptedDomain", { Identity: "Fabrikam", MakeDefault: true });
    const rows = await onPremises.must("Get-AcceptedDomain");
    expect(rows.filter((row) => row["Default"] === true).map((row) => row["Name"])).toEqual(["Fabrikam"]);
    expect(await refused(onPremises, "Remove-AcceptedDomain", { Identity: "Fabrikam" })).toContain(
      "default domain",
    );
    expect((await online.run("New-AcceptedDomain", { Name: "x", DomainName: "x.example" })).status).toBe(403);
  });
});

describe("an organization", () => {
  test("takes its EWS allow list as edits, and says nothing about EWS before somebody does", async () => {
    await onPremises.must("Set-OrganizationConfig", {
      EwsAllowList: ["SIU/*"],
      EwsApplicationAccessPolicy: "EnforceAllowList",
    });
    await onPremises.must("Set-OrganizationConfig", {
      EwsAllowList: { Add: ["Other/*"], Remove: ["siu/*"] },
    });
    expect(await one(onPremises, "Get-OrganizationConfig")).toMatchObject({
      EwsAllowList: ["Other/*"],
      EwsApplicationAccessPolicy: "EnforceAllowList",
      Name: "Contoso",
    });
    await online.must("Set-OrganizationConfig", { EwsEnabled: null });
    expect(await one(online, "Get-OrganizationConfig")).toMatchObject({
      EwsEnabled: null,
      IsDehydrated: false,
    });
    expect(await refused(online, "Enable-OrganizationCustomization", {})).toContain("already enabled");
  });

  test("that is dehydrated makes no roles and scopes before it is customized", async () => {
    const dehydrated = await startSessions({ dehydrated: true });
    const scope = { Name: "s", RecipientRestrictionFilter: "Alias -like 'a*'" };
    expect(await refused(dehydrated.online, "New-ManagementScope", scope)).toContain(
      "Enable-OrganizationCustomization",
    );
    expect(await refused(dehydrated.online, "New-RoleGroup", { Name: "g" })).toContain(
      "Enable-OrganizationCustomization",
    );
    await dehydrated.online.must("Enable-OrganizationCustomization");
    await dehydrated.online.must("New-ManagementScope", scope);
    await dehydrated.close();
  });

  test("shows where EWS is published, with URLs as .NET prints them", async () => {
    const directory = String.raw`EX01\EWS (Default Web Site)`;
    await onPremises.must("Set-WebServicesVirtualDirectory", {
      Identity: directory,
      ExternalUrl: "https://Mail.Contoso.com",
      BasicAuthentication: true,
    });
    expect(await one(onPremises, "Get-WebServicesVirtualDirectory", { Server: "EX01" })).toMatchObject({
      Identity: directory,
      ExternalUrl: "https://mail.contoso.com/",
      BasicAuthentication: true,
    });
    expect(await one(onPremises, "Get-ClientAccessService", { Identity: "ex01" })).toMatchObject({
      Fqdn: "ex01.contoso.com",
    });
    expect(await one(onPremises, "Get-HybridConfiguration")).toMatchObject({ Domains: ["contoso.com"] });
  });
});

describe("policies", () => {
  test("throttling policies are given to people, and one that is in use stays", async () => {
    await onPremises.must("New-ThrottlingPolicy", {
      Name: "Service",
      EWSMaxConcurrency: 100,
      PowerShellMaxConcurrency: "Unlimited",
    });
    expect(await one(onPremises, "Get-ThrottlingPolicy", { Identity: "service" })).toMatchObject({
      EWSMaxConcurrency: "100",
      PowerShellMaxConcurrency: "Unlimited",
      RCAMaxConcurrency: "40",
      ThrottlingPolicyScope: "Regular",
    });
    await onPremises.must("Set-ThrottlingPolicyAssociation", {
      Identity: "siu",
      ThrottlingPolicy: "Service",
    });
    const given = await onPremises.must("Get-ThrottlingPolicyAssociation", { ThrottlingPolicy: "Service" });
    expect(given.map((row) => row["Identity"])).toEqual(["Sent Items Update"]);
    expect(await refused(onPremises, "Remove-ThrottlingPolicy", { Identity: "Service" })).toContain(
      "associated with",
    );
    await onPremises.must("Set-ThrottlingPolicyAssociation", { Identity: "siu", ThrottlingPolicy: null });
    await onPremises.must("Remove-ThrottlingPolicy", { Identity: "Service" });
  });

  test("authentication policies keep their switches, each side its own", async () => {
    await online.must("New-AuthenticationPolicy", { Name: "Modern", AllowBasicAuthSmtp: true });
    const row = await one(online, "Get-AuthenticationPolicy", { Identity: "Modern" });
    expect(row).toMatchObject({ AllowBasicAuthSmtp: true, AllowBasicAuthImap: false });
    expect(row).not.toHaveProperty("BlockLegacyAuthSmtp");
    await online.must("Set-AuthenticationPolicy", { Identity: "Modern", AllowBasicAuthSmtp: false });
    expect(await one(online, "Get-AuthenticationPolicy", { Identity: "Modern" })).toMatchObject({
      AllowBasicAuthSmtp: false,
    });
    await online.must("Set-User", { Identity: "uma.patel", AuthenticationPolicy: "modern" });
    expect(await refused(online, "Remove-AuthenticationPolicy", { Identity: "Modern" })).toContain(
      "still assigned",
    );
  });

  test("an application access policy lets an application at the members of its group alone", async () => {
    const app = "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e";
    const checked = async (mailbox: string): Promise<unknown> =>
      (await one(online, "Test-ApplicationAccessPolicy", { AppId: app, Identity: mailbox }))[
        "AccessCheckResult"
      ];
    expect(await checked("nils.berger")).toBe("Granted");
    const policy = {
      AppId: app,
      PolicyScopeGroupID: "signatures",
      AccessRight: "RestrictAccess",
      Description: "d",
    };
    const [made] = await online.must("New-ApplicationAccessPolicy", policy);
    expect([await checked("nils.berger"), await checked("felix.braun")]).toEqual(["Denied", "Granted"]);
    await online.must("Set-ApplicationAccessPolicy", {
      Identity: made?.["Identity"],
      Description: "changed",
    });
    expect(await one(online, "Get-ApplicationAccessPolicy")).toMatchObject({
      Description: "changed",
      ScopeName: "Signatures",
    });
    await online.must("Remove-ApplicationAccessPolicy", { Identity: made?.["Identity"] });
    expect(await checked("nils.berger")).toBe("Granted");
  });

  test("a retention policy holds tags, and is on a mailbox by its name", async () => {
    await onPremises.must("New-RetentionPolicyTag", {
      Name: "One day",
      Type: "All",
      AgeLimitForRetention: 1,
      RetentionAction: "PermanentlyDelete",
    });
    await onPremises.must("New-RetentionPolicy", { Name: "Intake", RetentionPolicyTagLinks: ["one day"] });
    expect(await one(onPremises, "Get-RetentionPolicy", { Identity: "Intake" })).toMatchObject({
      RetentionPolicyTagLinks: ["One day"],
    });
    expect(await one(onPremises, "Get-RetentionPolicyTag", { Identity: "One day" })).toMatchObject({
      AgeLimitForRetention: "1.00:00:00",
    });
    await onPremises.must("Set-Mailbox", { Identity: "anna.weber", RetentionPolicy: "intake" });
    expect(await one(onPremises, "Get-Mailbox", { Identity: "anna.weber" })).toMatchObject({
      RetentionPolicy: "Intake",
    });
    expect(await refused(onPremises, "Remove-RetentionPolicy", { Identity: "Intake" })).toContain(
      "assigned to",
    );
    expect(
      await refused(onPremises, "Set-Mailbox", { Identity: "anna.weber", RetentionPolicy: "nonsense" }),
    ).toContain("couldn't be found");
  });
});
