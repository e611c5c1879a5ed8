import type { Config, MailboxAccess, OnPremisesMailboxes, Settings } from "./types.ts";

/** Headers that CodeTwo's products add to stamped mail, on-premises and online. */
const codetwoHeaders = { processedHeader: "X-CodeTwoProcessed", processingIdHeader: "X-CodeTwo-MessageID" };

/** What the daemon needs of a loaded configuration: plain data in which every secret is still a reference. */
export function settingsOf(config: Config): Settings {
  const { organization, signatureService, intake, daemon } = config;
  const headers = signatureService?.preset === "custom" ? signatureService : codetwoHeaders;
  return {
    version: 1,
    status: config.status,
    organization: {
      domain: organization.domain,
      acceptedDomains: organization.acceptedDomains,
      ...(organization.tenantId !== undefined && { tenantId: organization.tenantId }),
    },
    mailboxes: mailboxAccess(config),
    senders: config.senders,
    ...(config.sendAs !== undefined && { sendAs: config.sendAs }),
    keepOriginal: config.keepOriginal,
    recreateLocked: config.recreateLocked,
    whenEdited: config.whenEdited,
    splitMessages: config.splitMessages,
    processedHeader: headers.processedHeader,
    ...(headers.processingIdHeader !== undefined && { processingIdHeader: headers.processingIdHeader }),
    ...(intake !== undefined && { intake }),
    settleDelaySeconds: daemon.settleDelaySeconds,
    deadlineSeconds: daemon.deadlineSeconds,
    keepDays: daemon.keepDays,
  };
}

function mailboxAccess({ connections, organization, serviceAccount }: Config): MailboxAccess {
  const { onPremises, online, certificateAuthority } = connections;
  const trusted = certificateAuthority === undefined ? {} : { certificateAuthority };
  const { upn, password, application } = serviceAccount;
  const { tenantId } = organization;
  const signIn =
    application !== undefined && online !== undefined && tenantId !== undefined
      ? { tenantId, application, loginUrl: online.loginUrl }
      : undefined;
  const access: MailboxAccess = {};
  if (onPremises !== undefined && upn !== undefined && password !== undefined) {
    const { autodiscover, ewsUrl, ewsAuthentication, ewsResource } = onPremises;
    const side: OnPremisesMailboxes = { account: { upn, password }, ...trusted };
    if (autodiscover !== undefined) side.autodiscover = autodiscover;
    if (ewsUrl !== undefined) side.ewsUrl = ewsUrl;
    if (ewsAuthentication !== "oauth") side.authentication = ewsAuthentication;
    else if (signIn !== undefined)
      side.oauth = { ...signIn, ...(ewsResource !== undefined && { resource: ewsResource }) };
    access.onPremises = side;
  }
  if (signIn !== undefined && online !== undefined)
    access.online = { ...signIn, graphUrl: online.graphUrl, ...trusted };
  return access;
}
