import { unfit } from "../account-points.ts";
import { isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose, type Normal } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";

const roleGroups = ["Organization Management", "Exchange Organization Administrators"];

/** Ways on which the daemon signs in with a password, each with a switch of its own in a policy. */
const waysIn = ["BlockLegacyAuthWebServices", "BlockLegacyAuthAutodiscover"];

/**
 * A service account that somebody made: checked point by point as the manual asks, never written. `Hybrid` asks for what a hybrid
 * organization needs beyond that. No cmdlet shows Domain Users, where Windows puts each new account, or multi-factor authentication.
 */
export const existingAccount: ConditionKind = {
  is: "condition",
  sides: ["onPremises"],
  observe: async ({ UserPrincipalName, Hybrid }, world, side) => {
    const session = world.on(side);
    const user = await lookUp(session, String(UserPrincipalName));
    if (!user) return { UserPrincipalName: null };
    const has = (flag: string): string =>
      String(String(user["UserAccountControl"]).toLowerCase().split(/,\s*/).includes(flag));
    return {
      UserPrincipalName: loose(user["UserPrincipalName"]),
      RecipientTypeDetails: loose(user["RecipientTypeDetails"]),
      Enabled: String(has("accountdisabled") === "false" && user["AccountDisabled"] !== true),
      Locked: has("lockout"),
      PasswordExpired: has("passwordexpired"),
      PasswordToChange: String(loose(user["ResetPasswordOnNextLogon"]) === "true"),
      SmartCardRequired: has("smartcardrequired"),
      BlockedBy: await blockingPolicy(session, user),
      RoleGroup: Hybrid === true ? await roleGroupOf(session, user) : null,
      SignIn: Hybrid === true ? await signInOf(world.on("online"), String(UserPrincipalName)) : null,
    };
  },
  unmet: unfit,
};

async function lookUp(session: Session, upn: string): Promise<Row | undefined> {
  try {
    return (await session.run("Get-User", { Identity: upn }))[0];
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** The authentication policy, the account's own or else everybody's, that refuses a password on a way in; null when none does. */
async function blockingPolicy(session: Session, user: Row): Promise<Normal> {
  const own = loose(user["AuthenticationPolicy"]);
  const name = own ?? loose((await session.rows("OrganizationConfig"))[0]?.["DefaultAuthenticationPolicy"]);
  // Servers before Exchange 2019 know no policies.
  if (name === null) return null;
  const policy = (await session.rows("AuthenticationPolicy")).find((row) =>
    ["Name", "Identity", "Guid", "DistinguishedName"].some((key) => loose(row[key]) === name),
  );
  return waysIn.some((way) => loose(policy?.[way]) === "true") ? loose(policy?.["Name"]) : null;
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
