import { wideConsents } from "../application-roles.ts";
import { isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";
import { trialMailbox } from "../trial-mailbox.ts";

/**
 * Whether an application may do its work in a sender's mailbox, as Exchange Online itself judges; what it remembers of
 * permissions (half an hour to two hours) is passed over. `Mailbox` and the senders are as in the check of an account.
 */
export const applicationCheck: ConditionKind = {
  is: "condition",
  sides: ["online"],
  always: true,
  observe: async (props, world, side) => {
    const session = world.on(side);
    const mailbox = await trialMailbox(props, session);
    if (mailbox === null) return { Mailbox: null, Result: "NOBODY", Missing: null };
    const rows = await authorizations(String(props["App"]), mailbox, session);
    if (rows === undefined) return { Mailbox: mailbox, Result: "UNKNOWN", Missing: null };
    const held = rows.filter((row) => loose(row["InScope"]) === "true").map((row) => loose(row["RoleName"]));
    const missing = roles(props["Roles"]).filter((role) => !held.includes(loose(role)));
    return {
      Mailbox: mailbox,
      Result: missing.length === 0 ? "WORKS" : "NOT_GRANTED",
      Missing: missing,
    };
  },
  settles: {
    minutes: 5,
    when: ({ Granted }, { Result }) => Granted === true && (Result === "NOT_GRANTED" || Result === "UNKNOWN"),
    why: "Exchange Online takes some minutes to show a new grant.",
  },
  unmet: ({ App, Hybrid }, { Mailbox, Result, Missing }) => {
    const app = String(App);
    switch (Result) {
      case "WORKS":
        return [];
      case "NOBODY":
        return Hybrid === true
          ? []
          : [
              `None of the senders has a mailbox in Exchange Online, so access cannot be tested. Correct senders, or name a mailbox by its user principal name in impersonation.testMailbox.`,
            ];
      case "UNKNOWN":
        return [
          `Exchange Online does not know the application '${app}'. Run: New-ServicePrincipal -AppId <client id> -ObjectId <object id>, or set impersonation.manage: full.`,
        ];
      default:
        return [Missing ?? []]
          .flat()
          .map(
            (role) =>
              `The application '${app}' lacks the role '${role}' for the mailbox '${String(Mailbox)}'. Run: New-ManagementRoleAssignment -App ${app} -Role "${role}" -CustomResourceScope <scope>, or set impersonation.manage: full. To try another mailbox, name its user principal name in impersonation.testMailbox.`,
          );
    }
  },
  advise: async ({ Scoped }, world, side) => {
    if (Scoped !== true) return [];
    const consents = await world.on(side).once("consents", world.consents);
    if ("unknown" in consents)
      return [
        `Nobody looked whether the application was consented to permissions for mail in Entra, which would void the scope of this stack: ${consents.unknown}.`,
      ];
    const wide = consents.roles.filter((each) => wideConsents.has(each));
    return wide.length === 0
      ? []
      : [
          `The application may work in every mailbox, whatever the scope of this stack says: ${wide.join(", ")} was consented to in Entra. Take it away there (App registrations, API permissions), the grants of this stack are enough.`,
        ];
  },
};

/** What RBAC for Applications grants an application in a mailbox; undefined when Exchange does not know the application. */
async function authorizations(
  Identity: string,
  Resource: string,
  session: Session,
): Promise<Row[] | undefined> {
  try {
    await session.run("Get-ServicePrincipal", { Identity });
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return undefined;
    throw error;
  }
  return session.run("Test-ServicePrincipalAuthorization", { Identity, Resource });
}

function roles(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
