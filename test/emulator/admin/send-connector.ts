import type { Row } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { addressSpace, sorted } from "./connector.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import { oneOf } from "./parameter.ts";

/** What a new one has where nothing is said. */
export const sendConnectorDefaults: Row = {
  ConnectedDomains: [],
  ConnectionInactivityTimeOut: "00:10:00",
  ConnectorType: "Default",
  ErrorPolicies: "Default",
  ForceHELO: false,
  FrontendProxyEnabled: false,
  HomeMtaServerId: "EX01",
  SmtpMaxMessagesPerConnection: 20,
  SourceIPAddress: "0.0.0.0",
  Enabled: true,
  SmartHosts: [],
  SourceTransportServers: ["EX01"],
  Port: 25,
  DNSRoutingEnabled: true,
  RequireTLS: false,
  IgnoreSTARTTLS: false,
  TlsAuthLevel: null,
  TlsDomain: null,
  TlsCertificateName: null,
  CloudServicesMailEnabled: false,
  Fqdn: null,
  Comment: "",
  IsScopedConnector: false,
  SmartHostAuthMechanism: "None",
  ProtocolLoggingLevel: "None",
  MaxMessageSize: "35 MB (36,700,160 bytes)",
};

export const sendConnector: Cmdlet[] = cmdletsOf({
  noun: "SendConnector",
  types: {
    TlsAuthLevel: { ...oneOf("EncryptionOnly", "CertificateValidation", "DomainValidation"), nullable: true },
  },
  unstored: ["Usage", "LinkedReceiveConnector"],
  defaults: sendConnectorDefaults,
  settle: (_call, next) => {
    next["AddressSpaces"] = sorted(next["AddressSpaces"]).map((space) =>
      addressSpace(space).replace(/^smtp:/i, "SMTP:"),
    );
    next["SmartHosts"] = sorted(next["SmartHosts"]);
    if (sorted(next["SmartHosts"]).length > 0) next["DNSRoutingEnabled"] = false;
    if (next["TlsDomain"] === "") next["TlsDomain"] = null;
    if (next["DNSRoutingEnabled"] === false && sorted(next["SmartHosts"]).length === 0) {
      throw invalid("The SmartHosts parameter can't be empty when DNSRoutingEnabled is set to $false.");
    }
    if (next["TlsAuthLevel"] === "DomainValidation" && next["TlsDomain"] === null) {
      throw invalid("You must specify the TlsDomain parameter when TlsAuthLevel is set to DomainValidation.");
    }
    if (next["TlsDomain"] !== null && next["TlsAuthLevel"] !== "DomainValidation") {
      throw invalid("The TlsDomain parameter can be used only when TlsAuthLevel is set to DomainValidation.");
    }
    if (next["RequireTLS"] === true && next["IgnoreSTARTTLS"] === true) {
      throw invalid("The RequireTLS and IgnoreSTARTTLS parameters can't both be set to $true.");
    }
  },
});
