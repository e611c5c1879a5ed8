/* Generated from schema.json by generate.ts; run `node stacks/config/generate.ts` after a change. */

/**
 * Where the mailboxes are: on your own Exchange servers, in Exchange Online, or both (hybrid).
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Environment".
 */
export type Environment = "onPremises" | "hybrid" | "online";
/**
 * A DNS domain.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Domain".
 */
export type Domain = string;
/**
 * Whether sent items are updated. Off after installation, as in the original product.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Status".
 */
export type Status = "on" | "off";
/**
 * An address that starts with https://.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "HttpsUrl".
 */
export type HttpsUrl = string;
/**
 * powershell: a remote session (real organizations). rest: the admin REST endpoint that the Exchange Online module itself calls; Microsoft does not document it for third parties.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "AdminVia".
 */
export type AdminVia = "powershell" | "rest";
/**
 * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Secret".
 */
export type Secret = string;
/**
 * Text in PEM form (-----BEGIN ...), usually ${file:path}.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Pem".
 */
export type Pem = string;
/**
 * An SMTP address.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Address".
 */
export type Address = string;
/**
 * Keep the message as it was before processing beside the updated one: two items in Sent Items for each message.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "KeepOriginal".
 */
export type KeepOriginal = boolean;
/**
 * The service that stamps signatures on mail in transit.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "SignatureService".
 */
export type SignatureService = CodeTwoService | CustomService;
/**
 * Take over an object of this name that exists already. Otherwise it is left alone and the run fails.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Adopt".
 */
export type Adopt = boolean;
/**
 * One transport rule.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "TransportRule".
 */
export type TransportRule = SignaturesRule | CustomRule;
/**
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Text".
 */
export type Text = string;
/**
 * Rules, of this file or not, that this one must precede.
 */
export type RuleNames = Text[];
/**
 * Rules, of this file or not, that this one must follow.
 */
export type RuleNames1 = Text[];
/**
 * Rules, of this file or not, that this one must precede.
 */
export type RuleNames2 = Text[];
/**
 * Rules, of this file or not, that this one must follow.
 */
export type RuleNames3 = Text[];
/**
 * Exchange Online transport rules, in the order in which they are to run.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "TransportRules".
 */
export type TransportRules = TransportRule[];
/**
 * How the daemon gets a copy of each stamped message.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Intake".
 */
export type Intake = ConnectorIntake | MailboxIntake | JournalIntake | RelayIntake;
/**
 * The tenant's initial domain.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "TenantDomain".
 */
export type TenantDomain = string;
/**
 * A user principal name.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "UserPrincipalName".
 */
export type UserPrincipalName = string;
/**
 * A GUID.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Identifier".
 */
export type Identifier = string;
/**
 * An address that starts with https:// or http://.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "HttpUrl".
 */
export type HttpUrl = string;
/**
 * A DNS name or an IP address.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Host".
 */
export type Host = string;
/**
 * The name a TLS certificate carries; *.contoso.com stands for one label.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "CertificateName".
 */
export type CertificateName = string;
/**
 * The name of a message header, without the colon.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "HeaderName".
 */
export type HeaderName = string;
/**
 * A TCP port, or a reference to one.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Port".
 */
export type Port = number | string;
/**
 * A duration in seconds.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Seconds".
 */
export type Seconds = number;
/**
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "RuleNames".
 */
export type RuleNames4 = Text[];

/**
 * The desired state of one organization's Sent Items Update.
 */
export interface Config {
  environment: Environment;
  organization: Organization;
  status: Status;
  connections: Connections;
  serviceAccount: ServiceAccount;
  impersonation: Impersonation;
  senders: Senders;
  keepOriginal: KeepOriginal;
  splitMessages: SplitMessages;
  signatureService?: SignatureService;
  connectors: Connectors;
  senderScopes: SenderScopes;
  transportRules: TransportRules;
  intake?: Intake;
  daemon: Daemon;
}
/**
 * The organization that this file describes.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Organization".
 */
export interface Organization {
  /**
   * The organization's main mail domain.
   */
  domain: string;
  /**
   * Further domains of the organization: mail to them counts as internal.
   */
  acceptedDomains: Domain[];
  /**
   * Domains that sign in through ADFS or another federation. The service account must not belong to one.
   */
  federatedDomains: Domain[];
  /**
   * The tenant's initial domain, such as contoso.onmicrosoft.com. Needed as soon as Exchange Online takes part.
   */
  tenant?: string;
  /**
   * The tenant's GUID. Needed as soon as Exchange Online takes part: a copy counts as yours only if it carries this id.
   */
  tenantId?: string;
}
/**
 * How Exchange is reached, on each side of the organization.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Connections".
 */
export interface Connections {
  /**
   * Certificates trusted beside the system's own, for servers with a private certificate authority.
   */
  certificateAuthority?: string;
  onPremises?: OnPremisesConnection;
  online?: OnlineConnection;
}
/**
 * Your own Exchange servers. Say autodiscover, or (not in a hybrid organization) server.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OnPremisesConnection".
 */
export interface OnPremisesConnection {
  /**
   * true: the Autodiscover mechanism locates the server. A URL: ask this Autodiscover service. A hybrid organization knows no other way.
   */
  autodiscover?: true | HttpsUrl;
  /**
   * The server's DNS name or IP address, for instance in another domain. Not in a hybrid organization.
   */
  server?: string;
  /**
   * An address that starts with https://.
   */
  ewsUrl?: string;
  admin: OnPremisesAdmin;
}
/**
 * How cmdlets are run on-premises, as an account in Domain Admins (it creates accounts and grants impersonation).
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OnPremisesAdmin".
 */
export interface OnPremisesAdmin {
  via: AdminVia;
  /**
   * The PowerShell endpoint such as http://mail01.contoso.com/PowerShell, or the admin REST endpoint.
   */
  url: string;
  /**
   * The operator's account; its credentials are used for this run and never stored.
   */
  username: string;
  password: Secret;
}
/**
 * Exchange Online.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OnlineConnection".
 */
export interface OnlineConnection {
  admin: OnlineAdmin;
}
/**
 * How cmdlets are run in Exchange Online: as an application with the Exchange administrator role. Say clientSecret or certificate.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OnlineAdmin".
 */
export interface OnlineAdmin {
  via: AdminVia;
  /**
   * An address that starts with https://.
   */
  url?: string;
  /**
   * An address that starts with https://.
   */
  tokenUrl?: string;
  /**
   * The application's (client) id.
   */
  clientId: string;
  clientSecret?: Secret;
  certificate?: ClientCertificate;
}
/**
 * A certificate that an application signs in with.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "ClientCertificate".
 */
export interface ClientCertificate {
  key: Secret;
  certificate: Pem;
}
/**
 * The account that reads and updates mailboxes. On-premises and hybrid: a user account (upn and password; create only on-premises). Exchange Online: an application.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "ServiceAccount".
 */
export interface ServiceAccount {
  /**
   * Create the account. Only on-premises; elsewhere it must exist and is verified.
   */
  create: boolean;
  /**
   * The account's user principal name; default for a created account CodeTwoSiuAgent@<domain>. Not of a federated domain, no multi-factor authentication.
   */
  upn?: string;
  password?: Secret;
  application?: Application;
}
/**
 * An application registered in Entra. Say clientSecret or certificate.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Application".
 */
export interface Application {
  /**
   * The application's (client) id.
   */
  clientId: string;
  /**
   * The object id of its service principal (Entra: Enterprise applications), needed to grant it access.
   */
  objectId?: string;
  clientSecret?: Secret;
  certificate?: ClientCertificate;
}
/**
 * The service account's right to act on mailboxes.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Impersonation".
 */
export interface Impersonation {
  /**
   * full: grant it where it is missing. verify: only check; you grant it by hand.
   */
  manage: "full" | "verify";
  /**
   * senders: only the mailboxes of the senders below (least privilege). organization: every mailbox.
   */
  scope: "senders" | "organization";
}
/**
 * Whose sent items are updated.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Senders".
 */
export interface Senders {
  /**
   * all; only the listed users and members of the listed groups; or all except them.
   */
  include: "all" | "only" | "allExcept";
  /**
   * Addresses of people or shared mailboxes.
   */
  users: Address[];
  /**
   * Addresses of groups; nested and hidden groups count.
   */
  groups: Address[];
}
/**
 * What to do when one message was split into several, each stamped by other rules for other recipients.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "SplitMessages".
 */
export interface SplitMessages {
  /**
   * Whether the signature service splits messages.
   */
  enabled: boolean;
  /**
   * Save every version in Sent Items. Only where splitting is enabled and the intake keeps versions (not a mailbox).
   */
  saveAll: boolean;
  /**
   * Without saveAll: which version the one sent item shows.
   */
  keep: "first" | "last" | "external" | "internal";
}
/**
 * CodeTwo Email Signatures, with the host and certificate names of its manual.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "CodeTwoService".
 */
export interface CodeTwoService {
  /**
   * CodeTwo Email Signatures.
   */
  preset: "codetwo";
  /**
   * Your unique subdomain: contoso stands for contoso.smtp.codetwo.online. See 'I manage my connectors manually' in the CodeTwo Admin Panel.
   */
  subdomain: string;
  /**
   * germany: Office 365 Germany (<subdomain>.de-smtp.codetwo.online), which Microsoft has closed.
   */
  region: "global" | "germany";
}
/**
 * Another stamping relay.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "CustomService".
 */
export interface CustomService {
  /**
   * Another stamping relay.
   */
  preset: "custom";
  /**
   * Where mail is sent to be stamped.
   */
  smartHost: string;
  /**
   * The name on the relay's server certificate, checked when mail is sent to it.
   */
  serverCertificateName: string;
  /**
   * The name on the relay's client certificate, checked when it returns mail. Its domain must be an accepted domain.
   */
  clientCertificateName: string;
  /**
   * The header that the relay adds with the value true.
   */
  processedHeader: string;
  /**
   * The header, if any, that identifies one processing (tells versions of a split message apart).
   */
  processingIdHeader?: string;
}
/**
 * Exchange Online connectors to and from the signature service.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Connectors".
 */
export interface Connectors {
  /**
   * full: create and keep them. verify: only check connectors that you manage manually. none: there are none.
   */
  manage: "full" | "verify" | "none";
  inbound: InboundConnectorSettings;
  outbound: OutboundConnectorSettings;
}
/**
 * Accepts stamped mail from the signature service.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "InboundConnectorSettings".
 */
export interface InboundConnectorSettings {
  name: string;
  /**
   * Turn it on.
   */
  enabled: boolean;
  /**
   * Retain internal Exchange email headers (recommended).
   */
  retainInternalHeaders: boolean;
  /**
   * The relay's client certificate; default as the signature service has it.
   */
  certificateName?: string;
  adopt: Adopt;
}
/**
 * Sends mail to the signature service, only through a transport rule.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OutboundConnectorSettings".
 */
export interface OutboundConnectorSettings {
  name: string;
  /**
   * Turn it on.
   */
  enabled: boolean;
  /**
   * Retain internal Exchange email headers (recommended).
   */
  retainInternalHeaders: boolean;
  /**
   * The relay's address; default as the signature service has it.
   */
  smartHost?: string;
  /**
   * The relay's server certificate; default as the signature service has it (*.codetwo.com).
   */
  certificateName?: string;
  /**
   * An SMTP address.
   */
  validationRecipient?: string;
  adopt: Adopt;
}
/**
 * Named sets of senders whose mail gets signatures. Each sender in scope costs one licence of the signature service.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "SenderScopes".
 */
export interface SenderScopes {
  [k: string]: SenderScope;
}
/**
 * Exactly one of everyone: true, people: [addresses] or group: address.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "SenderScope".
 */
export interface SenderScope {
  /**
   * All senders of the organization.
   */
  everyone?: true;
  /**
   * The listed senders.
   *
   * @minItems 1
   */
  people?: [Address, ...Address[]];
  /**
   * An SMTP address.
   */
  group?: string;
}
/**
 * Redirects mail of the senders in scope to the signature service, with the conditions and exceptions of the manual.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "SignaturesRule".
 */
export interface SignaturesRule {
  /**
   * The rule of the manual.
   */
  preset: "signatures";
  name: string;
  /**
   * The name of a set in senderScopes.
   */
  scope: string;
  /**
   * Whether mail within the organization gets signatures too.
   */
  internalMail: boolean;
  before: RuleNames;
  after: RuleNames1;
  adopt: Adopt;
}
/**
 * A rule of your own, in the terms of New-TransportRule.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "CustomRule".
 */
export interface CustomRule {
  /**
   * A rule of your own.
   */
  preset: "custom";
  name: Text;
  /**
   * Parameters of New-TransportRule by name.
   */
  parameters: {
    [k: string]: string | number | boolean | string[];
  };
  before: RuleNames2;
  after: RuleNames3;
  adopt: Adopt;
}
/**
 * A rule copies stamped mail to an address that a connector of its own routes to the daemon's SMTP listener. Exchange Online; keeps every version of a split message.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "ConnectorIntake".
 */
export interface ConnectorIntake {
  /**
   * A rule and a connector to the daemon's SMTP listener.
   */
  via: "connector";
  /**
   * The name of the rule and of the connector.
   */
  name: string;
  /**
   * An SMTP address.
   */
  address: string;
  /**
   * The DNS name under which Exchange Online reaches the listener on port 25.
   */
  smartHost: string;
  /**
   * The name on the certificate that the sending Exchange shows; anybody else is refused.
   */
  clientCertificateName: string;
  /**
   * The tenant whose copies are accepted; default organization.tenantId.
   */
  tenantId?: string;
  listen: Listen;
  adopt: Adopt;
}
/**
 * The daemon's SMTP listener with STARTTLS.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Listen".
 */
export interface Listen {
  /**
   * The local address to listen on.
   */
  host: string;
  /**
   * A TCP port, or a reference to one.
   */
  port: number | string;
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  key: string;
  /**
   * Text in PEM form (-----BEGIN ...), usually ${file:path}.
   */
  certificate: string;
  /**
   * Text in PEM form (-----BEGIN ...), usually ${file:path}.
   */
  certificateAuthority?: string;
}
/**
 * A rule copies stamped mail to a mailbox that the daemon reads. The store may drop versions of a split message.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "MailboxIntake".
 */
export interface MailboxIntake {
  /**
   * A rule and a mailbox.
   */
  via: "mailbox";
  /**
   * The name of the rule.
   */
  name: string;
  /**
   * An SMTP address.
   */
  address: string;
  /**
   * graph: the mailbox is in Exchange Online. ews: it is on-premises.
   */
  read: "graph" | "ews";
  adopt: Adopt;
}
/**
 * A journal rule sends a report of each message to the daemon's SMTP listener; keeps every version of a split message.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "JournalIntake".
 */
export interface JournalIntake {
  /**
   * A journal rule to the daemon's SMTP listener.
   */
  via: "journal";
  /**
   * The name of the journal rule and of the connector.
   */
  name: string;
  /**
   * An SMTP address.
   */
  address: string;
  /**
   * The DNS name under which Exchange reaches the listener on port 25.
   */
  smartHost: string;
  /**
   * An SMTP address.
   */
  journalingReportNdrTo?: string;
  /**
   * The name on the certificate that the sending Exchange shows; anybody else is refused.
   */
  clientCertificateName: string;
  listen: Listen;
  adopt: Adopt;
}
/**
 * The relay itself sends a copy by SMTP: a relay of your own. Say allow or clientCertificateName.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "RelayIntake".
 */
export interface RelayIntake {
  /**
   * The relay sends a copy to the daemon's SMTP listener.
   */
  via: "relay";
  listen: Listen;
  /**
   * IP addresses or networks (192.0.2.0/24) that may send.
   *
   * @minItems 1
   */
  allow?: [string, ...string[]];
  /**
   * The name on the relay's client certificate.
   */
  clientCertificateName?: string;
}
/**
 * The running daemon.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Daemon".
 */
export interface Daemon {
  /**
   * Where settings are sent to.
   */
  url?: string;
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  token?: string;
  /**
   * How long a sent item is left alone after sending: an edit in the first moments can end as a conflict in Outlook.
   */
  settleDelaySeconds: number;
  /**
   * When to give up on a message whose sent item cannot be found or updated.
   */
  deadlineSeconds: number;
}
/**
 * What the running daemon needs: plain data, secrets only as references.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Settings".
 */
export interface Settings {
  version: 1;
  status: Status;
  organization: SettingsOrganization;
  mailboxes: MailboxAccess;
  senders: Senders;
  keepOriginal: KeepOriginal;
  splitMessages: SplitMessages;
  processedHeader: HeaderName;
  processingIdHeader?: HeaderName;
  intake?: Intake;
  settleDelaySeconds: Seconds;
  deadlineSeconds: Seconds;
}
/**
 * The organization as the daemon knows it.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "SettingsOrganization".
 */
export interface SettingsOrganization {
  domain: Domain;
  /**
   * Further domains that count as internal.
   */
  acceptedDomains: Domain[];
  tenantId?: Identifier;
}
/**
 * How mailboxes are reached, per side.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "MailboxAccess".
 */
export interface MailboxAccess {
  onPremises?: OnPremisesMailboxes;
  online?: OnlineMailboxes;
}
/**
 * Exchange Web Services: autodiscover or ewsUrl, never both.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OnPremisesMailboxes".
 */
export interface OnPremisesMailboxes {
  /**
   * true: locate the server; a URL: ask this Autodiscover service.
   */
  autodiscover?: true | HttpsUrl;
  ewsUrl?: HttpsUrl;
  certificateAuthority?: Pem;
  account: Account;
}
/**
 * The service account.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "Account".
 */
export interface Account {
  upn: UserPrincipalName;
  password: Secret;
}
/**
 * Microsoft Graph.
 *
 * This interface was referenced by `Config`'s JSON-Schema
 * via the `definition` "OnlineMailboxes".
 */
export interface OnlineMailboxes {
  tenantId: Identifier;
  application: Application;
}
