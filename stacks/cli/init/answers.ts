/** One answer: a text or choice, several addresses or domains, yes or no. */
export type Answer = string | string[] | boolean;

type Texts =
  | "environment"
  | "domain"
  | "tenant"
  | "tenantId"
  | "subOrganization"
  | "connection"
  | "autodiscoverUrl"
  | "server"
  | "ewsUrl"
  | "certificateAuthority"
  | "adminVia"
  | "adminUrl"
  | "adminAuthentication"
  | "adminUser"
  | "adminPassword"
  | "onlineVia"
  | "onlineUrl"
  | "onlineTokenUrl"
  | "graphUrl"
  | "loginUrl"
  | "onlineCredential"
  | "onlineClientId"
  | "onlineSecret"
  | "onlineKey"
  | "onlineCertificate"
  | "account"
  | "upn"
  | "accountPassword"
  | "applicationCredential"
  | "applicationId"
  | "applicationObjectId"
  | "applicationSecret"
  | "applicationKey"
  | "applicationCertificate"
  | "applicationTokenFile"
  | "impersonation"
  | "impersonationScope"
  | "include"
  | "service"
  | "subdomain"
  | "region"
  | "relayHost"
  | "relayServerCertificate"
  | "relayClientCertificate"
  | "processedHeader"
  | "processingIdHeader"
  | "connectors"
  | "validationRecipient"
  | "scope"
  | "scopeGroup"
  | "scopeAddress"
  | "intake"
  | "intakeAddress"
  | "intakeRead"
  | "webhookUrl"
  | "webhookKey"
  | "webhookCertificate"
  | "intakeHost"
  | "journalNdr"
  | "relayUser"
  | "relayPassword"
  | "intakeCertificateName"
  | "listenPort"
  | "listenKey"
  | "listenCertificate"
  | "whenEdited"
  | "keep"
  | "daemonUrl"
  | "daemonToken";

type Lists =
  | "acceptedDomains"
  | "federatedDomains"
  | "users"
  | "groups"
  | "relayAddresses"
  | "scopeDomains"
  | "scopePeople"
  | "scopeMembers"
  | "intakeAllow";

type Switches = "application" | "internalMail" | "keepOriginal" | "splitting" | "saveAll";

/** What the wizard asks for; the flag of a name is its kebab case: `adminUrl` is `--admin-url`. */
export type AnswerName = Texts | Lists | Switches;

/** What has been answered so far; a question that does not arise has no answer. */
export type Answers = { [Name in Texts]?: string } & { [Name in Lists]?: string[] } & {
  [Name in Switches]?: boolean;
};

/** The flag that answers a question. */
export function flagOf(name: AnswerName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `env:NAME` as `${env:NAME}`, which a shell would take for its own; anything else as it is. */
export function reference(text: string): string {
  return /^(env|file|config):./.test(text) ? `\${${text}}` : text;
}
