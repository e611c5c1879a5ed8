import { isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose, type Normal } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";

const roleGroups = ["Organization Management", "Exchange Organization Administrators"];

/**
 * A service account that somebody made: checked point by point as the manual asks, never written.
 * `Hybrid` asks for what a hybrid organization needs beyond that.
 */
export const existingAccount: ConditionKind = {
  is: "condition",
  sides: ["onPremises"],
  observe: async ({ UserPrincipalName, Hybrid }, world, side) => {
    const session = world.on(side);
    const user = await lookUp(session, String(UserPrincipalName));
    if (!user) return { UserPrincipalName: null };
    return {
      UserPrincipalName: loose(user["UserPrincipalName"]),
      RecipientTypeDetails: loose(user["RecipientTypeDetails"]),
      Enabled: String(
        !/accountdisable/i.test(String(user["UserAccountControl"])) && user["AccountDisabled"] !== true,
      ),
      RoleGroup: Hybrid === true ? await roleGroupOf(session, user) : null,
      SignIn: Hybrid === true ? await signInOf(world.on("online"), String(UserPrincipalName)) : null,
    };
  },
  unmet: (props, observed) => {
    const upn = String(props["UserPrincipalName"]);
    if (observed["UserPrincipalName"] === null) {
      return [
        `There is no account with the user principal name '${upn}'. Create it in Active Directory (a member of Domain Users, with a mailbox), or correct serviceAccount.upn.`,
      ];
    }
    const points: [boolean, string][] = [
      [
        observed["UserPrincipalName"] !== loose(upn),
        `The account's user principal name is ${String(observed["UserPrincipalName"])}. Use that one as serviceAccount.upn: '${upn}' is only an address.`,
      ],
      [
        ["linkeduser", "linkedmailbox", "disableduser"].includes(String(observed["RecipientTypeDetails"])),
        `'${upn}' is not an account of this forest's own domains. Choose an ordinary account, a member of Domain Users.`,
      ],
      [
        observed["Enabled"] !== "true",
        `'${upn}' is disabled. Enable it in Active Directory Users and Computers.`,
      ],
      [
        props["Hybrid"] === true && observed["RoleGroup"] === null,
        `'${upn}' is not in Organization Management, which a hybrid organization needs. Run: Add-RoleGroupMember "Organization Management" -Member ${upn}`,
      ],
      [
        observed["SignIn"] === "federated",
        `The domain of '${upn}' signs in through federation (AD FS). Give the account a UPN of a domain that does not.`,
      ],
    ];
    return points.filter(([red]) => red).map(([, what]) => what);
  },
};

async function lookUp(session: Session, upn: string): Promise<Row | undefined> {
  try {
    return (await session.run("Get-User", { Identity: upn }))[0];
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** How accounts of a UPN's domain sign in to the tenant: `managed` or `federated`; null for a domain that it does not have. */
async function signInOf(online: Session, upn: string): Promise<Normal> {
  const domain = loose(upn.slice(upn.indexOf("@") + 1));
  const row = (await online.rows("AcceptedDomain")).find((each) => loose(each["DomainName"]) === domain);
  return loose(row?.["AuthenticationType"]);
}

/** The first of the privileged role groups that has the account as a member, or null. */
async function roleGroupOf(session: Session, user: Row): Promise<string | null> {
  for (const group of roleGroups) {
    try {
      const members = await session.run("Get-RoleGroupMember", { Identity: group });
      if (members.some((member) => loose(member["Guid"]) === loose(user["Guid"]))) return group;
    } catch (error) {
      // The second name is that of Exchange 2007; usually there is none.
      if (!isFault(error, "NOT_FOUND")) throw error;
    }
  }
  return null;
}
