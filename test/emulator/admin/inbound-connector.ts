import type { Row } from "../store.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { addressSpace, connectorSource, sorted } from "./connector.ts";

/** What a new one has where nothing is said. */
export const inboundConnectorDefaults: Row = {
  Enabled: true,
  ConnectorType: "Partner",
  ConnectorSource: "Default",
  Comment: "",
  SenderIPAddresses: [],
  SenderDomains: [],
  AssociatedAcceptedDomains: [],
  TrustedOrganizations: [],
  ClientHostNames: [],
  RequireTls: false,
  RestrictDomainsToIPAddresses: false,
  RestrictDomainsToCertificate: false,
  CloudServicesMailEnabled: false,
  TreatMessagesAsInternal: false,
  TlsSenderCertificateName: null,
  EFTestMode: false,
  ScanAndDropRecipients: [],
  EFSkipLastIP: false,
  EFSkipIPs: [],
  EFSkipMailGateway: [],
  EFUsers: [],
};

export const inboundConnector: Cmdlet[] = cmdletsOf({
  noun: "InboundConnector",
  types: { ConnectorSource: connectorSource },
  defaults: inboundConnectorDefaults,
  settle: (_call, next) => {
    if (next["ConnectorSource"] === "AdminUI") next["ConnectorSource"] = "Default";
    next["SenderDomains"] = sorted(next["SenderDomains"]).map(addressSpace);
    if (sorted(next["SenderDomains"]).length === 0)
      throw invalid("You must specify at least one value for the SenderDomains parameter.");
    if (next["CloudServicesMailEnabled"] === true && next["TreatMessagesAsInternal"] === true) {
      throw invalid(
        "The CloudServicesMailEnabled and TreatMessagesAsInternal parameters can't both be set to $true.",
      );
    }
    if (next["CloudServicesMailEnabled"] === true && next["ConnectorType"] !== "OnPremises") {
      throw invalid(
        "The CloudServicesMailEnabled parameter can be set to $true only for connectors of type OnPremises.",
      );
    }
    if (next["RestrictDomainsToCertificate"] === true && !next["TlsSenderCertificateName"]) {
      throw invalid(
        "You must specify the TlsSenderCertificateName parameter when RestrictDomainsToCertificate is set to $true.",
      );
    }
    if (next["RestrictDomainsToIPAddresses"] === true && sorted(next["SenderIPAddresses"]).length === 0) {
      throw invalid(
        "You must specify the SenderIPAddresses parameter when RestrictDomainsToIPAddresses is set to $true.",
      );
    }
  },
});
