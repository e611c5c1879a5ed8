import { loose } from "./forms.ts";
import type { Observed, Props } from "./kind.ts";

/** The manual's own words for what it asks of a service account. */
const manual = {
  upn: `The manual: it "must have a valid User Principal Name (UPN) assigned".`,
  working: `The manual: it "should be in a working condition (it cannot be disabled, needs to have a valid password, etc.)".`,
  domainUsers: `The manual: it "must be a member of the Domain Users group".`,
  federated: `The manual: accounts "must not use a federated domain address when configuring the service".`,
  roleGroup: `The manual: in hybrid environments it "must also be either a member of the Organization Management group or Exchange Organization Administrators group".`,
};

/** Every point in which an account does not do for the service, with the manual's sentence and what to do. Pure. */
export function unfit({ UserPrincipalName, Hybrid }: Props, observed: Observed): string[] {
  const upn = String(UserPrincipalName);
  const name = observed["UserPrincipalName"];
  if (name === null) {
    return [
      `There is no account with the user principal name '${upn}'. ${manual.upn} Create it in Active Directory (a member of Domain Users, with a mailbox), or correct serviceAccount.upn.`,
    ];
  }
  const points: [boolean, string][] = [
    [
      name !== loose(upn),
      `The account's user principal name is ${String(name)}. Use that one as serviceAccount.upn: '${upn}' is only an address.`,
    ],
    [
      ["linkeduser", "linkedmailbox", "disableduser"].includes(String(observed["RecipientTypeDetails"])),
      `'${upn}' is not an account of this forest's own domains. ${manual.domainUsers} Choose an ordinary account.`,
    ],
    [
      observed["Enabled"] !== "true",
      `'${upn}' is disabled. ${manual.working} Enable it in Active Directory Users and Computers.`,
    ],
    [
      observed["Locked"] === "true",
      `'${upn}' is locked. ${manual.working} Run Unlock-ADAccount, and find out who signs in with a wrong password: serviceAccount.password may be an old one.`,
    ],
    [
      observed["PasswordExpired"] === "true",
      `The password of '${upn}' has expired. ${manual.working} Give it a new one that does not expire, in serviceAccount.password too.`,
    ],
    [
      observed["PasswordToChange"] === "true",
      `'${upn}' has to change its password at the next logon, which a service cannot. ${manual.working} Run: Set-User ${upn} -ResetPasswordOnNextLogon $false`,
    ],
    [
      observed["SmartCardRequired"] === "true",
      `'${upn}' signs in with a smart card only, which a service has not. ${manual.working} Clear "Smart card is required for interactive logon", which gave it a password that nobody knows, and set a new one.`,
    ],
    [
      (observed["BlockedBy"] ?? null) !== null,
      `The authentication policy '${String(observed["BlockedBy"])}' refuses '${upn}' with a password (Basic or NTLM) at Exchange Web Services or Autodiscover. ${manual.working} Give the account a policy that lets it in: Set-User ${upn} -AuthenticationPolicy <policy>`,
    ],
    [
      Hybrid === true && observed["RoleGroup"] === null,
      `'${upn}' is not in Organization Management. ${manual.roleGroup} Run: Add-RoleGroupMember "Organization Management" -Member ${upn}`,
    ],
    [
      observed["SignIn"] === "federated",
      `The domain of '${upn}' signs in through federation (AD FS). ${manual.federated} Give the account a UPN of a domain that does not.`,
    ],
  ];
  return points.filter(([red]) => red).map(([, what]) => what);
}
