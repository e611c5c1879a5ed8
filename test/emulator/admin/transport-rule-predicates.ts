import { bytes, each, flag, list, number, oneOf, text, type ParameterType } from "./parameter.ts";

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

const conditions: Parameters = {
  ...each([...people, ...groups, ...patterns].join(" "), list),
  ...each(words, list),
  ...each("RecipientInSenderList SenderInRecipientList", list),
  MessageContainsDataClassifications: { kind: "tables" },
  ...each(
    "AttachmentHasExecutableContent AttachmentIsPasswordProtected AttachmentIsUnsupported AttachmentProcessingLimitExceeded HasNoClassification HasSenderOverride",
    { ...flag, nullable: true },
  ),
  ...each(
    "ADComparisonAttribute HasClassification HeaderContainsMessageHeader HeaderMatchesMessageHeader",
    text,
  ),
  ...each("AttachmentSizeOver MessageSizeOver", bytes),
  ADComparisonOperator: clearable("Equal", "NotEqual"),
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
  ...each(
    `ApplyOME DeleteMessage Disconnect ModerateMessageByManager Quarantine RemoveOME RemoveOMEv2 RemoveRMSAttachmentEncryption
    RouteMessageOutboundRequireTls`,
    flag,
  ),
  ...each(
    `ApplyClassification ApplyHtmlDisclaimerText ApplyRightsProtectionCustomizationTemplate ApplyRightsProtectionTemplate
    GenerateIncidentReport GenerateNotification LogEventText PrependSubject RejectMessageEnhancedStatusCode RejectMessageReasonText RemoveHeader
    SetHeaderName SetHeaderValue SmtpRejectMessageRejectStatusCode SmtpRejectMessageRejectText`,
    text,
  ),
  RouteMessageOutboundConnector: text,
  IncidentReportContent: list,
  NotifySender: clearable(
    "NotifyOnly",
    "RejectMessage",
    "RejectUnlessFalsePositiveOverride",
    "RejectUnlessSilentOverride",
    "RejectUnlessExplicitOverride",
  ),
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

/** Conditions of two parameters that need each other. */
export const pairs = ["", "ExceptIf"].flatMap((prefix) => [
  [`${prefix}ADComparisonAttribute`, `${prefix}ADComparisonOperator`] as const,
  [`${prefix}HeaderContainsMessageHeader`, `${prefix}HeaderContainsWords`] as const,
  [`${prefix}HeaderMatchesMessageHeader`, `${prefix}HeaderMatchesPatterns`] as const,
]);

/** Conditions on attributes of the directory, each value as `Attribute:word,word`. */
export const attributeTests = ["", "ExceptIf"].flatMap((prefix) =>
  ["Sender", "Recipient"].flatMap((whose) => [
    `${prefix}${whose}ADAttributeContainsWords`,
    `${prefix}${whose}ADAttributeMatchesPatterns`,
  ]),
);

/** What a `Get-` prints beside what can be written: leftovers of what was retired. */
export const retired = [
  "IncidentReportOriginalMail",
  "MessageContainsAllDataClassifications",
  "ExceptIfMessageContainsAllDataClassifications",
];

const classes: Record<string, string> = {
  ADComparisonAttribute: "ADAttributeComparison",
  ADComparisonOperator: "ADAttributeComparison",
  HeaderContainsMessageHeader: "HeaderContains",
  HeaderContainsWords: "HeaderContains",
  HeaderMatchesMessageHeader: "HeaderMatches",
  HeaderMatchesPatterns: "HeaderMatches",
  ApplyHtmlDisclaimerFallbackAction: "ApplyHtmlDisclaimer",
  ApplyHtmlDisclaimerLocation: "ApplyHtmlDisclaimer",
  ApplyHtmlDisclaimerText: "ApplyHtmlDisclaimer",
  AddManagerAsRecipientType: "AddManagerAsRecipientType",
  IncidentReportContent: "GenerateIncidentReport",
  RejectMessageEnhancedStatusCode: "RejectMessage",
  RejectMessageReasonText: "RejectMessage",
  SetHeaderName: "SetHeader",
  SetHeaderValue: "SetHeader",
  SmtpRejectMessageRejectStatusCode: "SmtpRejectMessage",
  SmtpRejectMessageRejectText: "SmtpRejectMessage",
};

/** The .NET class behind a condition, an exception or an action, as `Conditions`, `Exceptions` and `Actions` list it. */
export function className(parameter: string): string {
  const bare = parameter.replace(/^ExceptIf/, "");
  return `Microsoft.Exchange.MessagingPolicies.Rules.Tasks.${classes[bare] ?? bare}${bare in actions ? "Action" : "Predicate"}`;
}

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
