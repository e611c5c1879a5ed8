import { expect, test } from "vitest";
import { howToLet } from "../../../providers/exchange/rights.ts";

test.each([
  ["New-ManagementRoleAssignment", "Organization Management", "Exchange Administrator"],
  ["New-InboundConnector", "Organization Management", "Exchange Administrator"],
  ["Update-DistributionGroupMember", "Organization Management", "Exchange Administrator"],
  ["New-Mailbox", "Recipient Management", "Exchange Recipient Administrator"],
  ["Set-TransportRule", "Records Management", "Compliance Administrator"],
])("%s: %s, or %s in Entra", (cmdlet, group, role) => {
  const text = howToLet(cmdlet);
  expect(text).toContain(`Add-RoleGroupMember "${group}" -Member`);
  expect(text).toContain(`the role ${role} `);
  // The least role group is not enough for everything.
  expect(text).toContain("Organization Management");
});
