import { addressSpaces } from "../forms.ts";
import { objectKind } from "../kind.ts";

/**
 * A connector through which mail leaves Exchange Online: to the signature service, or to the daemon's listener.
 * IsValidated and LastValidationTimestamp belong to the server: outbound-connector-validation.ts sets them once.
 */
export const outboundConnector = objectKind({
  noun: "OutboundConnector",
  sides: ["online"],
  mark: "Comment",
  forms: { RecipientDomains: addressSpaces },
  defaults: {
    RecipientDomains: null,
    IsTransportRuleScoped: false,
    RouteAllMessagesViaOnPremises: false,
    AllAcceptedDomains: false,
    SenderRewritingEnabled: false,
    TestMode: false,
  },
});
