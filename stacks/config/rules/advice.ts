import { hasOnline, ownDomains, type Rule, waysIn } from "../draft.ts";

/** Microsoft closed its German cloud in 2021; the manual still has its host names. */
export const germanyIsClosed: Rule = ({ config }) => {
  const { signatureService: service, connections } = config;
  const message = "Office 365 Germany is closed; most tenants have moved to global";
  const urls = (["graphUrl", "loginUrl"] as const).filter((key) =>
    /^https:\/\/(graph\.microsoft|login\.microsoftonline)\.de(\/|$)/.test(connections?.online?.[key] ?? ""),
  );
  return [
    ...(service?.preset === "codetwo" && service.region === "germany"
      ? [["signatureService", "region"]]
      : []),
    ...urls.map((key) => ["connections", "online", key]),
  ].map((path) => ({ path, message }));
};

/** Manual: "This might lead to excessive usage of licenses". */
export const everyoneCostsLicences: Rule = ({ config }) =>
  (config.transportRules ?? []).flatMap((rule, index) => {
    const scope = rule?.preset === "signatures" ? config.senderScopes?.[rule.scope ?? ""] : undefined;
    if (scope?.everyone !== true) return [];
    const path = ["transportRules", index, "scope"];
    return [
      {
        path,
        message: "mail of every user is routed to the signature service, and every user costs a licence",
      },
    ];
  });

/** A rule that is on before its connector works bounces the company's mail, and a new connector can take over an hour. */
export const connectorsAreValidated: Rule = ({ config }) => {
  const { connectors, signatureService, transportRules } = config;
  const signs = transportRules?.some((rule) => rule?.preset === "signatures") ?? false;
  if (!signs || signatureService === undefined || connectors?.manage !== "full") return [];
  if (connectors.outbound?.validationRecipient !== undefined) return [];
  return [
    {
      path: ["connectors"],
      key: true,
      message:
        "without outbound.validationRecipient (an address outside of Microsoft 365) nobody tests the connector: rules are switched on after propagationMinutes, whether it works or not",
    },
  ];
};

/** A scope that no rule names changes nothing. */
export const scopesAreUsed: Rule = ({ config }) => {
  const used = (config.transportRules ?? []).map((rule) =>
    rule?.preset === "signatures" ? rule.scope : undefined,
  );
  return Object.keys(config.senderScopes ?? {})
    .filter((name) => !used.includes(name))
    .map((name) => ({
      path: ["senderScopes", name],
      key: true,
      message: "no rule of transportRules uses this scope",
    }));
};

/** Manual: "Retain internal Exchange email headers (recommended)". */
export const headersAreRetained: Rule = ({ config }) =>
  (["inbound", "outbound", "receive"] as const).flatMap((side) => {
    if (config.connectors?.[side]?.retainInternalHeaders !== false) return [];
    const path = ["connectors", side, "retainInternalHeaders"];
    return [
      { path, message: "without internal headers, stamped mail cannot prove that it came from inside" },
    ];
  });

/** Exchange Online lets the relay's mail in only for a domain that the tenant has verified. */
export const relayDomainIsAccepted: Rule = ({ config }) => {
  const service = config.signatureService;
  if (service?.preset !== "custom" || service.clientCertificateName === undefined || !hasOnline(config))
    return [];
  const name = service.clientCertificateName.toLowerCase();
  if (
    name.includes("${") ||
    ownDomains(config).some((domain) => name === domain || name.endsWith(`.${domain}`))
  )
    return [];
  return [
    {
      path: ["signatureService", "clientCertificateName"],
      message:
        "this domain has to be an accepted domain of the tenant, or mail comes back as 550 5.7.64 TenantAttribution",
    },
  ];
};

/** Microsoft: a mailbox of Exchange Online receives 3,600 messages an hour at most. */
export const mailboxTakesSoMuch: Rule = ({ config }) =>
  waysIn(config)
    .filter(({ intake }) => intake.via === "mailbox" && intake.read === "graph")
    .map(({ path }) => ({
      path: [...path, "via"],
      message:
        "an Exchange Online mailbox takes 3,600 messages an hour; with more stamped mail, copies get lost",
    }));

/** With saveAll there is no choice left. */
export const keepHasNoEffect: Rule = ({ config, written }) => {
  if (config.splitMessages?.saveAll !== true || written.splitMessages?.keep === undefined) return [];
  return [{ path: ["splitMessages", "keep"], message: "has no effect with saveAll: every version is kept" }];
};

/** The daemon's token opens its settings. */
export const tokenTravelsEncrypted: Rule = ({ config }) => {
  const url = config.daemon?.url;
  if (url === undefined || !/^http:\/\/(?!localhost|127\.|\[::1\])/.test(url)) return [];
  return [
    { path: ["daemon", "url"], message: "the token travels unencrypted over http:// to another machine" },
  ];
};
