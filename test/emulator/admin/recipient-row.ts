import type { Recipient, Row, Side } from "../store.ts";
import { canonicalName } from "./identity.ts";

const attributes = Array.from({ length: 15 }, (_, index) => `CustomAttribute${index + 1}`);

/** `RemoteUserMailbox` is what an on-premises directory calls a mailbox in the cloud. */
export function typeDetails(side: Side, recipient: Recipient): string {
  return recipient.type === "MailUser" && side.name === "onPremises" ? "RemoteUserMailbox" : recipient.type;
}

function base(side: Side, recipient: Recipient): Row {
  const { guid, name, displayName, distinguishedName } = recipient;
  return {
    Identity: side.name === "online" ? name : canonicalName(recipient),
    Name: name,
    DisplayName: displayName,
    Guid: guid,
    ExchangeObjectId: guid,
    DistinguishedName: distinguishedName,
    RecipientType: recipient.type === "SharedMailbox" ? "UserMailbox" : recipient.type,
    RecipientTypeDetails: typeDetails(side, recipient),
    WhenCreatedUTC: recipient.other["WhenCreatedUTC"],
    WhenChangedUTC: recipient.other["WhenChangedUTC"],
    IsValid: true,
    ObjectState: "Unchanged",
  };
}

function mailEnabled(recipient: Recipient): Row {
  return {
    Alias: recipient.alias,
    PrimarySmtpAddress: recipient.primarySmtpAddress,
    EmailAddresses: [...recipient.emailAddresses],
    HiddenFromAddressListsEnabled: recipient.hiddenFromAddressLists,
    ...Object.fromEntries(attributes.map((name) => [name, recipient.other[name] ?? ""])),
  };
}

/** As `Get-Recipient` prints it. */
export function recipientRow(side: Side, recipient: Recipient): Row {
  return {
    ...base(side, recipient),
    ...mailEnabled(recipient),
    FirstName: recipient.other["FirstName"] ?? "",
    LastName: recipient.other["LastName"] ?? "",
    Notes: recipient.other["Notes"] ?? "",
    ExternalEmailAddress: recipient.other["ExternalEmailAddress"] ?? null,
  };
}

/** As `Get-User` prints it. */
export function userRow(side: Side, recipient: Recipient): Row {
  return {
    ...base(side, recipient),
    Sid: recipient.sid,
    SamAccountName: recipient.alias.slice(0, 20),
    UserPrincipalName: recipient.userPrincipalName,
    WindowsEmailAddress: recipient.primarySmtpAddress,
    FirstName: recipient.other["FirstName"] ?? "",
    LastName: recipient.other["LastName"] ?? "",
    Notes: recipient.other["Notes"] ?? "",
    AccountDisabled: recipient.disabled ?? false,
    UserAccountControl: recipient.disabled ? "AccountDisabled, NormalAccount" : "NormalAccount",
  };
}

/** As `Get-Mailbox` prints it. */
export function mailboxRow(side: Side, recipient: Recipient): Row {
  return {
    ...base(side, recipient),
    ...mailEnabled(recipient),
    ExchangeGuid: recipient.guid,
    UserPrincipalName: recipient.userPrincipalName,
    SamAccountName: recipient.alias.slice(0, 20),
    AccountDisabled: recipient.disabled ?? false,
    IsMailboxEnabled: true,
    IsShared: recipient.type === "SharedMailbox",
    GrantSendOnBehalfTo: (recipient.grantSendOnBehalfTo ?? []).map(
      (guid) => side.recipients.get(guid)?.name ?? guid,
    ),
    MessageCopyForSentAsEnabled: recipient.messageCopyForSentAsEnabled ?? false,
    MessageCopyForSendOnBehalfEnabled: recipient.messageCopyForSendOnBehalfEnabled ?? false,
    ...(side.name === "online"
      ? {
          MessageCopyForSMTPClientSubmissionEnabled:
            recipient.messageCopyForSmtpClientSubmissionEnabled ?? true,
        }
      : {}),
  };
}

/** As `Get-DistributionGroup` prints it. */
export function groupRow(side: Side, recipient: Recipient): Row {
  return {
    ...base(side, recipient),
    ...mailEnabled(recipient),
    GroupType: "Universal",
    SamAccountName: recipient.alias,
    ManagedBy: [],
    RequireSenderAuthenticationEnabled: false,
    MemberJoinRestriction: "Closed",
    HiddenGroupMembershipEnabled: false,
  };
}
