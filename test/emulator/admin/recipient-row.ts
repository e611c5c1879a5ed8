import type { Recipient, Row, Side } from "../store.ts";
import { canonicalName } from "./identity.ts";
import { signatureOf } from "./signature/all.ts";

const attributes = Array.from({ length: 15 }, (_, index) => `CustomAttribute${index + 1}`);

const noId = "00000000-0000-0000-0000-000000000000";

/** `RemoteUserMailbox` is what an on-premises directory calls a mailbox in the cloud. */
export function typeDetails(side: Side, recipient: Recipient): string {
  const own = recipient.other["RecipientTypeDetails"];
  if (typeof own === "string") return own;
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
    RecipientType: recipientType(side, recipient),
    RecipientTypeDetails: typeDetails(side, recipient),
    WhenCreatedUTC: recipient.other["WhenCreatedUTC"],
    WhenChangedUTC: recipient.other["WhenChangedUTC"],
    IsDirSynced: recipient.other["IsDirSynced"] ?? false,
    IsValid: true,
    ObjectState: "Unchanged",
  };
}

/** The broader type: rooms and shared mailboxes are mailboxes as well. */
function recipientType(side: Side, recipient: Recipient): string {
  if (recipient.type === "SharedMailbox") return "UserMailbox";
  return recipient.members ? typeDetails(side, recipient) : recipient.type;
}

/** What was set with a cmdlet and has no place of its own in a recipient. */
function settings(cmdlet: string, { other }: Recipient): Row {
  const { parameters } = signatureOf(cmdlet);
  return Object.fromEntries(Object.entries(other).filter(([name]) => name in parameters));
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

/** As `Get-CASMailbox` prints it. */
export function casMailboxRow(side: Side, recipient: Recipient): Row {
  return {
    ...base(side, recipient),
    PrimarySmtpAddress: recipient.primarySmtpAddress,
    EmailAddresses: [...recipient.emailAddresses],
    ActiveSyncEnabled: true,
    ImapEnabled: true,
    MAPIEnabled: true,
    OWAEnabled: true,
    PopEnabled: true,
    EwsEnabled: true,
    EwsAllowEntourage: null,
    EwsAllowMacOutlook: null,
    EwsAllowOutlook: null,
    EwsApplicationAccessPolicy: null,
    EwsAllowList: null,
    EwsBlockList: null,
    ...settings("Set-CASMailbox", recipient),
  };
}

const texts =
  "City Company Department Fax HomePhone Initials MobilePhone Office Pager Phone PostalCode StateOrProvince StreetAddress Title WebPage".split(
    " ",
  );

/** As `Get-User` prints it. */
export function userRow(side: Side, recipient: Recipient): Row {
  return {
    ...Object.fromEntries(texts.map((name) => [name, ""])),
    AuthenticationPolicy: null,
    Manager: null,
    ResetPasswordOnNextLogon: false,
    ...settings("Set-User", recipient),
    ...base(side, recipient),
    Sid: recipient.sid,
    SamAccountName: recipient.alias.slice(0, 20),
    UserPrincipalName: recipient.userPrincipalName,
    WindowsEmailAddress: recipient.primarySmtpAddress,
    FirstName: recipient.other["FirstName"] ?? "",
    LastName: recipient.other["LastName"] ?? "",
    Notes: recipient.other["Notes"] ?? "",
    AccountDisabled: recipient.disabled ?? false,
    UserAccountControl: [
      ...(recipient.disabled ? ["AccountDisabled"] : []),
      ...(recipient.bars ?? []),
      "NormalAccount",
    ].join(", "),
  };
}

/** What a mailbox says of the properties that nobody has set. */
function untouched(side: Side): Row {
  return {
    ArchiveGuid: noId,
    ArchiveStatus: "None",
    DeliverToMailboxAndForward: false,
    ForwardingAddress: null,
    ForwardingSmtpAddress: null,
    LitigationHoldEnabled: false,
    ProhibitSendQuota: "Unlimited",
    ProhibitSendReceiveQuota: "Unlimited",
    IssueWarningQuota: "Unlimited",
    RecipientLimits: side.name === "online" ? "500" : "Unlimited",
    RetentionHoldEnabled: false,
    RetentionPolicy: side.name === "online" ? "Default MRM Policy" : null,
    RoleAssignmentPolicy: "Default Role Assignment Policy",
    SingleItemRecoveryEnabled: side.name === "online",
    ...(side.name === "online"
      ? {
          AuditEnabled: true,
          IsSoftDeletedByRemove: false,
          MaxReceiveSize: "36 MB (37,748,736 bytes)",
          MaxSendSize: "35 MB (36,700,160 bytes)",
          WhenSoftDeleted: null,
        }
      : {
          AuditEnabled: false,
          Database: "Mailbox Database 1",
          MaxReceiveSize: "Unlimited",
          MaxSendSize: "Unlimited",
          ServerName: "ex01",
          ThrottlingPolicy: null,
        }),
  };
}

/** As `Get-Mailbox` prints it. */
export function mailboxRow(side: Side, recipient: Recipient): Row {
  const details = typeDetails(side, recipient);
  return {
    ...untouched(side),
    ...settings("Set-Mailbox", recipient),
    ...base(side, recipient),
    ...mailEnabled(recipient),
    ExchangeGuid: recipient.guid,
    ...(side.name === "online" ? { ExternalDirectoryObjectId: recipient.guid } : {}),
    UserPrincipalName: recipient.userPrincipalName,
    SamAccountName: recipient.alias.slice(0, 20),
    AccountDisabled: recipient.disabled ?? false,
    IsMailboxEnabled: true,
    IsShared: recipient.type === "SharedMailbox",
    IsResource: details === "RoomMailbox" || details === "EquipmentMailbox",
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
  const security = typeDetails(side, recipient) === "MailUniversalSecurityGroup";
  return {
    ManagedBy: [],
    RequireSenderAuthenticationEnabled: false,
    MemberJoinRestriction: "Closed",
    MemberDepartRestriction: "Closed",
    HiddenGroupMembershipEnabled: false,
    MailTip: null,
    ModerationEnabled: false,
    ReportToOriginatorEnabled: true,
    SendModerationNotifications: "Always",
    ...settings("Set-DistributionGroup", recipient),
    ...settings("Set-DynamicDistributionGroup", recipient),
    ...base(side, recipient),
    ...mailEnabled(recipient),
    Notes: recipient.other["Notes"] ?? "",
    GroupType: security ? "Universal, SecurityEnabled" : "Universal",
    SamAccountName: recipient.alias,
    GrantSendOnBehalfTo: (recipient.grantSendOnBehalfTo ?? []).map(
      (guid) => side.recipients.get(guid)?.name ?? guid,
    ),
  };
}
