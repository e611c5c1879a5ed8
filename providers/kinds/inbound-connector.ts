import { addressSpaces, connectorSource } from "../forms.ts";
import { objectKind } from "../kind.ts";

/** A connector through which mail comes into Exchange Online: stamped mail back from the signature service. */
export const inboundConnector = objectKind({
  noun: "InboundConnector",
  sides: ["online"],
  mark: "Comment",
  forms: { SenderDomains: addressSpaces, ConnectorSource: connectorSource },
  defaults: {
    Enabled: true,
    SenderIPAddresses: null,
    AssociatedAcceptedDomains: null,
    TrustedOrganizations: null,
    TreatMessagesAsInternal: false,
  },
});
