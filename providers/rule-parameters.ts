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

/** Texts that somebody reads: letter case is part of them. */
export const texts =
  words(`ApplyHtmlDisclaimerText GenerateNotification LogEventText PrependSubject RejectMessageReasonText
  SetHeaderValue SmtpRejectMessageRejectText`);

/** Amounts of memory, which Exchange prints in words of its own. */
export const sizes = withExceptions(words("AttachmentSizeOver MessageSizeOver"));

/** Conditions and actions that several parameters make up together: one call has to carry them all. */
export const inseparable = [
  ...["", "ExceptIf"].flatMap((except) =>
    [
      "ADComparisonAttribute ADComparisonOperator",
      "BetweenMemberOf1 BetweenMemberOf2",
      "HeaderContainsMessageHeader HeaderContainsWords",
      "HeaderMatchesMessageHeader HeaderMatchesPatterns",
      "ManagerAddresses ManagerForEvaluatedUser",
    ].map((group) => words(group).map((name) => `${except}${name}`)),
  ),
  words("SetHeaderName SetHeaderValue"),
  words("ApplyHtmlDisclaimerText ApplyHtmlDisclaimerLocation ApplyHtmlDisclaimerFallbackAction"),
  words("RejectMessageReasonText RejectMessageEnhancedStatusCode"),
];

/** What Microsoft documents that Exchange takes for the rest of an action. */
export const implied: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ApplyHtmlDisclaimerText: {
    ApplyHtmlDisclaimerLocation: "Append",
    ApplyHtmlDisclaimerFallbackAction: "Wrap",
  },
  RejectMessageReasonText: { RejectMessageEnhancedStatusCode: "5.7.1" },
  RejectMessageEnhancedStatusCode: { RejectMessageReasonText: "Delivery not authorized, message refused" },
};

/** Actions of several parameters: Exchange fills in the rest when a rule gives one of them. */
export const joint = [
  words("ApplyHtmlDisclaimerText ApplyHtmlDisclaimerLocation ApplyHtmlDisclaimerFallbackAction"),
  words("RejectMessageReasonText RejectMessageEnhancedStatusCode"),
  words("SmtpRejectMessageRejectText SmtpRejectMessageRejectStatusCode"),
  words("GenerateIncidentReport IncidentReportContent"),
];

/** A truth value that was never set is off. */
export const flag: Form = (value) => loose(value) ?? "false";

/** An amount of memory in bytes, from `500KB`, `512000` or `500 KB (512,000 bytes)`. */
export const size: Form = (value) => {
  const text = loose(value);
  if (typeof text !== "string") return text;
  const exact = /\(([\d,]+) bytes\)$/.exec(text)?.[1];
  if (exact !== undefined) return exact.replaceAll(",", "");
  const [, count, unit = "b"] = /^(\d+(?:\.\d+)?) ?([kmgt]?b)?$/.exec(text) ?? [];
  return count === undefined
    ? text
    : String(Math.round(Number(count) * 1024 ** "bkmgt".indexOf(unit.charAt(0))));
};

/** A moment, however its date is written; without a zone it is one in UTC, as Exchange keeps it. */
export const moment: Form = (value) => {
  const text = loose(value);
  if (typeof text !== "string") return text;
  const zone = /(z|[+-]\d\d:?\d\d)$/.test(text) ? "" : /^\d{4}-/.test(text) ? "z" : " utc";
  const time = Date.parse(`${text}${zone}`);
  return Number.isNaN(time) ? text : new Date(time).toISOString().toLowerCase();
};
