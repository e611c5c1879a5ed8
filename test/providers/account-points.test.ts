import { expect, test } from "vitest";
import { unfit } from "../../providers/account-points.ts";

const props = { UserPrincipalName: "siu@contoso.com", Hybrid: true };
const fit = {
  UserPrincipalName: "siu@contoso.com",
  RecipientTypeDetails: "usermailbox",
  Enabled: "true",
  Locked: "false",
  PasswordExpired: "false",
  PasswordToChange: "false",
  SmartCardRequired: "false",
  BlockedBy: null,
  RoleGroup: "Organization Management",
  SignIn: "managed",
};

test("an account with everything in order has no points, nor one that an older version looked at", () => {
  expect(unfit(props, fit)).toEqual([]);
  const { UserPrincipalName, RecipientTypeDetails, Enabled, RoleGroup, SignIn } = fit;
  expect(unfit(props, { UserPrincipalName, RecipientTypeDetails, Enabled, RoleGroup, SignIn })).toEqual([]);
});

test.each([
  [{ UserPrincipalName: null }, /must have a valid User Principal Name/],
  [{ UserPrincipalName: "other@contoso.com" }, /is only an address/],
  [{ RecipientTypeDetails: "linkedmailbox" }, /must be a member of the Domain Users group/],
  [{ Enabled: "false" }, /is disabled.*working condition/],
  [{ Locked: "true" }, /Unlock-ADAccount/],
  [{ PasswordExpired: "true" }, /has expired/],
  [{ PasswordToChange: "true" }, /at the next logon/],
  [{ SmartCardRequired: "true" }, /smart card/],
  [{ BlockedBy: "modern" }, /'modern' refuses/],
  [{ RoleGroup: null }, /Exchange Organization Administrators group.*Add-RoleGroupMember/],
  [{ SignIn: "federated" }, /must not use a federated domain address/],
])("%j is one point, with the manual's words or what to do", (wrong, told) => {
  expect(unfit(props, { ...fit, ...wrong })).toEqual([expect.stringMatching(told)]);
});

test("all points are told at once", () => {
  expect(unfit(props, { ...fit, Enabled: "false", Locked: "true", SignIn: "federated" })).toHaveLength(3);
});
