import { addressSpaces } from "../forms.ts";
import { objectKind } from "../kind.ts";

/** Microsoft's page says that Get- leaves out both unless asked; the service shows the second ones. */
export const hiddenConnectors = [{ IncludeTestModeConnectors: true }, { IsTransportRuleScoped: true }];

/**
 * A connector through which mail leaves Exchange Online: to the signature service, or to the daemon's listener.
 * IsValidated and LastValidationTimestamp belong to the server: outbound-connector-validation.ts sets them once.
 */
export const outboundConnector = objectKind({
  noun: "OutboundConnector",
  sides: ["online"],
  mark: "Comment",
  hidden: hiddenConnectors,
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
