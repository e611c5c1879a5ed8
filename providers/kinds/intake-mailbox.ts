import { Fault, isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import { objectKind } from "../kind.ts";
import { equals } from "../opath.ts";

/** The mailbox that stamped copies come to: a shared one, which nobody signs in to and no address list shows. */
export const intakeMailbox = objectKind({
  noun: "Mailbox",
  sides: ["online", "onPremises"],
  identity: "PrimarySmtpAddress",
  query: ({ PrimarySmtpAddress }) => ({
    Filter: equals("EmailAddresses", `smtp:${String(PrimarySmtpAddress)}`),
  }),
  fixed: ["PrimarySmtpAddress", "Shared", "UserPrincipalName"],
  afterwards: ["HiddenFromAddressListsEnabled", "RetentionPolicy"],
  properties: { Shared: "IsShared" },
  // New-Mailbox takes no comment; a mailbox that a broken run left has to be known by what it was created with.
  mark: "DisplayName",
  prepare: async (props, session) => {
    const holder = await holderOf(String(props["PrimarySmtpAddress"]), session);
    if (!holder) return props;
    if (loose(holder["RecipientTypeDetails"]) === "sharedmailbox")
      return { ...props, Name: String(holder["Name"]) };
    throw new Fault(
      "UNMET",
      `'${String(props["PrimarySmtpAddress"])}' belongs to '${String(holder["Name"])}' (${String(holder["RecipientTypeDetails"])}). Copies need a mailbox of their own: choose an address that nobody has as intake.address.`,
    );
  },
});

async function holderOf(address: string, session: Session): Promise<Row | undefined> {
  try {
    return await recipient(session, address);
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}
