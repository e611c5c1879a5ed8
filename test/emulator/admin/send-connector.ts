import type { Cmdlet } from "./cmdlet.ts";
import { addressSpace, sorted } from "./connector.ts";
import { cmdletsOf } from "./noun.ts";
import { each, flag, list, mandatory, number, oneOf, text, toggle } from "./parameter.ts";

export const sendConnector: Cmdlet[] = cmdletsOf({
  noun: "SendConnector",
  sides: ["onPremises"],
  properties: {
    ...each(
      "Comment Fqdn MaxMessageSize ProtocolLoggingLevel SmartHostAuthMechanism TlsCertificateName TlsDomain",
      text,
    ),
    ...each(
      "CloudServicesMailEnabled DNSRoutingEnabled DomainSecureEnabled Enabled ForceHELO FrontendProxyEnabled IgnoreSTARTTLS IsScopedConnector RequireTLS UseExternalDNSServersEnabled",
      flag,
    ),
    ...each("AddressSpaces SmartHosts SourceTransportServers", list),
    Port: number,
    Force: toggle,
    TlsAuthLevel: { ...oneOf("EncryptionOnly", "CertificateValidation", "DomainValidation"), nullable: true },
  },
  create: { ...mandatory({ AddressSpaces: list }), ...each("Custom Internal Internet Partner", toggle) },
  unstored: ["Custom", "Internal", "Internet", "Partner"],
  defaults: {
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
  },
  settle: (_call, next) => {
    next["AddressSpaces"] = sorted(next["AddressSpaces"]).map((space) =>
      addressSpace(space).replace(/^smtp:/i, "SMTP:"),
    );
    next["SmartHosts"] = sorted(next["SmartHosts"]);
    if (sorted(next["SmartHosts"]).length > 0) next["DNSRoutingEnabled"] = false;
  },
}).filter(({ name }) => name !== "Set-SendConnector" && name !== "Remove-SendConnector");
