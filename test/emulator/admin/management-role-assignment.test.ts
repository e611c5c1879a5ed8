import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rows, sideOf, type Row } from "../store.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let sessions: Sessions;
beforeEach(async () => {
  sessions = await startSessions();
});
afterEach(() => sessions.close());

const impersonation = { Role: "ApplicationImpersonation", User: "siu@contoso.com" };

describe("a management role assignment on-premises", () => {
  test("is named by the server when nobody names it, and numbered when that is taken", async () => {
    const [first] = await sessions.onPremises.must("New-ManagementRoleAssignment", impersonation);
    const [second] = await sessions.onPremises.must("New-ManagementRoleAssignment", impersonation);
    expect(first).toMatchObject({
      Name: "ApplicationImpersonation-Sent Items Update",
      Role: "ApplicationImpersonation",
      RoleAssignee: "contoso.com/Users/Sent Items Update",
      RoleAssigneeName: "Sent Items Update",
      RoleAssigneeType: "User",
      RoleAssignmentDelegationType: "Regular",
      RecipientWriteScope: "Organization",
      CustomRecipientWriteScope: null,
      Enabled: true,
    });
    expect(second?.["Name"]).toBe("ApplicationImpersonation-Sent Items Update-1");
  });

  test("carries its scope, which cannot be removed from under it", async () => {
    await sessions.onPremises.must("New-ManagementScope", {
      Name: "Senders",
      RecipientRestrictionFilter: "Alias -like '*'",
    });
    const parameters = { ...impersonation, Name: "Grant", CustomRecipientWriteScope: "senders" };
    await sessions.onPremises.must("New-ManagementRoleAssignment", parameters);
    const [grant] = await sessions.onPremises.must("Get-ManagementRoleAssignment", { Identity: "Grant" });
    expect(grant).toMatchObject({
      RecipientWriteScope: "CustomRecipientScope",
      CustomRecipientWriteScope: "Senders",
    });
    const { error } = await sessions.onPremises.run("Remove-ManagementScope", { Identity: "Senders" });
    expect(error).toContain("used by the management role assignment 'Grant'");
    await sessions.onPremises.must("Set-ManagementScope", { Identity: "Senders", Name: "People" });
    const [renamed] = await sessions.onPremises.must("Get-ManagementRoleAssignment", { Identity: "Grant" });
    expect(renamed).toMatchObject({ CustomRecipientWriteScope: "People" });
  });

  test("is found by its assignee, directly and through role groups, delegating ones told apart", async () => {
    await sessions.onPremises.must("New-ManagementRoleAssignment", { ...impersonation, Name: "Grant" });
    const names = async (parameters: Row): Promise<unknown[]> => {
      const found = await sessions.onPremises.must("Get-ManagementRoleAssignment", {
        Role: "ApplicationImpersonation",
        ...parameters,
      });
      return found.map((row) => row["Name"]);
    };
    const delegating = "ApplicationImpersonation-Organization Management-Delegating";
    // Hygiene Management has it from the start, and nobody in it.
    expect(await names({})).toEqual(["ApplicationImpersonation-Hygiene Management", delegating, "Grant"]);
    expect(await names({ RoleAssignee: "siu@contoso.com" })).toEqual([delegating, "Grant"]);
    expect(await names({ RoleAssignee: "siu@contoso.com", Delegating: false })).toEqual(["Grant"]);
    expect(await names({ RoleAssignee: "ben.fischer@contoso.com" })).toEqual([]);
  });

  test("is refused twice under one name, for nobody, and for a role of the other side", async () => {
    await sessions.onPremises.must("New-ManagementRoleAssignment", { ...impersonation, Name: "Grant" });
    const refused = async (parameters: Row): Promise<string | undefined> =>
      (await sessions.onPremises.run("New-ManagementRoleAssignment", { ...impersonation, ...parameters }))
        .error;
    expect(await refused({ Name: "grant" })).toMatch(/ADObjectAlreadyExistsException\|.*already exists/);
    expect(await refused({ User: "nobody@contoso.com" })).toContain(
      "object 'nobody@contoso.com' couldn't be found",
    );
    expect(await refused({ Role: "Application Mail.ReadWrite" })).toContain("couldn't be found");
    expect(await refused({ SecurityGroup: "Organization Management" })).toContain(
      "Parameter set cannot be resolved",
    );
  });
});

describe("a management role assignment online", () => {
  const app = "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e";

  test("gives an application role to a service principal within a resource scope", async () => {
    await sessions.online.must("New-ManagementScope", {
      Name: "Senders",
      RecipientRestrictionFilter: "Alias -like '*'",
    });
    const [grant] = await sessions.online.must("New-ManagementRoleAssignment", {
      App: app,
      Role: "Application Mail.ReadWrite",
      CustomResourceScope: "Senders",
    });
    const [principal] = await sessions.online.must("Get-ServicePrincipal", { Identity: app });
    expect(grant).toMatchObject({
      RoleAssigneeType: "ServicePrincipal",
      App: principal?.["ObjectId"],
      CustomResourceScope: "Senders",
    });
  });

  test("knows no ApplicationImpersonation", async () => {
    const { error } = await sessions.online.run("New-ManagementRoleAssignment", impersonation);
    expect(error).toContain("object 'ApplicationImpersonation' couldn't be found");
  });

  test("is refused in a dehydrated tenant", async () => {
    const [row] = rows(sideOf(sessions.world.organization, "online"), "OrganizationConfig");
    if (row) row["IsDehydrated"] = true;
    const { error } = await sessions.online.run("New-ManagementRoleAssignment", {
      App: app,
      Role: "Application Mail.ReadWrite",
    });
    expect(error).toContain("Enable-OrganizationCustomization");
  });
});

describe("a management scope", () => {
  test("comes back with its filter as Exchange spells it", async () => {
    const filter = "alias -EQ anna.weber -and -not (recipienttypedetails -eq 'SharedMailbox')";
    await sessions.onPremises.must("New-ManagementScope", {
      Name: "Senders",
      RecipientRestrictionFilter: filter,
    });
    const [scope] = await sessions.onPremises.must("Get-ManagementScope", { Identity: "Senders" });
    expect(scope?.["RecipientFilter"]).toBe(
      "((Alias -eq 'anna.weber') -and (-not(RecipientTypeDetails -eq 'SharedMailbox')))",
    );
    expect(scope).not.toHaveProperty("RecipientRestrictionFilter");
  });

  test.each(["Alias -eq", "Nonsense -eq 'x'"])("is refused with the filter %s", async (filter) => {
    const { error } = await sessions.onPremises.run("New-ManagementScope", {
      Name: "x",
      RecipientRestrictionFilter: filter,
    });
    expect(error).toContain("Cannot bind parameter 'Filter' to the target");
  });
});
