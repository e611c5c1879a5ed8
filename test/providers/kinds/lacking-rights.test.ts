import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Inputs } from "../../../providers/state.ts";
import type { SideName } from "../../../providers/exchange/port.ts";
import { rows, sideOf } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { made, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded();
  const { organization } = embedded.emulator;
  // The operator may look at everything, and write nothing.
  for (const side of ["onPremises", "online"] as const) {
    const groups = rows(sideOf(organization, side), "RoleGroup");
    const group = (name: string) => groups.find((row) => row["Name"] === name) ?? {};
    const whole = group("Organization Management");
    group("View-Only Organization Management")["Members"] = whole["Members"];
    whole["Members"] = [];
  }
  for (const application of organization.store.applications)
    if (application.directoryRoles) application.directoryRoles = ["Global Reader"];
});
afterAll(() => embedded.close());

const grant = wish("ImpersonationGrant", {
  Name: "Sent Items Update impersonation (test)",
  Role: "ApplicationImpersonation",
  User: "siu@contoso.com",
  CustomRecipientWriteScope: "Sent Items Update senders (test)",
});
const application = wish("ApplicationGrant", {
  Name: "Sent Items Update Mail.ReadWrite (test)",
  Role: "Application Mail.ReadWrite",
  App: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
});
const scope = (side: SideName) =>
  wish("ManagementScope", { Name: "Senders", Include: "all", Users: [], Groups: [] }, { side });
const group = 'run: Add-RoleGroupMember "Organization Management" -Member <the connecting account>';

describe("an operator who may not write is told what to do", () => {
  test.each<[string, Inputs, string]>([
    [
      "grant impersonation",
      grant,
      "Failed to grant impersonation rights. Let somebody who may grant them do it by hand, in the Exchange Management Shell, and run again: New-ManagementRoleAssignment -Name 'Sent Items Update impersonation (test)' -Role 'ApplicationImpersonation' -User 'siu@contoso.com' -CustomRecipientWriteScope 'Sent Items Update senders (test)'",
    ],
    [
      "grant an application its role",
      application,
      "New-ManagementRoleAssignment -Name 'Sent Items Update Mail.ReadWrite (test)' -Role 'Application Mail.ReadWrite' -App 'c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62'",
    ],
    [
      "make a scope on-premises",
      scope("onPremises"),
      "New-ManagementScope -Name 'Senders' -RecipientRestrictionFilter '",
    ],
    ["make a scope online", scope("online"), "New-ManagementScope -Name 'Senders' -Recipient"],
  ])("who may not %s", async (_, inputs, byHand) => {
    embedded.renew();
    const failure = await made(inputs, embedded).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: expect.stringMatching(/^(ACCESS_DENIED|UNKNOWN_CMDLET)$/) as string,
    });
    expect(String(failure)).toContain(group);
    expect(String(failure)).toContain(byHand);
  });

  test("who may not create an account hears of the lesser role group", async () => {
    embedded.renew();
    const account = wish("ServiceAccount", {
      Name: "Agent",
      UserPrincipalName: "agent@contoso.com",
      DisplayName: "Agent",
    });
    await expect(made(account, embedded)).rejects.toThrow(/Add-RoleGroupMember "Recipient Management"/);
  });
});
