import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { allowed } from "../graph/access.ts";
import { recipientByAddress, sideOf, type Recipient, type Row } from "../store.ts";
import type { WorldOptions } from "../world.ts";
import type { AdminSession } from "./session.ts";
import { startSessions, type Sessions } from "./sessions.ts";

const app = "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e";
let now = Date.UTC(2026, 10, 25);
let sessions: Sessions;
let online: AdminSession;
async function start(options: WorldOptions = {}): Promise<void> {
  sessions = await startSessions({ now: () => now, ...options });
  ({ online } = sessions);
}
beforeEach(() => start());
afterEach(() => sessions.close());

/** Whether the application may write to somebody's mailbox of Exchange Online, as Graph asks. */
function writes(alias: string): boolean {
  const { organization } = sessions.world;
  const side = sideOf(organization, "online");
  const [application] = organization.store.applications;
  const target: Recipient | undefined = recipientByAddress(side, `${alias}@contoso.com`);
  if (!application || !target) throw new Error(`Nobody is called ${alias}.`);
  return allowed(organization, side, application, "writeMail", target);
}

async function grant(): Promise<void> {
  await online.must("New-ManagementScope", {
    Name: "Uma",
    RecipientRestrictionFilter: "Alias -eq 'uma.patel'",
  });
  await online.must("New-ManagementRoleAssignment", {
    Name: "Grant",
    App: app,
    Role: "Application Mail.ReadWrite",
    CustomResourceScope: "Uma",
  });
}

async function tested(resource?: string): Promise<Row[]> {
  return online.must("Test-ServicePrincipalAuthorization", {
    Identity: app,
    ...(resource === undefined ? {} : { Resource: resource }),
  });
}

describe("what an application is granted", () => {
  test("is told by role, permission and scope, inside or outside of it", async () => {
    await grant();
    expect(await tested("uma.patel")).toEqual([
      {
        RoleName: "Application Mail.ReadWrite",
        GrantedPermissions: "Mail.ReadWrite",
        AllowedResourceScope: "Uma",
        ScopeType: "CustomRecipientScope",
        InScope: true,
      },
    ]);
    expect(await tested("anna.weber")).toEqual([expect.objectContaining({ InScope: false })]);
    expect(await tested()).toEqual([expect.objectContaining({ InScope: "Not Run" })]);
    expect([writes("uma.patel"), writes("anna.weber")]).toEqual([true, false]);
  });

  test("is remembered as long as the organization says; the test cmdlet looks past that", async () => {
    await sessions.close();
    await start({ settings: { permissionCache: 1_800_000 } });
    expect(writes("uma.patel")).toBe(false);
    await grant();
    expect(writes("uma.patel")).toBe(false);
    expect(await tested("uma.patel")).toEqual([expect.objectContaining({ InScope: true })]);
    now += 1_800_000;
    expect(writes("uma.patel")).toBe(true);
  });

  test("is not touched by an application access policy, which limits consent alone", async () => {
    const [application] = sessions.world.organization.store.applications;
    application?.permissions.push("Mail.ReadWrite");
    expect(writes("nils.berger")).toBe(true);
    await online.must("New-ApplicationAccessPolicy", {
      AppId: app,
      PolicyScopeGroupID: "signatures",
      AccessRight: "RestrictAccess",
    });
    expect(writes("nils.berger")).toBe(false);
    await online.must("New-ManagementRoleAssignment", { App: app, Role: "Application Mail.ReadWrite" });
    expect(writes("nils.berger")).toBe(true);
  });
});

describe("a service principal", () => {
  const other = {
    AppId: "11111111-2222-4333-8444-555555555555",
    ObjectId: "66666666-7777-4888-8999-000000000000",
  };

  test("is made of two ids, renamed, refused twice, and removed", async () => {
    await online.must("New-ServicePrincipal", { ...other, DisplayName: "Other" });
    await online.must("Set-ServicePrincipal", {
      Identity: other.AppId.toUpperCase(),
      DisplayName: "Renamed",
    });
    expect(await online.must("Get-ServicePrincipal", { Identity: other.ObjectId })).toEqual([
      expect.objectContaining({ ...other, DisplayName: "Renamed" }),
    ]);
    expect((await online.run("New-ServicePrincipal", other)).error).toContain("already exists");
    expect((await online.run("New-ServicePrincipal", { AppId: "no id" })).error).toContain("System.Guid");
    await online.must("Remove-ServicePrincipal", { Identity: other.AppId });
    expect((await online.run("Get-ServicePrincipal", { Identity: other.AppId })).status).toBe(404);
  });
});

describe("roles", () => {
  test("say which cmdlets and parameters they hold, and which of them hold one", async () => {
    const named = async (parameters: Row): Promise<unknown[]> =>
      (await online.must("Get-ManagementRole", parameters)).map((row) => row["Name"]);
    expect(await named({ Cmdlet: "New-TransportRule" })).toEqual(["Transport Rules"]);
    expect(
      await named({ Cmdlet: "Set-TransportConfig", CmdletParameters: ["JournalingReportNdrTo"] }),
    ).toEqual(["Journaling", "Organization Transport Settings"]);
    expect(await named({ Cmdlet: "Set-TransportConfig", CmdletParameters: ["ClearCategories"] })).toEqual([
      "Organization Transport Settings",
    ]);
    expect(await named({ Identity: "Application Mail.*" })).toContain("Application Mail.ReadWrite");
    expect(
      (await sessions.onPremises.run("Get-ManagementRole", { Identity: "Application Mail.Send" })).status,
    ).toBe(404);
  });

  test("are made from a parent, and hold less than it, never more", async () => {
    await online.must("New-ManagementRole", { Name: "Rule readers", Parent: "Transport Rules" });
    await online.must("Remove-ManagementRoleEntry", { Identity: String.raw`Rule readers\New-TransportRule` });
    await online.must("Set-ManagementRoleEntry", {
      Identity: String.raw`Rule readers\Set-TransportRule`,
      Parameters: ["Identity", "Comments"],
    });
    expect(
      await online.must("Get-ManagementRoleEntry", { Identity: String.raw`Rule readers\Set-*` }),
    ).toEqual([expect.objectContaining({ Name: "Set-TransportRule", Parameters: ["Comments", "Identity"] })]);
    expect(
      (await online.run("Get-ManagementRoleEntry", { Identity: String.raw`Rule readers\New-TransportRule` }))
        .status,
    ).toBe(404);
    expect(
      (await online.run("Add-ManagementRoleEntry", { Identity: String.raw`Rule readers\New-Mailbox` }))
        .status,
    ).toBe(404);
    await online.must("Add-ManagementRoleEntry", { Identity: String.raw`Rule readers\New-TransportRule` });
    expect((await online.run("Remove-ManagementRole", { Identity: "Transport Rules" })).error).toContain(
      "built-in",
    );
    await online.must("New-RoleGroup", { Name: "Readers", Roles: ["Rule readers"] });
    expect((await online.run("Remove-ManagementRole", { Identity: "Rule readers" })).error).toContain(
      "used by",
    );
    await online.must("Remove-RoleGroup", { Identity: "Readers" });
    await online.must("Remove-ManagementRole", { Identity: "Rule readers" });
  });

  test("are held by role groups, whose members are people and service principals", async () => {
    await online.must("New-RoleGroup", {
      Name: "Mail flow",
      Roles: ["Transport Rules", "journaling"],
      Members: ["anna.weber"],
    });
    expect(await online.must("Get-RoleGroup", { Identity: "mail flow" })).toEqual([
      expect.objectContaining({ Members: ["Anna Weber"], Roles: ["Transport Rules", "Journaling"] }),
    ]);
    await online.must("Add-RoleGroupMember", { Identity: "Mail flow", Member: app });
    expect((await online.run("Add-RoleGroupMember", { Identity: "Mail flow", Member: app })).error).toContain(
      "already a member",
    );
    await online.must("Remove-RoleGroupMember", { Identity: "Mail flow", Member: "anna.weber" });
    expect(
      (await online.must("Get-RoleGroupMember", { Identity: "Mail flow" })).map((row) => row["Name"]),
    ).toEqual(["Sent Items Update"]);
    await online.must("Set-RoleGroup", { Identity: "Mail flow", Name: "Flow", Description: "d" });
    expect(
      (await online.must("Get-ManagementRoleAssignment", { RoleAssignee: "Flow" })).map((row) => row["Role"]),
    ).toEqual(["Transport Rules", "Journaling"]);
    await online.must("Update-RoleGroupMember", { Identity: "Flow", Members: ["ben.fischer", "anna.weber"] });
    expect(
      (await online.must("Get-RoleGroupMember", { Identity: "Flow" })).map((row) => row["Name"]),
    ).toEqual(["Ben Fischer", "Anna Weber"]);
    expect((await online.run("New-RoleGroup", { Name: "flow" })).error).toContain("already exists");
    expect((await online.run("New-RoleGroup", { Name: "x", Roles: ["Nonsense"] })).status).toBe(404);
    expect((await online.run("Remove-RoleGroup", { Identity: "Recipient Management" })).error).toContain(
      "built-in",
    );
  });
});
