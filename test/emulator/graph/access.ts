import { policiesAllow } from "../admin/application-access-policy.ts";
import { passesFilter } from "../admin/recipient-filter.ts";
import type { Organization } from "../organization.ts";
import type { Application, Recipient, Side } from "../store.ts";
import { permissionsOf } from "./permissions.ts";

/** Everything that the operations here ask for: consent for these lets an application do all of them, in every mailbox. */
export const graphPermissions = [
  "Mail.ReadWrite",
  "Mail-Advanced.ReadWrite.All",
  "Mail.Send",
  "User.Read.All",
  "GroupMember.Read.All",
] as const;

/** What an operation needs, each with the permissions that include it. */
export const needs = {
  none: [],
  readMail: ["Mail.Read", "Mail.ReadWrite"],
  subscribeMail: ["Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"],
  writeMail: ["Mail.ReadWrite"],
  sendMail: ["Mail.Send"],
  writeSent: ["Mail-Advanced.ReadWrite.All"],
  readUsers: ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"],
  readGroups: ["GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All"],
} as const;
export type Need = keyof typeof needs;

/** Roles for applications that include every operation on mail. */
const fullAccess = ["Application Mail Full Access", "Application Exchange Full Access"];

/**
 * Whether an application may do something, in a mailbox where one is given. What was consented to in Entra and what RBAC for
 * Applications grants add up: a consent has no scope, and voids that of every grant.
 */
export function allowed(
  organization: Organization,
  side: Side,
  application: Application,
  need: Need,
  target?: Recipient,
): boolean {
  const wanted: readonly string[] = needs[need];
  if (need === "none") return true;
  const { consented, policies, grants } = permissionsOf(organization, side, application);
  // A policy limits what was consented to, and nothing else.
  if (wanted.some((each) => consented.includes(each)) && (!target || policiesAllow(side, policies, target)))
    return true;
  if (!target) return false;
  const roles = [...wanted.map((each) => `Application ${each}`), ...fullAccess];
  return grants.some(
    ({ role, filter }) =>
      roles.includes(role) && (filter === undefined || passesFilter(side, filter, target)),
  );
}
