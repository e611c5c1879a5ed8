import type {
  Connectors,
  ReceiveConnectorSettings,
  SendConnectorSettings,
  SignatureService,
} from "../stacks/config/types.ts";
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

/** Our connector from servers of one's own to the daemon's listener. */
export function sendToIntake(name: string, smartHost: string, domain: string): Props {
  return send(name, [domain], { smartHost, certificateName: smartHost, port: 25, enabled: true });
}

/** A connector to a signature relay of one's own: everything to its address spaces takes this way, over TLS. */
export function sendToRelay(
  { name, addressSpaces, cost, port, sourceServers, enabled }: SendConnectorSettings,
  { smartHost, serverCertificateName }: Relay,
): Props {
  const spaces = addressSpaces.map((space) => `${space};${cost}`);
  return {
    ...send(name, spaces, { smartHost, certificateName: serverCertificateName, port, enabled }),
    ...(sourceServers && { SourceTransportServers: sourceServers }),
  };
}

/**
 * A connector for stamped mail on its return to servers of one's own. Internal headers stay, and mail to outside goes on, when the
 * relay counts as one of these servers: by its address, or else by its client certificate.
 */
export function receiveFromRelay(
  { name, server, bindings, remoteAddresses, retainInternalHeaders, enabled }: ReceiveConnectorSettings,
  { clientCertificateName }: Relay,
): Props {
  const trusted = retainInternalHeaders && remoteAddresses !== undefined;
  return {
    Name: name,
    ...(server !== undefined && { Server: server }),
    TransportRole: "FrontendTransport",
    Bindings: bindings ?? ["0.0.0.0:25"],
    RemoteIPRanges: remoteAddresses ?? everybody,
    RequireTLS: true,
    AuthMechanism: trusted ? "Tls, ExternalAuthoritative" : "Tls",
    PermissionGroups: trusted ? "ExchangeServers" : "AnonymousUsers",
    ...(retainInternalHeaders &&
      !trusted && { TlsDomainCapabilities: [`${clientCertificateName}:AcceptCloudServicesMail`] }),
    Enabled: enabled,
  };
}

/** How Exchange says that a connector is for every client. */
const everybody = ["0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"];

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
 * connector carries the direction; an outsider's header of that name does not come in. With an audience it is about that part of
 * the recipients alone, and says so in a header, over whatever a sender wrote there: Exchange forks the message where it has both.
 */
export function intakeRule(
  name: string,
  address: string,
  processedHeader: string,
  audience?: "external" | "internal",
): Props {
  return {
    Name: name,
    HeaderMatchesMessageHeader: processedHeader,
    HeaderMatchesPatterns: ["^true$"],
    HeaderContainsMessageHeader: "X-MS-Exchange-Organization-MessageDirectionality",
    HeaderContainsWords: ["Originating"],
    ...(audience === "external" && { SentToScope: "NotInOrganization" }),
    ...(audience === "internal" && { ExceptIfSentToScope: "NotInOrganization" }),
    BlindCopyTo: [address],
    ...(audience !== undefined && { SetHeaderName: "X-SIU-Audience", SetHeaderValue: audience }),
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

function send(
  name: string,
  addressSpaces: string[],
  target: { smartHost: string; certificateName: string; port: number; enabled: boolean },
): Props {
  return {
    Name: name,
    AddressSpaces: addressSpaces,
    DNSRoutingEnabled: false,
    SmartHosts: [target.smartHost],
    Port: target.port,
    RequireTLS: true,
    TlsAuthLevel: "DomainValidation",
    TlsDomain: target.certificateName,
    Enabled: target.enabled,
  };
}
