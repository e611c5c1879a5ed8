/** Parameters of the cmdlets for connectors; see notation.ts. */
export const connectorsSignatures = `
New-InboundConnector Set-InboundConnector @online
text: Comment TlsSenderCertificateName
oneOf: ConnectorSource(Default|HybridWizard|Migrated) ConnectorType(Partner|OnPremises)
flag: CloudServicesMailEnabled EFSkipLastIP EFTestMode Enabled RequireTls RestrictDomainsToCertificate
  RestrictDomainsToIPAddresses TreatMessagesAsInternal
switch: Confirm WhatIf
list: AssociatedAcceptedDomains EFSkipIPs EFSkipMailGateway EFUsers ScanAndDropRecipients SenderIPAddresses
  TrustedOrganizations
Get-InboundConnector @online
text: Identity
size: ResultSize
New-InboundConnector @online
text: Name!
list: ClientHostNames SenderDomains!
Set-InboundConnector @online
text: Identity! Name
list: SenderDomains
Remove-InboundConnector @online
text: Identity!
switch: Confirm WhatIf
New-OutboundConnector Set-OutboundConnector @online
text: Comment TlsDomain TlsSettings
oneOf: ConnectorSource(Default|HybridWizard|Migrated) ConnectorType(Partner|OnPremises)
  MtaStsMode(Opportunistic|None) SmtpDaneMode(Opportunistic|Mandatory|None)
flag: AllAcceptedDomains CloudServicesMailEnabled Enabled IsTransportRuleScoped RouteAllMessagesViaOnPremises
  SenderRewritingEnabled TestMode UseMXRecord
switch: Confirm WhatIf
list: RecipientDomains SmartHosts
Get-OutboundConnector @online
text: Identity
flag: IncludeTestModeConnectors IsTransportRuleScoped
size: ResultSize
New-OutboundConnector @online
text: Name!
guid: LinkForModifiedConnector
Set-OutboundConnector @online
text: Identity! Name
flag: IsValidated
date: LastValidationTimestamp
list: ValidationRecipients
Remove-OutboundConnector @online
text: Identity!
switch: Confirm WhatIf
Validate-OutboundConnector @online
text: Identity!
switch: Confirm WhatIf
list: Recipients!
New-SendConnector Set-SendConnector @onPremises
text: Comment DomainController ErrorPolicies Fqdn ProtocolLoggingLevel SourceIPAddress TlsDomain
oneOf: TlsAuthLevel(EncryptionOnly|CertificateValidation|DomainValidation)
flags: SmartHostAuthMechanism(None|BasicAuth|BasicAuthRequireTLS|ExchangeServer|ExternalAuthoritative)
flag: DNSRoutingEnabled DomainSecureEnabled Enabled ForceHELO IgnoreSTARTTLS RequireOorg RequireTLS
  UseExternalDNSServersEnabled
switch: Confirm Force WhatIf
number: Port SmtpMaxMessagesPerConnection
bytes: MaxMessageSize
duration: ConnectionInactivityTimeOut
credential: AuthenticationCredential
list: SmartHosts SourceTransportServers
Get-SendConnector @onPremises
text: DomainController Identity
New-SendConnector @onPremises default=AddressSpaces
text: Name! TlsCertificateName{AddressSpaces} Usage
oneOf: ConnectorType(Default|XPremises){AddressSpaces}
flag: CloudServicesMailEnabled{AddressSpaces} FrontendProxyEnabled{AddressSpaces} IsScopedConnector{AddressSpaces}
switch: Custom Internal Internet Partner
list: AddressSpaces!{AddressSpaces}
Set-SendConnector @onPremises
text: Identity! Name TlsCertificateName
oneOf: ConnectorType(Default|XPremises)
flag: CloudServicesMailEnabled FrontendProxyEnabled IsScopedConnector
list: AddressSpaces
Remove-SendConnector @onPremises
text: DomainController Identity!
switch: Confirm WhatIf
New-ReceiveConnector Set-ReceiveConnector @onPremises
text: Banner Comment DefaultDomain DomainController Fqdn ServiceDiscoveryFqdn TlsCertificateName
oneOf: ExtendedProtectionPolicy(None|Allow|Require) ProtocolLoggingLevel(None|Verbose)
  SizeEnabled(Enabled|Disabled|EnabledwithoutValue) TransportRole(FrontendTransport|HubTransport)
flags: AuthMechanism(None|Tls|Integrated|BasicAuth|BasicAuthRequireTLS|ExchangeServer|ExternalAuthoritative)
  PermissionGroups(None|AnonymousUsers|ExchangeUsers|ExchangeServers|ExchangeLegacyServers|Partners|Custom)
flag: AdvertiseClientSettings BinaryMimeEnabled ChunkingEnabled DeliveryStatusNotificationEnabled
  DomainSecureEnabled EightBitMimeEnabled EnableAuthGSSAPI Enabled EnhancedStatusCodesEnabled
  LongAddressesEnabled OrarEnabled PipeliningEnabled RejectReservedSecondLevelRecipientDomains
  RejectReservedTopLevelRecipientDomains RejectSingleLabelRecipientDomains RequireEHLODomain RequireTLS
  SuppressXAnonymousTls
switch: Confirm WhatIf
number: MaxHopCount MaxInboundConnectionPercentagePerSource MaxLocalHopCount MaxLogonFailures MaxRecipientsPerMessage
size: MaxInboundConnection MaxInboundConnectionPerSource MaxProtocolErrors MessageRateLimit
bytes: MaxHeaderSize MaxMessageSize
duration: AuthTarpitInterval ConnectionInactivityTimeout ConnectionTimeout MaxAcknowledgementDelay TarpitInterval
list: TlsDomainCapabilities
Get-ReceiveConnector @onPremises default=Identity
text: DomainController Identity{Identity} Server{Server}
New-ReceiveConnector @onPremises default=Custom
text: Name! Server
oneOf: MessageRateSource(None|User|IPAddress|All) Usage!(Client|Custom|Internal|Internet|Partner){UsageType}
switch: Client!{Client} Custom{Custom} Internal!{Internal} Internet!{Internet} Partner!{Partner}
list: Bindings{Custom!,Internet!,Partner!,Internal,Client,UsageType}
  RemoteIPRanges{Custom!,Partner!,Internal!,Client!,Internet,UsageType}
Set-ReceiveConnector @onPremises
text: Identity! Name
oneOf: MessageRateSource(None|IPAddress|User|All)
flag: BareLinefeedRejectionEnabled SmtpUtf8Enabled
list: Bindings RemoteIPRanges
Remove-ReceiveConnector @onPremises
text: DomainController Identity!
switch: Confirm WhatIf
`;
