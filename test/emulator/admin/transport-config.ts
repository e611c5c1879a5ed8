import type { Cmdlet } from "./cmdlet.ts";
import { badArgument } from "./fault.ts";
import { matchingRecipients, recipientOf } from "./identity.ts";
import { settingsCmdlets } from "./settings.ts";

const nobody = "<>";

/** `JournalingReportNdrTo` is `<>` until somebody says where undeliverable journal reports go. */
export const transportConfig: Cmdlet[] = settingsCmdlets({
  noun: "TransportConfig",
  name: () => "Transport Settings",
  unstored: ["Identity"],
  defaults: {
    JournalingReportNdrTo: nobody,
    ClearCategories: true,
    DSNConversionMode: "UseExchangeDSNs",
    HeaderPromotionModeSetting: "NoCreate",
    ExternalDsnLanguageDetectionEnabled: true,
    ExternalDsnSendHtml: true,
    ExternalDelayDsnEnabled: true,
    ExternalPostmasterAddress: null,
    ExternalDsnDefaultLanguage: null,
    ExternalDsnReportingAuthority: null,
    InternalDelayDsnEnabled: true,
    InternalDsnLanguageDetectionEnabled: true,
    InternalDsnSendHtml: true,
    InternalDsnDefaultLanguage: null,
    InternalDsnReportingAuthority: null,
    MaxRecipientEnvelopeLimit: "500",
    Rfc2231EncodingEnabled: false,
    VoicemailJournalingEnabled: true,
  },
  here: (call) =>
    call.side.name === "online"
      ? {
          MaxRecipientEnvelopeLimit: "1000",
          MaxReceiveSize: "Unlimited",
          MaxSendSize: "Unlimited",
          MessageExpiration: "1.00:00:00",
          SmtpClientAuthenticationDisabled: true,
          ReplyAllStormProtectionEnabled: true,
        }
      : {
          MaxReceiveSize: "36 MB (37,748,736 bytes)",
          MaxSendSize: "36 MB (37,748,736 bytes)",
          MaxDumpsterTime: "7.00:00:00",
          SafetyNetHoldTime: "2.00:00:00",
          ShadowRedundancyEnabled: true,
          ShadowMessagePreferenceSetting: "PreferRemote",
          Xexch50Enabled: true,
        },
  settle: (call, next) => {
    const to = String(next["JournalingReportNdrTo"] ?? "");
    if (to === "" || to === nobody) {
      next["JournalingReportNdrTo"] = nobody;
    } else if (matchingRecipients(call.side, to).length > 0) {
      next["JournalingReportNdrTo"] = recipientOf(call.side, to).primarySmtpAddress;
    } else if (!/^[^@\s]+@[^@\s]+$/.test(to)) {
      throw badArgument(
        `The value '${to}' of the JournalingReportNdrTo parameter isn't a valid SMTP address.`,
      );
    }
  },
});
