import { loose, type Form } from "./forms.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);
const withExceptions = (names: string[]): string[] => names.flatMap((name) => [name, `ExceptIf${name}`]);

/** Conditions and exceptions whose values are people, or addresses outside. */
export const people = withExceptions(
  words("From SentTo AnyOfToHeader AnyOfCcHeader AnyOfToCcHeader ManagerAddresses"),
);

/** Conditions and exceptions whose values are groups. */
export const groups = withExceptions(
  words(`FromMemberOf SentToMemberOf AnyOfToHeaderMemberOf AnyOfCcHeaderMemberOf AnyOfToCcHeaderMemberOf
    BetweenMemberOf1 BetweenMemberOf2`),
);

/** Actions whose values are people, or addresses outside. */
export const addressees = words("AddToRecipients BlindCopyTo CopyTo ModerateMessageByUser RedirectMessageTo");

/** Truth values: one that was never set is off. */
export const flags = [
  ...withExceptions(
    words(`AttachmentHasExecutableContent AttachmentIsPasswordProtected AttachmentIsUnsupported
      AttachmentProcessingLimitExceeded HasNoClassification HasSenderOverride`),
  ),
  ...words(`ApplyOME DeleteMessage Disconnect ModerateMessageByManager Quarantine RemoveOME RemoveOMEv2
    RemoveRMSAttachmentEncryption RouteMessageOutboundRequireTls`),
];

/**
 * Everything else that decides whom a rule catches, what it does and when: nobody asked for it, so it has to be empty. Left out is
 * what Exchange chooses by itself (SetAuditSeverity, RecipientAddressType, RuleSubType).
 */
export const others = [
  ...withExceptions(
    words(`ADComparisonAttribute ADComparisonOperator AnyOfRecipientAddressContainsWords
      AnyOfRecipientAddressMatchesPatterns AttachmentContainsWords AttachmentExtensionMatchesWords
      AttachmentMatchesPatterns AttachmentNameMatchesPatterns AttachmentPropertyContainsWords AttachmentSizeOver
      ContentCharacterSetContainsWords FromAddressContainsWords FromAddressMatchesPatterns FromScope HasClassification
      HeaderContainsMessageHeader HeaderContainsWords HeaderMatchesMessageHeader HeaderMatchesPatterns
      ManagerForEvaluatedUser MessageContainsDataClassifications MessageSizeOver MessageTypeMatches
      RecipientADAttributeContainsWords RecipientADAttributeMatchesPatterns RecipientAddressContainsWords
      RecipientAddressMatchesPatterns RecipientDomainIs RecipientInSenderList SCLOver SenderADAttributeContainsWords
      SenderADAttributeMatchesPatterns SenderDomainIs SenderInRecipientList SenderIpRanges SenderManagementRelationship
      SentToScope SubjectContainsWords SubjectMatchesPatterns SubjectOrBodyContainsWords SubjectOrBodyMatchesPatterns
      WithImportance`),
  ),
  ...words(`ActivationDate ExpiryDate AddManagerAsRecipientType ApplyClassification ApplyRightsProtectionTemplate
    GenerateNotification LogEventText NotifySender PrependSubject RemoveHeader RouteMessageOutboundConnector
    SetHeaderName SetHeaderValue SetSCL`),
];

/** Actions of several parameters: Exchange fills in the rest when a rule gives one of them. */
export const joint = [
  words("ApplyHtmlDisclaimerText ApplyHtmlDisclaimerLocation ApplyHtmlDisclaimerFallbackAction"),
  words("RejectMessageReasonText RejectMessageEnhancedStatusCode"),
  words("SmtpRejectMessageRejectText SmtpRejectMessageRejectStatusCode"),
  words("GenerateIncidentReport IncidentReportContent"),
];

/** A truth value that was never set is off. */
export const flag: Form = (value) => loose(value) ?? "false";

/** A moment, however its date is written; without a zone it is one in UTC, as Exchange keeps it. */
export const moment: Form = (value) => {
  const text = loose(value);
  if (typeof text !== "string") return text;
  const zone = /(z|[+-]\d\d:?\d\d)$/.test(text) ? "" : /^\d{4}-/.test(text) ? "z" : " utc";
  const time = Date.parse(`${text}${zone}`);
  return Number.isNaN(time) ? text : new Date(time).toISOString().toLowerCase();
};
