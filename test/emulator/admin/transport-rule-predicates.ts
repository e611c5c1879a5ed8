import { each, flag, list, number, oneOf, text, type ParameterType } from "./parameter.ts";

type Parameters = Record<string, ParameterType>;

/** Conditions whose values are people. */
export const people = "From SentTo AnyOfToHeader AnyOfCcHeader AnyOfToCcHeader ManagerAddresses".split(" ");
/** Conditions whose values are groups. */
export const groups =
  "FromMemberOf SentToMemberOf AnyOfToHeaderMemberOf AnyOfCcHeaderMemberOf AnyOfToCcHeaderMemberOf BetweenMemberOf1 BetweenMemberOf2".split(
    " ",
  );
/** Conditions whose values are regular expressions. */
export const patterns =
  `AnyOfRecipientAddressMatchesPatterns AttachmentMatchesPatterns AttachmentNameMatchesPatterns FromAddressMatchesPatterns
  HeaderMatchesPatterns RecipientADAttributeMatchesPatterns RecipientAddressMatchesPatterns SenderADAttributeMatchesPatterns
  SubjectMatchesPatterns SubjectOrBodyMatchesPatterns`.split(/\s+/);
const words = `AnyOfRecipientAddressContainsWords AttachmentContainsWords AttachmentExtensionMatchesWords AttachmentPropertyContainsWords
  ContentCharacterSetContainsWords FromAddressContainsWords HeaderContainsWords RecipientADAttributeContainsWords
  RecipientAddressContainsWords RecipientDomainIs SenderADAttributeContainsWords SenderDomainIs SenderIpRanges
  SubjectContainsWords SubjectOrBodyContainsWords`;
const clearable = (...values: string[]): ParameterType => ({ ...oneOf(...values), nullable: true });
const online = (type: ParameterType): ParameterType => ({ ...type, side: "online" });

const conditions: Parameters = {
  ...each([...people, ...groups, ...patterns].join(" "), list),
  ...each(words, list),
  ...each("RecipientInSenderList SenderInRecipientList", online(list)),
  ...each(
    "AttachmentHasExecutableContent AttachmentIsPasswordProtected AttachmentIsUnsupported AttachmentProcessingLimitExceeded HasNoClassification HasSenderOverride",
    { ...flag, nullable: true },
  ),
  ...each(
    "HasClassification HeaderContainsMessageHeader HeaderMatchesMessageHeader AttachmentSizeOver MessageSizeOver",
    text,
  ),
  FromScope: clearable("InOrganization", "NotInOrganization"),
  SentToScope: clearable("InOrganization", "NotInOrganization", "ExternalPartner", "ExternalNonPartner"),
  MessageTypeMatches: clearable(
    ..."OOF AutoForward Encrypted Calendaring PermissionControlled Voicemail Signed ApprovalRequest ReadReceipt".split(
      " ",
    ),
  ),
  WithImportance: clearable("Low", "Normal", "High"),
  ManagerForEvaluatedUser: clearable("Recipient", "Sender"),
  SenderManagementRelationship: clearable("Manager", "DirectReport"),
  SCLOver: { ...number, nullable: true },
};

/** Actions that send copies or the message itself to somebody. */
export const addressees = "BlindCopyTo CopyTo RedirectMessageTo AddToRecipients ModerateMessageByUser".split(
  " ",
);

/** What a rule does, by parameter. */
export const actions: Parameters = {
  ...each(addressees.join(" "), list),
  ...each("DeleteMessage ModerateMessageByManager Quarantine RouteMessageOutboundRequireTls", flag),
  ...each("ApplyOME RemoveOME RemoveOMEv2 RemoveRMSAttachmentEncryption", online(flag)),
  ...each(
    `ApplyClassification ApplyHtmlDisclaimerText LogEventText PrependSubject RejectMessageEnhancedStatusCode RejectMessageReasonText RemoveHeader
    SetHeaderName SetHeaderValue SmtpRejectMessageRejectStatusCode SmtpRejectMessageRejectText`,
    text,
  ),
  RouteMessageOutboundConnector: online(text),
  SetSCL: { ...number, nullable: true },
  ApplyHtmlDisclaimerLocation: clearable("Append", "Prepend"),
  ApplyHtmlDisclaimerFallbackAction: clearable("Wrap", "Ignore", "Reject"),
  AddManagerAsRecipientType: clearable("To", "Cc", "Bcc", "Redirect"),
};

/** Conditions and, under `ExceptIf`, the exceptions that go with them. */
export const predicates: Parameters = {
  ...conditions,
  ...Object.fromEntries(Object.entries(conditions).map(([name, type]) => [`ExceptIf${name}`, type])),
};

/** Header conditions are two parameters that need each other. */
export const headerPairs = ["", "ExceptIf"].flatMap((prefix) => [
  [`${prefix}HeaderContainsMessageHeader`, `${prefix}HeaderContainsWords`] as const,
  [`${prefix}HeaderMatchesMessageHeader`, `${prefix}HeaderMatchesPatterns`] as const,
]);

/** Whether a property of a rule says anything. */
export function isSet(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== "" &&
    value !== false &&
    !(Array.isArray(value) && value.length === 0)
  );
}
