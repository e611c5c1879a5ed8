import { reference, type Answers } from "./answers.ts";

/** A section of the configuration, in the order in which it is written. */
export type Section = Record<string, unknown>;

/** Name of the one sender scope that the wizard makes. */
const scope = "signatures";

/** The answers, as far as there are any, as the configuration that they describe. Pure. */
export function configOf(answers: Answers): Section {
  const a = answers;
  const signs = a.scope !== undefined && a.scope !== "none";
  return pruned({
    environment: a.environment,
    organization: {
      domain: a.domain,
      acceptedDomains: a.acceptedDomains,
      federatedDomains: a.federatedDomains,
      tenant: a.tenant,
      tenantId: a.tenantId,
    },
    status: "off",
    connections: {
      certificateAuthority: secret(a.certificateAuthority),
      onPremises: onPremises(a),
      online: online(a),
    },
    serviceAccount: { ...userAccount(a), application: application(a) },
    impersonation: { manage: a.impersonation, scope: a.impersonationScope },
    senders: { include: a.include, users: a.users, groups: a.groups },
    keepOriginal: a.keepOriginal,
    whenEdited: a.whenEdited,
    splitMessages: { enabled: a.splitting, saveAll: a.saveAll, keep: a.keep },
    signatureService: a.service === "none" ? undefined : service(a),
    connectors: connectors(a),
    senderScopes: signs ? { [scope]: senderScope(a) } : undefined,
    transportRules: signs
      ? [pruned({ preset: "signatures", name: named(a, "signatures"), scope, internalMail: a.internalMail })]
      : undefined,
    intake: a.intake === "none" ? undefined : intake(a),
    daemon: { url: a.daemonUrl, token: secret(a.daemonToken) },
  });
}

function onPremises(a: Answers): Section {
  const located = a.environment === "hybrid" || a.connection === "autodiscover";
  return {
    autodiscover: located ? a.autodiscoverUrl || true : undefined,
    server: a.server,
    ewsUrl: a.ewsUrl,
    admin: {
      via: a.adminVia,
      url: a.adminUrl,
      authentication: a.adminAuthentication,
      username: a.adminUser,
      password: secret(a.adminPassword),
    },
  };
}

function online(a: Answers): Section {
  return {
    graphUrl: a.graphUrl,
    loginUrl: a.loginUrl,
    admin: {
      via: a.onlineVia,
      url: a.onlineUrl,
      tokenUrl: a.onlineTokenUrl,
      clientId: a.onlineClientId,
      clientSecret: secret(a.onlineSecret),
      certificate: { key: secret(a.onlineKey), certificate: secret(a.onlineCertificate) },
      managedIdentity: a.onlineCredential === "managedIdentity" ? true : undefined,
      signIn: /^(browser|deviceCode)$/.exec(a.onlineCredential ?? "")?.[0],
    },
  };
}

function userAccount(a: Answers): Section {
  return {
    create: a.account === "create" ? true : undefined,
    upn: a.upn,
    password: secret(a.accountPassword),
  };
}

function application(a: Answers): Section {
  const credential = a.applicationCredential;
  return {
    clientId: a.applicationId,
    objectId: a.applicationObjectId,
    clientSecret: secret(a.applicationSecret),
    certificate: { key: secret(a.applicationKey), certificate: secret(a.applicationCertificate) },
    managedIdentity: credential?.endsWith("Assigned") ? credential : undefined,
    federatedTokenFile: a.applicationTokenFile,
  };
}

function service(a: Answers): Section {
  return {
    preset: a.service,
    subdomain: a.subdomain,
    region: a.region,
    smartHost: a.relayHost,
    serverCertificateName: a.relayServerCertificate,
    clientCertificateName: a.relayClientCertificate,
    processedHeader: a.processedHeader,
    processingIdHeader: a.processingIdHeader,
  };
}

function connectors(a: Answers): Section {
  // Those that somebody else manages have names already.
  const name = (what: string): string | undefined => (a.connectors === "full" ? named(a, what) : undefined);
  if (a.environment !== "onPremises")
    return {
      manage: a.connectors,
      inbound: { name: name("inbound connector") },
      outbound: { name: name("outbound connector"), validationRecipient: a.validationRecipient },
    };
  if (a.connectors === undefined || a.connectors === "none") return { manage: a.connectors };
  return {
    manage: a.connectors,
    send: { name: name("send connector"), addressSpaces: ["*"] },
    receive: { name: name("receive connector"), remoteAddresses: a.relayAddresses },
  };
}

/** What is called after a sub-organization, so that no other stack has it; otherwise the name is the usual one. */
function named({ subOrganization }: Answers, what: string): string | undefined {
  return subOrganization ? `${subOrganization} ${what}` : undefined;
}

function senderScope(a: Answers): Section {
  return {
    everyone: a.scope === "everyone" ? true : undefined,
    domains: a.scopeDomains,
    people: a.scopePeople,
    group: a.scopeGroup,
    managedGroup: { address: a.scopeAddress, members: a.scopeMembers },
  };
}

function intake(a: Answers): Section {
  return {
    via: a.intake,
    name: a.intake && a.intake !== "relay" ? named(a, "intake") : undefined,
    address: a.intakeAddress,
    read: a.intakeRead,
    webhook: {
      publicUrl: a.webhookUrl,
      // A section has to be there even where everything in it is usual.
      listen: a.webhookUrl
        ? { port: 8421, key: secret(a.webhookKey), certificate: secret(a.webhookCertificate) }
        : undefined,
    },
    smartHost: a.intakeHost,
    journalingReportNdrTo: a.journalNdr,
    allow: a.intakeAllow,
    clientCertificateName: a.intakeCertificateName,
    account: { user: a.relayUser, password: secret(a.relayPassword) },
    listen: {
      port: a.listenPort === undefined ? undefined : portOf(a.listenPort),
      key: secret(a.listenKey),
      certificate: secret(a.listenCertificate),
    },
  };
}

function secret(text: string | undefined): string | undefined {
  return text === undefined ? undefined : reference(text);
}

/** A number as a number; a reference, or nonsense for the schema to refuse, as it is. */
function portOf(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : reference(text);
}

/** Without what was not answered: undefined, empty texts, empty lists, sections with nothing in them. */
function pruned(section: Section): Section {
  const kept = Object.entries(section).map(([key, value]): [string, unknown] => [
    key,
    typeof value === "object" && value !== null && !Array.isArray(value) ? pruned(value as Section) : value,
  ]);
  return Object.fromEntries(kept.filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === "";
}
