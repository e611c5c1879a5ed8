/* Generated from schema.json by generate.ts; run `node stacks/config/generate.ts` after a change. */

/**
 * Where the mailboxes are: on your own Exchange servers, in Exchange Online, or both (hybrid).
 */
export type Environment = "onPremises" | "hybrid" | "online";
/**
 * Whether sent items are updated. Off after installation, as in the original product.
 */
export type Status = "on" | "off";
/**
 * powershell: the Exchange Online module, or a remote session with your own servers. rest: the admin REST endpoint that the Exchange Online module itself calls; Microsoft does not document it for third parties.
 */
export type AdminVia = "powershell" | "rest";
/**
 * Take over an object of this name that exists already; without this it is left alone and the run fails. It is never removed with the stack: true leaves it as the stack set it (a rule switched off), restore makes it what it was before.
 */
export type Adopt = true | false | "restore";
/**
 * What to do with a sent item whose text the stamped message does not contain, as after an edit by its owner. skip: leave it as it is. keepBoth: leave it, and put a second item beside it that shows what was sent.
 */
export type WhenEdited = "skip" | "keepBoth";
/**
 * The service that stamps signatures on mail in transit.
 */
export type SignatureService = CodeTwoService | CustomService;
/**
 * One transport rule.
 */
export type TransportRule = SignaturesRule | CustomRule;
/**
 * On your own servers, or in Exchange Online.
 */
export type Side = "onPremises" | "online";
/**
 * How the daemon gets a copy of each stamped message.
 */
export type Intake = ConnectorIntake | MailboxIntake | JournalIntake | RelayIntake;

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
  /**
   * Who sends as a shared mailbox (or a group), which the message itself does not tell: their Sent Items are looked into as well.
   */
  sendAs?: {
    /**
     * The shared mailbox or group that stands in From.
     */
    address: string;
    /**
     * Addresses of those who may send as it.
     *
     * Items: An SMTP address.
     */
    users: string[];
    /**
     * Addresses of groups whose members may; nested and hidden groups count.
     *
     * Items: An SMTP address.
     */
    groups: string[];
  }[];
  /**
   * Keep the message as it was before processing beside the updated one: two items in Sent Items for each message.
   */
  keepOriginal: boolean;
  /**
   * Where Exchange lets nobody change what a sent message says: make the copy anew with everything carried over, verify it, and take the old one out (it stays recoverable). The copy then has another id. Off: such copies are skipped.
   */
  recreateLocked: boolean;
  whenEdited: WhenEdited;
  splitMessages: SplitMessages;
  signatureService?: SignatureService;
  connectors: Connectors;
  /**
   * Named sets of senders whose mail gets signatures. Each sender in scope costs one licence of the signature service.
   */
  senderScopes: {
    [k: string]: SenderScope;
  };
  /**
   * Exchange Online transport rules. They run in the order of the list, except where before and after say otherwise.
   */
  transportRules: TransportRule[];
  /**
   * One way in for stamped copies, or a list of several: what comes in twice is worked on once.
   */
  intake?: Intake | Intake[];
  daemon: Daemon;
}
/**
 * The organization that this file describes.
 */
export interface Organization {
  /**
   * The organization's main mail domain.
   */
  domain: string;
  /**
   * Further domains of the organization: mail to them counts as internal.
   *
   * Items: A DNS domain.
   */
  acceptedDomains: string[];
  /**
   * Domains that sign in through ADFS or another federation. The service account must not belong to one.
   *
   * Items: A DNS domain.
   */
  federatedDomains: string[];
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
 */
export interface OnPremisesConnection {
  /**
   * true: the Autodiscover mechanism locates the server. A URL: ask this Autodiscover service. A hybrid organization knows no other way.
   */
  autodiscover?: true | string;
  /**
   * The server's DNS name or IP address, for instance in another domain. Not in a hybrid organization.
   */
  server?: string;
  /**
   * Exchange Web Services; default https://<server>/EWS/Exchange.asmx. https://localhost/EWS/Exchange.asmx on a server that is itself a Client Access server.
   */
  ewsUrl?: string;
  /**
   * How the daemon signs in to Exchange Web Services and Autodiscover: with the service account's password over NTLM or Basic, or as the application with a token of the tenant (hybrid modern authentication).
   */
  ewsAuthentication: "ntlm" | "basic" | "oauth";
  /**
   * With oauth: what the server takes tokens for, such as https://mail.contoso.com (its service principal name in Entra); default the server's own URL.
   */
  ewsResource?: string;
  admin: OnPremisesAdmin;
}
/**
 * How cmdlets are run on-premises, as an account in Domain Admins (it creates accounts and grants impersonation).
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
  /**
   * How a PowerShell session signs in; Basic over https:// only.
   */
  authentication: "Kerberos" | "Negotiate" | "Basic";
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  password: string;
}
/**
 * Exchange Online.
 */
export interface OnlineConnection {
  admin: OnlineAdmin;
  /**
   * Microsoft Graph, over which the daemon reaches mailboxes; another one in a national cloud.
   */
  graphUrl: string;
  /**
   * Where the daemon's application signs in; another one in a national cloud.
   */
  loginUrl: string;
}
/**
 * How cmdlets are run in Exchange Online: as an application, a machine of Azure or an operator with the Exchange administrator role. Say clientSecret, certificate, managedIdentity, federatedTokenFile or signIn.
 */
export interface OnlineAdmin {
  via: AdminVia;
  /**
   * The admin REST endpoint; default https://outlook.office365.com/adminapi/beta/<tenantId>.
   */
  url?: string;
  /**
   * Where tokens are issued; default https://login.microsoftonline.com/<tenantId>/oauth2/v2.0/token.
   */
  tokenUrl?: string;
  /**
   * The application's (client) id; of a managed identity only where the machine has several, with signIn only instead of Microsoft's own for Exchange Online PowerShell.
   */
  clientId?: string;
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  clientSecret?: string;
  certificate?: ClientCertificate;
  /**
   * Sign in as the machine of Azure that the deployment runs on: no secret is kept anywhere.
   */
  managedIdentity?: true;
  /**
   * The file with the token of a workload that the application trusts (workload identity federation), as a pipeline or Kubernetes writes it: no secret is kept anywhere.
   */
  federatedTokenFile?: string;
  /**
   * The operator signs in, with multi-factor authentication where the tenant asks for it, once in each run of siu: in this machine's browser, or with a code on any device.
   */
  signIn?: "browser" | "deviceCode";
}
/**
 * A certificate that an application signs in with.
 */
export interface ClientCertificate {
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  key: string;
  /**
   * Text in PEM form (-----BEGIN ...), usually ${file:path}.
   */
  certificate: string;
}
/**
 * The account that reads and updates mailboxes. On-premises and hybrid: a user account (upn and password; create only on-premises). Exchange Online: an application.
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
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  password?: string;
  application?: Application;
  adopt: Adopt;
}
/**
 * An application registered in Entra, or a managed identity. Say clientSecret, certificate, managedIdentity or federatedTokenFile.
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
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  clientSecret?: string;
  certificate?: ClientCertificate;
  /**
   * The daemon signs in as the machine of Azure that it runs on: as the machine's own identity, or as the one that clientId names.
   */
  managedIdentity?: "systemAssigned" | "userAssigned";
  /**
   * The file with the token of a workload that the application trusts (workload identity), as Kubernetes keeps it up to date on the daemon's machine.
   */
  federatedTokenFile?: string;
}
/**
 * The service account's right to act on mailboxes.
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
  /**
   * The mailbox that the right is tried on in every deployment; default one of the senders.
   */
  testMailbox?: string;
}
/**
 * Whose sent items are updated.
 */
export interface Senders {
  /**
   * all; only the listed users and members of the listed groups; or all except them.
   */
  include: "all" | "only" | "allExcept";
  /**
   * Addresses of people or shared mailboxes.
   *
   * Items: An SMTP address.
   */
  users: string[];
  /**
   * Addresses of groups; nested and hidden groups count.
   *
   * Items: An SMTP address.
   */
  groups: string[];
}
/**
 * What to do when one message was split into several, each stamped by other rules for other recipients.
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
 */
export interface Connectors {
  /**
   * full: create and keep them. verify: only check connectors that you manage manually. none: there are none.
   */
  manage: "full" | "verify" | "none";
  /**
   * Without outbound.validationRecipient, rules wait until the connectors' last change is this old: Microsoft says that it takes from minutes to over an hour.
   */
  propagationMinutes: number;
  /**
   * Before the outbound connector is removed, wait this long after its rules are gone: they still work for a while, and mail is on its way.
   */
  drainMinutes: number;
  inbound: InboundConnectorSettings;
  outbound: OutboundConnectorSettings;
  send?: SendConnectorSettings;
  receive?: ReceiveConnectorSettings;
}
/**
 * Accepts stamped mail from the signature service.
 */
export interface InboundConnectorSettings {
  /**
   * The connector's name in Exchange.
   */
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
 */
export interface OutboundConnectorSettings {
  /**
   * The connector's name in Exchange.
   */
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
   * An address outside Office 365 to validate the connector with.
   */
  validationRecipient?: string;
  adopt: Adopt;
}
/**
 * On-premises: sends mail to a signature relay of your own. All mail of its address spaces takes this way, without a rule.
 */
export interface SendConnectorSettings {
  /**
   * The connector's name in Exchange.
   */
  name: string;
  /**
   * Turn it on.
   */
  enabled: boolean;
  /**
   * Recipients' domains whose mail goes to the relay; * is every domain outside.
   */
  addressSpaces: string[];
  /**
   * Of two connectors for one domain, Exchange takes the one of lower cost.
   */
  cost: number;
  /**
   * The relay's port.
   */
  port: number;
  /**
   * Servers that send; default the one that the cmdlets run on.
   */
  sourceServers?: string[];
  adopt: Adopt;
}
/**
 * On-premises: takes stamped mail back from a signature relay of your own. Say remoteAddresses; or bindings of its own, and the relay is known by its client certificate.
 */
export interface ReceiveConnectorSettings {
  /**
   * The connector's name in Exchange.
   */
  name: string;
  /**
   * Turn it on.
   */
  enabled: boolean;
  /**
   * The server that listens; default the one that the cmdlets run on.
   */
  server?: string;
  /**
   * Local addresses and ports to listen on; default 0.0.0.0:25.
   */
  bindings?: string[];
  /**
   * IP addresses, ranges or networks (192.0.2.0/24) of the relay.
   */
  remoteAddresses?: string[];
  /**
   * Retain internal Exchange email headers (recommended): the relay counts as one of your own servers.
   */
  retainInternalHeaders: boolean;
  adopt: Adopt;
}
/**
 * Exactly one of everyone: true, domains: [domains], people: [addresses], group: address or managedGroup: (address, members).
 */
export interface SenderScope {
  /**
   * All senders of the organization.
   */
  everyone?: true;
  /**
   * Senders with an address in one of these domains of the organization, such as a sub-organization's.
   *
   * Items: A DNS domain.
   */
  domains?: string[];
  /**
   * The listed senders.
   *
   * Items: An SMTP address.
   */
  people?: string[];
  /**
   * Members of this group; hidden groups too. The people of a dynamic one are looked up in every deployment.
   */
  group?: string;
  managedGroup?: ManagedGroup;
}
/**
 * A distribution group that this stack makes in Exchange Online, and keeps filled with exactly these members.
 */
export interface ManagedGroup {
  /**
   * The group's address, in a domain of yours.
   */
  address: string;
  /**
   * The group's name; default the part of its address before the @.
   */
  name?: string;
  /**
   * Addresses of people and groups.
   *
   * Items: An SMTP address.
   */
  members: string[];
  /**
   * Keep the group out of the address lists.
   */
  hidden: boolean;
  adopt: Adopt;
}
/**
 * Redirects mail of the senders in scope to the signature service, with the conditions and exceptions of the manual.
 */
export interface SignaturesRule {
  /**
   * The rule of the manual.
   */
  preset: "signatures";
  /**
   * The rule's name in Exchange.
   */
  name: string;
  /**
   * The name of a set in senderScopes.
   */
  scope: string;
  /**
   * Whether mail within the organization gets signatures too.
   */
  internalMail: boolean;
  /**
   * Names of rules, of this file or not, that this one must precede.
   */
  before: string[];
  /**
   * Names of rules, of this file or not, that this one must follow.
   */
  after: string[];
  adopt: Adopt;
}
/**
 * A rule of your own, in the terms of New-TransportRule.
 */
export interface CustomRule {
  /**
   * A rule of your own.
   */
  preset: "custom";
  /**
   * The rule's name in Exchange.
   */
  name: string;
  side?: Side;
  parameters: RuleParameters;
  /**
   * Names of rules, of this file or not, that this one must precede.
   */
  before: string[];
  /**
   * Names of rules, of this file or not, that this one must follow.
   */
  after: string[];
  adopt: Adopt;
}
/**
 * Parameters of New-TransportRule by name.
 */
export interface RuleParameters {
  ADComparisonAttribute?: string;
  ADComparisonOperator?: "Equal" | "NotEqual";
  AnyOfCcHeader?: string | string[];
  AnyOfCcHeaderMemberOf?: string | string[];
  AnyOfRecipientAddressContainsWords?: string | string[];
  AnyOfRecipientAddressMatchesPatterns?: string | string[];
  AnyOfToCcHeader?: string | string[];
  AnyOfToCcHeaderMemberOf?: string | string[];
  AnyOfToHeader?: string | string[];
  AnyOfToHeaderMemberOf?: string | string[];
  AttachmentContainsWords?: string | string[];
  AttachmentExtensionMatchesWords?: string | string[];
  AttachmentHasExecutableContent?: boolean;
  AttachmentIsPasswordProtected?: boolean;
  AttachmentIsUnsupported?: boolean;
  AttachmentMatchesPatterns?: string | string[];
  AttachmentNameMatchesPatterns?: string | string[];
  AttachmentProcessingLimitExceeded?: boolean;
  AttachmentPropertyContainsWords?: string | string[];
  /**
   * A size such as 500KB or 10MB; a number alone is bytes.
   */
  AttachmentSizeOver?: string | number;
  BetweenMemberOf1?: string | string[];
  BetweenMemberOf2?: string | string[];
  ContentCharacterSetContainsWords?: string | string[];
  From?: string | string[];
  FromAddressContainsWords?: string | string[];
  FromAddressMatchesPatterns?: string | string[];
  FromMemberOf?: string | string[];
  FromScope?: "InOrganization" | "NotInOrganization";
  HasClassification?: string;
  HasNoClassification?: boolean;
  HasSenderOverride?: boolean;
  /**
   * The name of a message header of at most 64 characters, without the colon.
   */
  HeaderContainsMessageHeader?: string;
  HeaderContainsWords?: string | string[];
  /**
   * The name of a message header of at most 64 characters, without the colon.
   */
  HeaderMatchesMessageHeader?: string;
  HeaderMatchesPatterns?: string | string[];
  ManagerAddresses?: string | string[];
  ManagerForEvaluatedUser?: "Recipient" | "Sender";
  /**
   * Sensitive information types, each with its Name and further keys of Microsoft.
   *
   * Items: A sensitive information type: its Name, minCount, maxCount ...
   */
  MessageContainsDataClassifications?: {
    /**
     * Its name.
     */
    Name: string;
    [k: string]: string | number;
  }[];
  /**
   * A size such as 500KB or 10MB; a number alone is bytes.
   */
  MessageSizeOver?: string | number;
  MessageTypeMatches?:
    | "OOF"
    | "AutoForward"
    | "Encrypted"
    | "Calendaring"
    | "PermissionControlled"
    | "Voicemail"
    | "Signed"
    | "ApprovalRequest"
    | "ReadReceipt";
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  RecipientADAttributeContainsWords?: string | string[];
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  RecipientADAttributeMatchesPatterns?: string | string[];
  RecipientAddressContainsWords?: string | string[];
  RecipientAddressMatchesPatterns?: string | string[];
  RecipientDomainIs?: string | string[];
  /**
   * @deprecated
   * Microsoft reserves it for its own use.
   */
  RecipientInSenderList?: never;
  /**
   * A spam confidence level from -1 to 9.
   */
  SCLOver?: number;
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  SenderADAttributeContainsWords?: string | string[];
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  SenderADAttributeMatchesPatterns?: string | string[];
  SenderDomainIs?: string | string[];
  /**
   * @deprecated
   * Microsoft reserves it for its own use.
   */
  SenderInRecipientList?: never;
  SenderIpRanges?: string | string[];
  SenderManagementRelationship?: "Manager" | "DirectReport";
  SentTo?: string | string[];
  SentToMemberOf?: string | string[];
  SentToScope?: "InOrganization" | "NotInOrganization" | "ExternalPartner" | "ExternalNonPartner";
  /**
   * One word or phrase of at most 128 characters, or a list of them.
   */
  SubjectContainsWords?: string | string[];
  SubjectMatchesPatterns?: string | string[];
  /**
   * One word or phrase of at most 128 characters, or a list of them.
   */
  SubjectOrBodyContainsWords?: string | string[];
  SubjectOrBodyMatchesPatterns?: string | string[];
  WithImportance?: "Low" | "Normal" | "High";
  ExceptIfADComparisonAttribute?: string;
  ExceptIfADComparisonOperator?: "Equal" | "NotEqual";
  ExceptIfAnyOfCcHeader?: string | string[];
  ExceptIfAnyOfCcHeaderMemberOf?: string | string[];
  ExceptIfAnyOfRecipientAddressContainsWords?: string | string[];
  ExceptIfAnyOfRecipientAddressMatchesPatterns?: string | string[];
  ExceptIfAnyOfToCcHeader?: string | string[];
  ExceptIfAnyOfToCcHeaderMemberOf?: string | string[];
  ExceptIfAnyOfToHeader?: string | string[];
  ExceptIfAnyOfToHeaderMemberOf?: string | string[];
  ExceptIfAttachmentContainsWords?: string | string[];
  ExceptIfAttachmentExtensionMatchesWords?: string | string[];
  ExceptIfAttachmentHasExecutableContent?: boolean;
  ExceptIfAttachmentIsPasswordProtected?: boolean;
  ExceptIfAttachmentIsUnsupported?: boolean;
  ExceptIfAttachmentMatchesPatterns?: string | string[];
  ExceptIfAttachmentNameMatchesPatterns?: string | string[];
  ExceptIfAttachmentProcessingLimitExceeded?: boolean;
  ExceptIfAttachmentPropertyContainsWords?: string | string[];
  /**
   * A size such as 500KB or 10MB; a number alone is bytes.
   */
  ExceptIfAttachmentSizeOver?: string | number;
  ExceptIfBetweenMemberOf1?: string | string[];
  ExceptIfBetweenMemberOf2?: string | string[];
  ExceptIfContentCharacterSetContainsWords?: string | string[];
  ExceptIfFrom?: string | string[];
  ExceptIfFromAddressContainsWords?: string | string[];
  ExceptIfFromAddressMatchesPatterns?: string | string[];
  ExceptIfFromMemberOf?: string | string[];
  ExceptIfFromScope?: "InOrganization" | "NotInOrganization";
  ExceptIfHasClassification?: string;
  ExceptIfHasNoClassification?: boolean;
  ExceptIfHasSenderOverride?: boolean;
  /**
   * The name of a message header of at most 64 characters, without the colon.
   */
  ExceptIfHeaderContainsMessageHeader?: string;
  ExceptIfHeaderContainsWords?: string | string[];
  /**
   * The name of a message header of at most 64 characters, without the colon.
   */
  ExceptIfHeaderMatchesMessageHeader?: string;
  ExceptIfHeaderMatchesPatterns?: string | string[];
  ExceptIfManagerAddresses?: string | string[];
  ExceptIfManagerForEvaluatedUser?: "Recipient" | "Sender";
  /**
   * Sensitive information types, each with its Name and further keys of Microsoft.
   *
   * Items: A sensitive information type: its Name, minCount, maxCount ...
   */
  ExceptIfMessageContainsDataClassifications?: {
    /**
     * Its name.
     */
    Name: string;
    [k: string]: string | number;
  }[];
  /**
   * A size such as 500KB or 10MB; a number alone is bytes.
   */
  ExceptIfMessageSizeOver?: string | number;
  ExceptIfMessageTypeMatches?:
    | "OOF"
    | "AutoForward"
    | "Encrypted"
    | "Calendaring"
    | "PermissionControlled"
    | "Voicemail"
    | "Signed"
    | "ApprovalRequest"
    | "ReadReceipt";
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  ExceptIfRecipientADAttributeContainsWords?: string | string[];
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  ExceptIfRecipientADAttributeMatchesPatterns?: string | string[];
  ExceptIfRecipientAddressContainsWords?: string | string[];
  ExceptIfRecipientAddressMatchesPatterns?: string | string[];
  ExceptIfRecipientDomainIs?: string | string[];
  /**
   * @deprecated
   * Microsoft reserves it for its own use.
   */
  ExceptIfRecipientInSenderList?: never;
  /**
   * A spam confidence level from -1 to 9.
   */
  ExceptIfSCLOver?: number;
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  ExceptIfSenderADAttributeContainsWords?: string | string[];
  /**
   * What attributes of the directory hold, each as Attribute:value, or Attribute:value,value.
   */
  ExceptIfSenderADAttributeMatchesPatterns?: string | string[];
  ExceptIfSenderDomainIs?: string | string[];
  /**
   * @deprecated
   * Microsoft reserves it for its own use.
   */
  ExceptIfSenderInRecipientList?: never;
  ExceptIfSenderIpRanges?: string | string[];
  ExceptIfSenderManagementRelationship?: "Manager" | "DirectReport";
  ExceptIfSentTo?: string | string[];
  ExceptIfSentToMemberOf?: string | string[];
  ExceptIfSentToScope?: "InOrganization" | "NotInOrganization" | "ExternalPartner" | "ExternalNonPartner";
  /**
   * One word or phrase of at most 128 characters, or a list of them.
   */
  ExceptIfSubjectContainsWords?: string | string[];
  ExceptIfSubjectMatchesPatterns?: string | string[];
  /**
   * One word or phrase of at most 128 characters, or a list of them.
   */
  ExceptIfSubjectOrBodyContainsWords?: string | string[];
  ExceptIfSubjectOrBodyMatchesPatterns?: string | string[];
  ExceptIfWithImportance?: "Low" | "Normal" | "High";
  /**
   * A moment in UTC such as 2026-12-31T18:00:00Z, in quotes.
   */
  ExpiryDate?: string;
  AddManagerAsRecipientType?: "To" | "Cc" | "Bcc" | "Redirect";
  AddToRecipients?: string | string[];
  ApplyClassification?: string;
  ApplyHtmlDisclaimerFallbackAction?: "Wrap" | "Ignore" | "Reject";
  ApplyHtmlDisclaimerLocation?: "Append" | "Prepend";
  ApplyHtmlDisclaimerText?: string;
  /**
   * @deprecated
   * Encryption of this kind has ended: use ApplyRightsProtectionTemplate: Encrypt.
   */
  ApplyOME?: never;
  ApplyRightsProtectionCustomizationTemplate?: string;
  ApplyRightsProtectionTemplate?: string;
  BlindCopyTo?: string | string[];
  CopyTo?: string | string[];
  DeleteMessage?: boolean;
  Disconnect?: boolean;
  GenerateIncidentReport?: string;
  GenerateNotification?: string;
  IncidentReportContent?: (
    | "Sender"
    | "Recipients"
    | "Subject"
    | "CC"
    | "BCC"
    | "Severity"
    | "RuleDetections"
    | "FalsePositive"
    | "IdMatch"
    | "AttachOriginalMail"
  )[];
  /**
   * @deprecated
   * Use IncidentReportContent: [AttachOriginalMail].
   */
  IncidentReportOriginalMail?: never;
  LogEventText?: string;
  ModerateMessageByManager?: boolean;
  ModerateMessageByUser?: string | string[];
  NotifySender?:
    | "NotifyOnly"
    | "RejectMessage"
    | "RejectUnlessFalsePositiveOverride"
    | "RejectUnlessSilentOverride"
    | "RejectUnlessExplicitOverride";
  PrependSubject?: string;
  Quarantine?: boolean;
  RedirectMessageTo?: string | string[];
  RejectMessageEnhancedStatusCode?: string;
  RejectMessageReasonText?: string;
  /**
   * The name of a message header of at most 64 characters, without the colon.
   */
  RemoveHeader?: string;
  /**
   * @deprecated
   * Encryption of this kind has ended: use RemoveOMEv2.
   */
  RemoveOME?: never;
  RemoveOMEv2?: boolean;
  RemoveRMSAttachmentEncryption?: boolean;
  RouteMessageOutboundConnector?: string;
  RouteMessageOutboundRequireTls?: boolean;
  SetAuditSeverity?: "DoNotAudit" | "Low" | "Medium" | "High";
  /**
   * The name of a message header of at most 64 characters, without the colon.
   */
  SetHeaderName?: string;
  SetHeaderValue?: string;
  /**
   * A spam confidence level from -1 to 9.
   */
  SetSCL?: number;
  SmtpRejectMessageRejectStatusCode?: string;
  SmtpRejectMessageRejectText?: string;
  StopRuleProcessing?: boolean;
  /**
   * @deprecated
   * It is the rule's key name.
   */
  Name?: never;
  /**
   * A moment in UTC such as 2026-12-31T18:00:00Z, in quotes.
   */
  ActivationDate?: string;
  Comments?: string;
  /**
   * @deprecated
   * Data loss prevention has left mail flow rules: use Microsoft Purview.
   */
  DlpPolicy?: never;
  Enabled?: boolean;
  Mode?: "Audit" | "AuditAndNotify" | "Enforce";
  /**
   * @deprecated
   * Every rule that is inserted shifts it: use the keys before and after.
   */
  Priority?: never;
  RecipientAddressType?: "Original" | "Resolved";
  RuleErrorAction?: "Ignore" | "Defer";
  /**
   * @deprecated
   * It belongs to data loss prevention, which has left mail flow rules: use Microsoft Purview.
   */
  RuleSubType?: never;
  SenderAddressLocation?: "Header" | "Envelope" | "HeaderOrEnvelope";
  UseLegacyRegex?: boolean;
  /**
   * @deprecated
   * Use MessageContainsDataClassifications.
   */
  MessageContainsAllDataClassifications?: never;
  /**
   * @deprecated
   * Use ExceptIfMessageContainsDataClassifications.
   */
  ExceptIfMessageContainsAllDataClassifications?: never;
}
/**
 * A rule copies stamped mail to an address that a connector of its own routes to the daemon's SMTP listener. Exchange Online; keeps every version of a split message.
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
   * Where copies go; a subdomain used for nothing else, such as stamped@siu.contoso.com.
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
   * The listener's private key in PEM form.
   */
  key: string;
  /**
   * The listener's certificate chain in PEM form.
   */
  certificate: string;
  /**
   * Who issues the client certificates; default the system's authorities.
   */
  certificateAuthority?: string;
}
/**
 * A rule copies stamped mail to a mailbox that the daemon reads. The store may drop versions of a split message.
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
   * The intake mailbox, used for nothing else.
   */
  address: string;
  /**
   * graph: the mailbox is in Exchange Online. ews: it is on-premises.
   */
  read: "graph" | "ews";
  /**
   * Copies are deleted after this many days, by a retention policy of the mailbox's own.
   */
  retentionDays: number;
  webhook?: Webhook;
  adopt: Adopt;
}
/**
 * With read: graph, Exchange Online tells the daemon of new mail at an address that the Internet reaches.
 */
export interface Webhook {
  /**
   * The address as Microsoft Graph reaches it, such as https://siu.contoso.com/notifications.
   */
  publicUrl: string;
  listen: WebhookListen;
}
/**
 * The daemon's listener for it: with TLS of its own, or without behind a proxy that has it.
 */
export interface WebhookListen {
  /**
   * The local address to listen on.
   */
  host: string;
  /**
   * A TCP port, or a reference to one.
   */
  port: number | string;
  /**
   * The private key in PEM form.
   */
  key?: string;
  /**
   * The certificate chain in PEM form.
   */
  certificate?: string;
}
/**
 * A journal rule sends a report of each message to the daemon's SMTP listener; keeps every version of a split message.
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
   * Where reports go; a subdomain used for nothing else, such as journal@siu.contoso.com.
   */
  address: string;
  /**
   * The DNS name under which Exchange reaches the listener on port 25.
   */
  smartHost: string;
  /**
   * Who receives undeliverable journal reports. Exchange Online demands it before the first journal rule.
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
 * The relay itself sends a copy by SMTP: a relay of your own. Say allow, clientCertificateName or account; of several, all count.
 */
export interface RelayIntake {
  /**
   * The relay sends a copy to the daemon's SMTP listener.
   */
  via: "relay";
  listen: Listen;
  /**
   * IP addresses or networks (192.0.2.0/24) that may send.
   */
  allow?: string[];
  /**
   * The name on the relay's client certificate.
   */
  clientCertificateName?: string;
  account?: RelayAccount;
}
/**
 * What the relay signs in with (SMTP AUTH, over TLS only); made up for this alone.
 */
export interface RelayAccount {
  /**
   * The user name.
   */
  user: string;
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  password: string;
}
/**
 * The running daemon.
 */
export interface Daemon {
  /**
   * Where settings are sent to.
   */
  url?: string;
  /**
   * What a request to it must carry.
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
  keepDays: KeepDays;
}
/**
 * How many days the daemon keeps what it does not need for its work any more.
 */
export interface KeepDays {
  /**
   * What became of each message.
   */
  audit: number;
  /**
   * The stamped copy of a message that failed, to be tried again (siu retry).
   */
  failed: number;
  /**
   * What a sent item said before it was updated; 0: only what later versions of a split message need, for a week.
   */
  originals: number;
}
/**
 * What the running daemon needs: plain data, secrets only as references.
 */
export interface Settings {
  version: 1;
  status: Status;
  organization: SettingsOrganization;
  mailboxes: MailboxAccess;
  senders: Senders;
  /**
   * Who sends as a shared mailbox (or a group), which the message itself does not tell: their Sent Items are looked into as well.
   */
  sendAs?: {
    /**
     * The shared mailbox or group that stands in From.
     */
    address: string;
    /**
     * Addresses of those who may send as it.
     *
     * Items: An SMTP address.
     */
    users: string[];
    /**
     * Addresses of groups whose members may; nested and hidden groups count.
     *
     * Items: An SMTP address.
     */
    groups: string[];
  }[];
  /**
   * Keep the message as it was before processing beside the updated one: two items in Sent Items for each message.
   */
  keepOriginal: boolean;
  /**
   * Where Exchange lets nobody change what a sent message says: make the copy anew with everything carried over, verify it, and take the old one out (it stays recoverable). The copy then has another id. Off: such copies are skipped.
   */
  recreateLocked: boolean;
  whenEdited: WhenEdited;
  splitMessages: SplitMessages;
  /**
   * The name of a message header, without the colon.
   */
  processedHeader: string;
  /**
   * The name of a message header, without the colon.
   */
  processingIdHeader?: string;
  /**
   * One way in for stamped copies, or a list of several: what comes in twice is worked on once.
   */
  intake?: Intake | Intake[];
  /**
   * A duration in seconds.
   */
  settleDelaySeconds: number;
  /**
   * A duration in seconds.
   */
  deadlineSeconds: number;
  keepDays?: KeepDays;
}
/**
 * The organization as the daemon knows it.
 */
export interface SettingsOrganization {
  /**
   * A DNS domain.
   */
  domain: string;
  /**
   * Further domains that count as internal.
   *
   * Items: A DNS domain.
   */
  acceptedDomains: string[];
  /**
   * A GUID.
   */
  tenantId?: string;
}
/**
 * How mailboxes are reached, per side.
 */
export interface MailboxAccess {
  onPremises?: OnPremisesMailboxes;
  online?: OnlineMailboxes;
}
/**
 * Exchange Web Services: autodiscover or ewsUrl, never both.
 */
export interface OnPremisesMailboxes {
  /**
   * true: locate the server; a URL: ask this Autodiscover service.
   */
  autodiscover?: true | string;
  /**
   * An address that starts with https://.
   */
  ewsUrl?: string;
  /**
   * Text in PEM form (-----BEGIN ...), usually ${file:path}.
   */
  certificateAuthority?: string;
  /**
   * How the account's password is proved; basic where nothing is said.
   */
  authentication?: "ntlm" | "basic";
  oauth?: OnPremisesTokens;
  account: Account;
}
/**
 * Instead of the account's password: tokens of an application.
 */
export interface OnPremisesTokens {
  /**
   * A GUID.
   */
  tenantId: string;
  application: Application;
  /**
   * An address that starts with https://.
   */
  loginUrl: string;
  /**
   * What tokens are asked for; the server's own URL where nothing is said.
   */
  resource?: string;
}
/**
 * The service account.
 */
export interface Account {
  /**
   * A user principal name.
   */
  upn: string;
  /**
   * A secret, always by reference: ${env:NAME}, ${file:path} or ${config:key} (Pulumi secret configuration).
   */
  password: string;
}
/**
 * Microsoft Graph.
 */
export interface OnlineMailboxes {
  /**
   * A GUID.
   */
  tenantId: string;
  application: Application;
  /**
   * An address that starts with https://.
   */
  graphUrl: string;
  /**
   * An address that starts with https://.
   */
  loginUrl: string;
  /**
   * Text in PEM form (-----BEGIN ...), usually ${file:path}.
   */
  certificateAuthority?: string;
}
