import { mailboxes } from "./identity.ts";
import type { Recipient, Row, Side } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { queryRecipients } from "./recipient.ts";
import { mailboxRow, recipientRow } from "./recipient-row.ts";
import { softDeleted } from "./soft-deleted.ts";
import { same, texts } from "./values.ts";

/** What both print unless told; a mailbox prints its UserPrincipalName as well. */
const minimum =
  "Alias DisplayName DistinguishedName EmailAddresses ExchangeVersion ExternalDirectoryObjectId Guid Id Identity Name OrganizationId PrimarySmtpAddress RecipientType RecipientTypeDetails".split(
    " ",
  );
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
      return found.map((row) => narrowed(call, row, [...minimum, "UserPrincipalName"]));
    },
  },
  {
    name: "Get-EXORecipient",
    run: (call) => {
      const wanted = texts(call.parameters["RecipientType"]);
      return query(call, undefined, recipientRow)
        .filter((row) => wanted.length === 0 || wanted.some((each) => same(each, row["RecipientType"])))
        .map((row) => narrowed(call, row, minimum));
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
  const whole = {
    ...row,
    Id: row["Identity"],
    ExternalDirectoryObjectId: row["Guid"],
    ExchangeVersion: "0.20 (15.0.0.0)",
    OrganizationId: row["OrganizationId"] ?? null,
  };
  const chosen = texts(call.parameters["PropertySets"]);
  if (chosen.some((each) => same(each, "all"))) return whole;
  const properties = new Set(
    [...least, ...texts(call.parameters["Properties"])].map((name) => name.toLowerCase()),
  );
  const patterns = Object.entries(sets).filter(([name]) => chosen.some((each) => same(each, name)));
  return Object.fromEntries(
    Object.entries(whole).filter(
      ([name]) => properties.has(name.toLowerCase()) || patterns.some(([, pattern]) => pattern.test(name)),
    ),
  );
}
