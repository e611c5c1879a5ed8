import type { Connectors, SignatureService } from "../stacks/config/types.ts";
import type { Props } from "./kind.ts";

/** Where and as whom the signature service receives and returns mail. */
export interface Relay {
  smartHost: string;
  /** On the relay's server certificate: `*.codetwo.com`. */
  serverCertificateName: string;
  /** On its client certificate when it returns mail: `contoso.smtp.codetwo.online`. */
  clientCertificateName: string;
  /** The header that the relay adds with the value true. */
  processedHeader: string;
}

/** The service as its manual has it, or as configured; the connectors' own names win. */
export function relayOf(service: SignatureService, { inbound, outbound }: Connectors): Relay {
  const { smartHost, serverCertificateName, clientCertificateName, processedHeader } =
    service.preset === "custom" ? service : codeTwo(service.subdomain, service.region);
  return {
    smartHost: outbound.smartHost ?? smartHost,
    serverCertificateName: outbound.certificateName ?? serverCertificateName,
    clientCertificateName: inbound.certificateName ?? clientCertificateName,
    processedHeader,
  };
}

function codeTwo(subdomain: string, region: "global" | "germany"): Relay {
  const host = `${subdomain}.${region === "germany" ? "de-smtp" : "smtp"}.codetwo.online`;
  return {
    smartHost: host,
    serverCertificateName: "*.codetwo.com",
    clientCertificateName: host,
    processedHeader: "X-CodeTwoProcessed",
  };
}

/** The manual's connector for stamped mail on its return; `retainHeaders` is its "retain internal Exchange email headers". */
export function inboundFromRelay(
  name: string,
  certificateName: string,
  { enabled, retainHeaders }: { enabled: boolean; retainHeaders: boolean },
): Props {
  return {
    Name: name,
    ConnectorType: "OnPremises",
    ConnectorSource: "Default",
    SenderDomains: ["*"],
    RequireTls: true,
    RestrictDomainsToCertificate: true,
    RestrictDomainsToIPAddresses: false,
    TlsSenderCertificateName: certificateName,
    CloudServicesMailEnabled: retainHeaders,
    Enabled: enabled,
  };
}

/** The manual's connector to the signature service, used only by a transport rule. */
export function outboundToRelay(
  name: string,
  { smartHost, certificateName }: { smartHost: string; certificateName: string },
  { enabled, retainHeaders }: { enabled: boolean; retainHeaders: boolean },
): Props {
  return {
    ...outbound(name, smartHost, certificateName, retainHeaders),
    IsTransportRuleScoped: true,
    Enabled: enabled,
  };
}

/** Our connector from Exchange Online to the daemon's listener, for the one domain of the intake address. */
export function outboundToIntake(name: string, smartHost: string, domain: string): Props {
  return {
    ...outbound(name, smartHost, smartHost, true),
    RecipientDomains: [domain],
    IsTransportRuleScoped: false,
    Enabled: true,
  };
}

/** The manual's rule: who is in scope sends through the signature service. `scope` holds From or FromMemberOf, or neither. */
export function signaturesRule(
  name: string,
  connector: string,
  { scope, internalMail, processedHeader }: { scope: Props; internalMail: boolean; processedHeader: string },
): Props {
  return {
    Name: name,
    FromScope: "InOrganization",
    ...scope,
    ...(!internalMail && { SentToScope: "NotInOrganization" }),
    RouteMessageOutboundConnector: connector,
    ExceptIfFromAddressMatchesPatterns: ["<>"],
    ExceptIfMessageTypeMatches: "Calendaring",
    ExceptIfHeaderMatchesMessageHeader: processedHeader,
    ExceptIfHeaderMatchesPatterns: ["true"],
    RuleErrorAction: "Defer",
    SenderAddressLocation: "HeaderOrEnvelope",
    Mode: "Enforce",
    StopRuleProcessing: false,
    Enabled: true,
  };
}

/**
 * Our rule: a stamped message of the organization's own is copied to the intake. Only mail that came back through the
 * connector carries the direction; an outsider's header of that name does not come in.
 */
export function intakeRule(name: string, address: string, processedHeader: string): Props {
  return {
    Name: name,
    HeaderMatchesMessageHeader: processedHeader,
    HeaderMatchesPatterns: ["^true$"],
    HeaderContainsMessageHeader: "X-MS-Exchange-Organization-MessageDirectionality",
    HeaderContainsWords: ["Originating"],
    BlindCopyTo: [address],
    RuleErrorAction: "Ignore",
    Mode: "Enforce",
    Enabled: true,
  };
}

function outbound(name: string, smartHost: string, certificateName: string, retainHeaders: boolean): Props {
  return {
    Name: name,
    ConnectorType: "OnPremises",
    ConnectorSource: "Default",
    UseMXRecord: false,
    SmartHosts: [smartHost],
    TlsSettings: "DomainValidation",
    TlsDomain: certificateName,
    CloudServicesMailEnabled: retainHeaders,
    RouteAllMessagesViaOnPremises: false,
    AllAcceptedDomains: false,
    TestMode: false,
  };
}
