import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recipientByAddress, sideOf, type Application } from "../store.ts";
import type { WorldOptions } from "../world.ts";
import { basic, fetchToken, openSession, type AdminSession } from "./session.ts";
import { startSessions, type Sessions } from "./sessions.ts";
import { createThrottle } from "./throttle.ts";

let now = Date.UTC(2026, 10, 25);
let sessions: Sessions;
const opened: AdminSession[] = [];
async function start(options: WorldOptions = {}): Promise<void> {
  sessions = await startSessions({ now: () => now, ...options });
}
beforeEach(() => start());
afterEach(async () => {
  for (const session of opened.splice(0)) await session.close();
  await sessions.close();
});

/** A new session of somebody on-premises. */
function as(alias: string): AdminSession {
  const { organization, onPremises } = sessions.world;
  const account = recipientByAddress(sideOf(organization, "onPremises"), `${alias}@contoso.com`);
  const session = openSession(
    onPremises.admin,
    organization.authority.ca,
    basic(`${alias}@contoso.com`, account?.password ?? ""),
  );
  opened.push(session);
  return session;
}

function application(): Application {
  const [found] = sessions.world.organization.store.applications;
  if (!found) throw new Error("There is no application.");
  return found;
}

/** A new session of the application, online. */
async function asApplication(): Promise<AdminSession> {
  const { organization, online } = sessions.world;
  now += 1000;
  const { body } = await fetchToken(online?.token ?? "", organization.authority.ca, {
    grant_type: "client_credentials",
    client_id: application().appId,
    client_secret: application().secret,
    scope: "https://outlook.office365.com/.default",
  });
  const session = openSession(
    online?.admin ?? "",
    organization.authority.ca,
    `Bearer ${String(body["access_token"])}`,
  );
  opened.push(session);
  return session;
}

const rule = { Name: "x", PrependSubject: "[x]" };

describe("an administrator", () => {
  test.each([
    ["Recipient Management", "Set-Mailbox", { Identity: "ben.fischer", CustomAttribute1: "x" }, 200],
    ["Recipient Management", "New-TransportRule", rule, 403],
    ["View-Only Organization Management", "Get-TransportRule", {}, 200],
    ["View-Only Organization Management", "New-TransportRule", rule, 403],
    ["Hygiene Management", "Get-ReceiveConnector", {}, 200],
    ["Hygiene Management", "Set-Mailbox", { Identity: "ben.fischer", CustomAttribute1: "x" }, 403],
    ["Records Management", "New-TransportRule", rule, 200],
    [
      "Records Management",
      "New-ManagementScope",
      { Name: "s", RecipientRestrictionFilter: "Alias -eq 'a'" },
      403,
    ],
  ])("of %s who calls %s with %j is answered %d", async (group, cmdlet, parameters, status) => {
    await sessions.onPremises.must("Add-RoleGroupMember", { Identity: group, Member: "anna.weber" });
    expect((await as("anna.weber").run(cmdlet, parameters)).status).toBe(status);
  });

  test("sees of a cmdlet the parameters that a role holds, and no others", async () => {
    await sessions.onPremises.must("Add-RoleGroupMember", {
      Identity: "Records Management",
      Member: "anna.weber",
    });
    const anna = as("anna.weber");
    await anna.must("Set-TransportConfig", { JournalingReportNdrTo: "ndr@partner.example" });
    const { status, error } = await anna.run("Set-TransportConfig", { MaxSendSize: "1MB" });
    expect([status, error]).toEqual([400, expect.stringContaining("matches parameter name 'MaxSendSize'")]);
  });

  test("without any role is refused as such, and keeps what the open session saw of the roles", async () => {
    const before = as("anna.weber");
    expect(await before.run("Get-TransportRule")).toMatchObject({
      status: 403,
      error: "The user 'anna.weber@contoso.com' isn't assigned to any management roles.",
    });
    await sessions.onPremises.must("Add-RoleGroupMember", {
      Identity: "Records Management",
      Member: "anna.weber",
    });
    expect((await before.run("Get-TransportRule")).status).toBe(403);
    expect((await as("anna.weber").run("Get-TransportRule")).status).toBe(200);
  });

  test("of a group within a role group holds its roles; one whose assignment is off does not", async () => {
    await sessions.onPremises.must("New-RoleGroup", {
      Name: "Flow",
      Roles: ["Transport Rules"],
      Members: ["Sales"],
    });
    expect((await as("felix.braun").run("New-TransportRule", rule)).status).toBe(200);
    await sessions.onPremises.must("Set-ManagementRoleAssignment", {
      Identity: "Transport Rules-Flow",
      Enabled: false,
    });
    expect((await as("felix.braun").run("Get-TransportRule")).status).toBe(403);
  });

  test("with a write scope changes whom it holds, and nobody else", async () => {
    await sessions.onPremises.must("New-ManagementScope", {
      Name: "Ben",
      RecipientRestrictionFilter: "Alias -eq 'ben.fischer'",
    });
    await sessions.onPremises.must("New-ManagementRoleAssignment", {
      Role: "Mail Recipients",
      User: "anna.weber",
      CustomRecipientWriteScope: "Ben",
    });
    const anna = as("anna.weber");
    await anna.must("Set-Mailbox", { Identity: "ben.fischer", CustomAttribute1: "x" });
    const { error } = await anna.run("Set-Mailbox", { Identity: "felix.braun", CustomAttribute1: "x" });
    expect(error).toContain("'Felix Braun' isn't within your current write scopes");
    expect((await anna.run("Get-Mailbox", { Identity: "felix.braun" })).status).toBe(200);
  });
});

describe("an application", () => {
  test("calls what the role group of its directory role holds", async () => {
    application().directoryRoles = ["Exchange Recipient Administrator"];
    const session = await asApplication();
    expect((await session.run("Get-Mailbox")).status).toBe(200);
    expect((await session.run("Get-InboundConnector")).status).toBe(403);
  });

  test("without a directory role is refused, until its service principal is in a role group", async () => {
    // A session that is open keeps its rights.
    await sessions.online.must("Get-AcceptedDomain");
    application().directoryRoles = [];
    expect((await (await asApplication()).run("Get-Mailbox")).error).toContain(
      "isn't supported in this scenario",
    );
    await sessions.online.must("New-RoleGroup", {
      Name: "Flow",
      Roles: ["Transport Rules"],
      Members: [application().appId],
    });
    const session = await asApplication();
    expect((await session.run("Get-TransportRule")).status).toBe(200);
    expect((await session.run("Get-InboundConnector")).status).toBe(200);
    expect((await session.run("New-InboundConnector", {})).status).toBe(403);
  });

  test("that asks too often is told when to come back", async () => {
    await sessions.close();
    await start({ settings: { adminLimits: { atOnce: 5, cmdlets: 2, milliseconds: 60_000 } } });
    await sessions.online.must("Get-AcceptedDomain");
    now += 20_000;
    await sessions.online.must("Get-AcceptedDomain");
    const third = await sessions.online.run("Get-AcceptedDomain");
    expect([third.status, third.headers["retry-after"]]).toEqual([429, "40"]);
    now += 40_000;
    await sessions.online.must("Get-AcceptedDomain");
  });
});

describe("a throttling policy", () => {
  test("limits how many cmdlets its holder runs in a span of time", async () => {
    await sessions.onPremises.must("New-ThrottlingPolicy", {
      Name: "Slow",
      PowerShellMaxCmdlets: 1,
      PowerShellMaxCmdletsTimePeriod: 30,
    });
    await sessions.onPremises.must("Set-ThrottlingPolicyAssociation", {
      Identity: "siu",
      ThrottlingPolicy: "Slow",
    });
    const siu = as("siu");
    await siu.must("Get-AcceptedDomain");
    expect(await siu.run("Get-AcceptedDomain")).toMatchObject({
      status: 429,
      headers: { "retry-after": "30" },
    });
    await sessions.onPremises.must("Get-AcceptedDomain");
  });

  test("limits how many run at once", () => {
    const { organization } = sessions.world;
    const enter = createThrottle(
      {
        ...organization,
        settings: { ...organization.settings, adminLimits: { atOnce: 1, cmdlets: 100, milliseconds: 1000 } },
      },
      sideOf(organization, "online"),
    );
    const who = { application: application() };
    const first = enter(who);
    expect(enter(who)).toEqual({ retryAfter: 1 });
    if ("leave" in first) first.leave();
    expect(enter(who)).toHaveProperty("leave");
  });
});
