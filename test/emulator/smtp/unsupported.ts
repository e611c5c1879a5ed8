import type { Row } from "../store.ts";
import { list } from "./rows.ts";

/** Conditions of New-TransportRule that this organization cannot judge. */
const conditions =
  `AttachmentProcessingLimitExceeded AttachmentPropertyContainsWords MessageContainsDataClassifications
  RecipientInSenderList SenderInRecipientList`.split(/\s+/);

/** Actions of New-TransportRule that this organization cannot take. */
const actions =
  `ApplyOME ApplyRightsProtectionCustomizationTemplate ApplyRightsProtectionTemplate Disconnect GenerateIncidentReport
  GenerateNotification ModerateMessageByManager ModerateMessageByUser NotifySender RemoveOME RemoveOMEv2 RemoveRMSAttachmentEncryption
  SmtpRejectMessageRejectStatusCode SmtpRejectMessageRejectText`.split(/\s+/);

/** What a rule asks to judge (also as an exception) and this organization cannot. A rule with any fails, and RuleErrorAction decides. */
export function unsupportedConditions(rule: Row): string[] {
  return conditions.flatMap((name) => [name, `ExceptIf${name}`]).filter((name) => isAsked(rule, name));
}

/** What a rule asks to do and this organization cannot. A rule with any fails where it matches. */
export function unsupportedActions(rule: Row): string[] {
  return actions.filter((name) => isAsked(rule, name));
}

/** A switch that is off asks for nothing. */
function isAsked(rule: Row, name: string): boolean {
  return list(rule, name).some((value) => value.toLowerCase() !== "false");
}
