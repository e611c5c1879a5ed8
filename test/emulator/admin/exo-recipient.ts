import type { Recipient, Row, Side } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { queryRecipients } from "./recipient.ts";
import { mailboxRow, recipientRow } from "./recipient-row.ts";
import { softDeleted } from "./soft-deleted.ts";

const mailboxes = ["UserMailbox", "SharedMailbox"] as const;
const minimum: Record<"mailbox" | "recipient", readonly string[]> = {
  mailbox:
    "Alias DisplayName DistinguishedName EmailAddresses ExchangeVersion ExternalDirectoryObjectId Guid Id Identity Name OrganizationId PrimarySmtpAddress RecipientType RecipientTypeDetails UserPrincipalName".split(
      " ",
    ),
  recipient:
    "Alias DisplayName DistinguishedName EmailAddresses ExchangeVersion ExternalDirectoryObjectId Guid Id Identity Name OrganizationId PrimarySmtpAddress RecipientType RecipientTypeDetails".split(
      " ",
    ),
};
/** Property sets of Get-EXOMailbox, as far as this organization prints what they hold. */
const sets: Record<string, RegExp> = {
  AddressList: /^(HiddenFromAddressListsEnabled|AddressBookPolicy)$/,
  Archive: /^Archive/,
  Audit: /^Audit/,
  Custom: /^(CustomAttribute|ExtensionCustomAttribute)/,
  Delivery:
    /^(DeliverToMailboxAndForward|Forwarding|GrantSendOnBehalfTo|MessageCopyFor|Max(Send|Receive)Size|RecipientLimits)/,
  Hold: /^(LitigationHold|RetentionHold|SingleItemRecovery)/,
  Policy: /Policy$/,
  Quota: /Quota$/,
  Retention: /^Retention/,
  SoftDelete: /SoftDeleted/,
};

/** The cmdlets of the Exchange Online module that print little unless told. The module asks an endpoint of their own; here they are cmdlets like others. */
export const exoRecipient: Cmdlet[] = [
  {
    name: "Get-EXOMailbox",
    sides: ["online"],
    parameters: {},
    run: (call) => {
      if (
        ["GroupMailbox", "InactiveMailboxOnly", "Migration", "PublicFolder"].some(
          (name) => call.parameters[name] === true,
        )
      )
        return [];
      const found =
        call.parameters["SoftDeletedMailbox"] === true
          ? softDeleted(call)
          : query(call, mailboxes, mailboxRow);
      return found.map((row) => narrowed(call, row, minimum.mailbox));
    },
  },
  {
    name: "Get-EXORecipient",
    sides: ["online"],
    parameters: {},
    run: (call) => {
      const types = call.parameters["RecipientType"];
      const wanted = Array.isArray(types) ? types.map((each) => String(each).toLowerCase()) : [];
      return query(call, undefined, recipientRow)
        .filter((row) => wanted.length === 0 || wanted.includes(String(row["RecipientType"]).toLowerCase()))
        .map((row) => narrowed(call, row, minimum.recipient));
    },
  },
];

function query(
  call: Call,
  kinds: readonly Recipient["type"][] | undefined,
  show: (side: Side, recipient: Recipient) => Row,
): Row[] {
  const {
    ExternalDirectoryObjectId: id,
    PrimarySmtpAddress: address,
    UserPrincipalName: upn,
    Identity: identity,
  } = call.parameters;
  const named = identity ?? id ?? address ?? upn;
  const parameters = named === undefined ? call.parameters : { ...call.parameters, Identity: named };
  return queryRecipients({ ...call, parameters }, kinds, show);
}

function narrowed(call: Call, row: Row, least: readonly string[]): Row {
  const list = (name: string): string[] => {
    const value = call.parameters[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const whole = {
    ...row,
    Id: row["Identity"],
    ExternalDirectoryObjectId: row["Guid"],
    ExchangeVersion: "0.20 (15.0.0.0)",
    OrganizationId: row["OrganizationId"] ?? null,
  };
  const chosen = list("PropertySets");
  if (chosen.some((each) => each.toLowerCase() === "all")) return whole;
  const properties = new Set([...least, ...list("Properties")].map((name) => name.toLowerCase()));
  const patterns = Object.entries(sets).filter(([name]) =>
    chosen.some((each) => each.toLowerCase() === name.toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(whole).filter(
      ([name]) => properties.has(name.toLowerCase()) || patterns.some(([, pattern]) => pattern.test(name)),
    ),
  );
}
