import { Fault } from "../exchange/errors.ts";
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
  remains:
    "In Exchange Online, Get-Mailbox -SoftDeletedMailbox shows those of the last 30 days, and Remove-Mailbox -PermanentlyDelete ends one.",
  prepare: async (props, session) => {
    const holder = await session.recipient(String(props["PrimarySmtpAddress"]));
    if (!holder) return props;
    if (loose(holder["RecipientTypeDetails"]) === "sharedmailbox")
      return { ...props, Name: String(holder["Name"]) };
    throw new Fault(
      "UNMET",
      `'${String(props["PrimarySmtpAddress"])}' belongs to '${String(holder["Name"])}' (${String(holder["RecipientTypeDetails"])}). Copies need a mailbox of their own: choose an address that nobody has as intake.address.`,
    );
  },
});
