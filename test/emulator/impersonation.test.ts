import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSessions, type Sessions } from "./admin/sessions.ts";
import { impersonationAllowed } from "./impersonation.ts";
import { recipientByAddress, sideOf, type Recipient } from "./store.ts";

let sessions: Sessions;
beforeEach(async () => {
  sessions = await startSessions();
});
afterEach(() => sessions.close());

function person(alias: string): Recipient {
  const found = recipientByAddress(sideOf(sessions.world.organization, "onPremises"), `${alias}@contoso.com`);
  if (!found) throw new Error(`There is no ${alias}.`);
  return found;
}

function allowed(target: string, caller = "siu"): boolean {
  return impersonationAllowed(sessions.world.organization, "onPremises", person(caller), person(target));
}

async function grant(filter?: string): Promise<void> {
  const { onPremises } = sessions;
  if (filter !== undefined) {
    await onPremises.must("New-ManagementScope", { Name: "Senders", RecipientRestrictionFilter: filter });
  }
  await onPremises.must("New-ManagementRoleAssignment", {
    Name: "Grant",
    Role: "ApplicationImpersonation",
    User: "siu@contoso.com",
    ...(filter === undefined ? {} : { CustomRecipientWriteScope: "Senders" }),
  });
}

describe("impersonation", () => {
  test("is nobody's right before it is granted, although Organization Management may hand it out", () => {
    expect(allowed("anna.weber")).toBe(false);
    expect(allowed("anna.weber", "admin")).toBe(false);
  });

  test("comes with the grant, to the account that has it only, and goes with it", async () => {
    await grant();
    expect(allowed("anna.weber")).toBe(true);
    expect(allowed("anna.weber", "ben.fischer")).toBe(false);
    await sessions.onPremises.must("Set-ManagementRoleAssignment", { Identity: "Grant", Enabled: false });
    expect(allowed("anna.weber")).toBe(false);
    await sessions.onPremises.must("Set-ManagementRoleAssignment", { Identity: "Grant", Enabled: true });
    await sessions.onPremises.must("Remove-ManagementRoleAssignment", { Identity: "Grant" });
    expect(allowed("anna.weber")).toBe(false);
  });

  test("comes with a role group, to the members of groups in it as well", async () => {
    const { onPremises } = sessions;
    const group = { Name: "Updaters", Roles: ["ApplicationImpersonation"], Members: ["signatures"] };
    await onPremises.must("New-RoleGroup", group);
    expect(allowed("ben.fischer", "anna.weber")).toBe(true);
    expect(allowed("ben.fischer", "felix.braun")).toBe(true);
    expect(allowed("ben.fischer", "nils.berger")).toBe(false);
  });

  test("reaches direct members of a group, and not those of a group inside it", async () => {
    const dn = "CN=Signatures,OU=Groups,DC=contoso,DC=com";
    await grant(`MemberOfGroup -eq '${dn}'`);
    expect(allowed("anna.weber")).toBe(true);
    expect(allowed("felix.braun")).toBe(false);
    expect(allowed("nils.berger")).toBe(false);
    await sessions.onPremises.must("Set-ManagementScope", {
      Identity: "Senders",
      RecipientRestrictionFilter: `MemberOfGroup -eq '${dn}' -or MemberOfGroup -eq 'CN=Sales,OU=Groups,DC=contoso,DC=com'`,
    });
    expect(allowed("felix.braun")).toBe(true);
  });

  test.each([
    ["RecipientTypeDetails -eq 'SharedMailbox'", "info", "anna.weber"],
    ["PrimarySmtpAddress -like 'anna*'", "anna.weber", "ben.fischer"],
    ["EmailAddresses -eq 'smtp:a.weber@contoso.com'", "anna.weber", "ben.fischer"],
    ["UserPrincipalName -eq 'Ben.Fischer@contoso.com'", "ben.fischer", "anna.weber"],
    [
      "-not(Alias -eq 'otto.outsider') -and RecipientTypeDetails -eq 'UserMailbox'",
      "anna.weber",
      "otto.outsider",
    ],
    ["Name -eq 'Seán O''Brien'", "sean.obrien", "anna.weber"],
  ])("is limited by %s", async (filter, inside, outside) => {
    await grant(filter);
    expect(allowed(inside)).toBe(true);
    expect(allowed(outside)).toBe(false);
  });

  test("follows a custom attribute as it is set", async () => {
    await grant("CustomAttribute7 -eq 'signed'");
    expect(allowed("anna.weber")).toBe(false);
    await sessions.onPremises.must("Set-Mailbox", { Identity: "Anna Weber", CustomAttribute7: "Signed" });
    expect(allowed("anna.weber")).toBe(true);
  });
});
