import type { ConditionKind, Props } from "../kind.ts";
import { trialMailbox } from "../trial-mailbox.ts";

/**
 * Whether the service account really reads a sender's mailbox, by Exchange Web Services and as the daemon does it. `Mailbox` is the
 * user principal name to try; otherwise one of the senders is looked up. `Granted` here a moment ago, the right takes a while.
 */
export const impersonationCheck: ConditionKind = {
  is: "condition",
  sides: ["onPremises"],
  always: true,
  observe: async (props, world, side) => {
    const mailbox = await trialMailbox(props, world.on(side));
    if (mailbox === null) return { Mailbox: null, Result: "NOBODY", Detail: null };
    const { result, detail } = await world.impersonate(mailbox);
    return { Mailbox: mailbox, Result: result, Detail: detail };
  },
  settles: {
    minutes: 10,
    when: ({ Granted }, { Result }) => Granted === true && Result === "NOT_GRANTED",
    why: "The right to impersonate takes some minutes to reach every server.",
  },
  unmet: (props, { Mailbox, Result, Detail }) => {
    const user = String(props["User"]);
    switch (Result) {
      case "WORKS":
        return [];
      case "NOBODY":
        // In a hybrid organization all of them may be in Exchange Online.
        return props["Hybrid"] === true
          ? []
          : [
              `None of the senders has a mailbox on your own servers, so impersonation cannot be tested. Correct senders, or name a mailbox by its user principal name in impersonation.testMailbox.`,
            ];
      case "NO_SERVER":
        return [
          `Cannot locate the server: ${String(Detail)}. Check connections.onPremises (autodiscover, server, ewsUrl), its DNS records, and connections.certificateAuthority where the server has a private certificate.`,
        ];
      case "WRONG_CREDENTIALS":
        return [
          `Exchange refuses the credentials of '${user}' (${String(Detail)}). Correct serviceAccount.upn and serviceAccount.password. The account has to be enabled, its password neither expired nor to be changed at the next logon.`,
        ];
      case "NOT_GRANTED":
        return [
          `Impersonation does not work: '${user}' may not act as '${String(Mailbox)}' (${String(Detail)}). A right that was granted just now can take a while: run again. Otherwise grant it by hand: ${byHand(props)}. To try another mailbox, name its user principal name in impersonation.testMailbox.`,
        ];
      default:
        return [
          `Impersonation does not work: the mailbox of '${String(Mailbox)}' cannot be opened as its owner (${String(Detail)}). Name another mailbox by its user principal name in impersonation.testMailbox.`,
        ];
    }
  },
};

/** The cmdlet that grants the right, for people. */
export function byHand({ User }: Props): string {
  return `New-ManagementRoleAssignment -Role ApplicationImpersonation -User ${String(User)}`;
}
