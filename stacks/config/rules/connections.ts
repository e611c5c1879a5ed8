import { hasOnline, hasOnPremises, type Rule } from "../draft.ts";
import type { Path } from "../problem.ts";

/** Each side that takes part is connected to, and no other. */
export const sidesOfTheEnvironment: Rule = ({ config }) => {
  const { environment, connections } = config;
  if (environment === undefined || connections === undefined) return [];
  const sides = [
    ["onPremises", hasOnPremises(config), "your own servers are"],
    ["online", hasOnline(config), "Exchange Online is"],
  ] as const;
  return sides.flatMap(([side, takesPart, what]) => {
    const path = ["connections", side];
    if (takesPart && !(side in connections))
      return [{ path, key: true, message: `is missing: ${what} part of the environment ${environment}` }];
    if (!takesPart && side in connections)
      return [{ path, key: true, message: `must go: ${what} no part of the environment ${environment}` }];
    return [];
  });
};

/** Manual: "If you previously chose a hybrid environment, the Autodiscover mechanism will locate the server automatically. The manual configuration is not available." */
export const hybridIsAutodiscoverOnly: Rule = ({ config }) => {
  const { environment, connections } = config;
  const side = connections?.onPremises;
  if (environment !== "hybrid" || side === undefined) return [];
  const path = ["connections", "onPremises"];
  const manual = (["server", "ewsUrl"] as const).filter((key) => key in side);
  if (manual.length > 0)
    return manual.map((key) => ({
      path: [...path, key],
      key: true,
      message: "must go: a hybrid organization is located by autodiscover only (true, or the URL to ask)",
    }));
  if ("autodiscover" in side) return [];
  return [{ path: [...path, "autodiscover"], key: true, message: "is missing: true, or the URL to ask" }];
};

/** On-premises the server is located by Autodiscover or named, not both. */
export const oneWayToTheServer: Rule = ({ config }) => {
  const { environment, connections } = config;
  const side = connections?.onPremises;
  if (environment !== "onPremises" || side === undefined) return [];
  const path = ["connections", "onPremises"];
  const named = (["server", "ewsUrl"] as const).find((key) => key in side);
  if ("autodiscover" in side && named !== undefined)
    return [
      {
        path: [...path, named],
        key: true,
        message: "must go, or else autodiscover: they exclude each other",
      },
    ];
  if ("autodiscover" in side || named !== undefined) return [];
  return [
    {
      path,
      key: true,
      message: "must say how the server is found: autodiscover: true, or server: its DNS name or IP address",
    },
  ];
};

/** Tokens for servers of one's own come from the tenant of a hybrid organization (hybrid modern authentication), for the application. */
export const tokensComeFromTheTenant: Rule = ({ config }) => {
  const { environment, connections, serviceAccount } = config;
  const { ewsAuthentication, ewsResource } = connections?.onPremises ?? {};
  const path = ["connections", "onPremises"];
  if (ewsAuthentication !== "oauth") {
    if (ewsResource === undefined || ewsAuthentication === undefined) return [];
    const message = "must go: it is what tokens are asked for, with ewsAuthentication: oauth";
    return [{ path: [...path, "ewsResource"], key: true, message }];
  }
  if (environment === "onPremises") {
    const message = "must be ntlm or basic: tokens come from a tenant, which only a hybrid organization has";
    return [{ path: [...path, "ewsAuthentication"], message }];
  }
  if (serviceAccount === undefined || "application" in serviceAccount) return [];
  const message = "is missing: with ewsAuthentication: oauth tokens are asked for in its name";
  return [{ path: ["serviceAccount", "application"], key: true, message }];
};

/** Where applications sign in to use Graph in one of Microsoft's national clouds. https://learn.microsoft.com/graph/deployments */
const logins: Readonly<Record<string, string>> = {
  "graph.microsoft.com": "login.microsoftonline.com",
  "graph.microsoft.us": "login.microsoftonline.us",
  "dod-graph.microsoft.us": "login.microsoftonline.us",
  "microsoftgraph.chinacloudapi.cn": "login.partner.microsoftonline.cn",
};

/** A national cloud takes no tokens of another one. */
export const graphAndLoginOfOneCloud: Rule = ({ config }) => {
  const { graphUrl, loginUrl } = config.connections?.online ?? {};
  const [graph, login] = [graphUrl, loginUrl].map((url = "") =>
    URL.canParse(url) ? new URL(url).host : undefined,
  );
  const wanted = logins[graph ?? ""];
  if (wanted === undefined || login === wanted || !Object.values(logins).includes(login ?? "")) return [];
  const path = ["connections", "online", "loginUrl"];
  return [{ path, message: `must be https://${wanted}: ${graph} takes no tokens of ${login}` }];
};

/** A tenant is known by its initial domain and its id. */
export const tenantIsKnown: Rule = ({ config }) => {
  const { organization } = config;
  if (!hasOnline(config) || organization === undefined) return [];
  return (["tenant", "tenantId"] as const)
    .filter((key) => !(key in organization))
    .map((key) => {
      const example =
        key === "tenant"
          ? "its initial domain such as contoso.onmicrosoft.com"
          : "its GUID (Entra admin center, Overview)";
      return {
        path: ["organization", key],
        key: true,
        message: `is missing: Exchange Online takes part, so the tenant has to be known by ${example}`,
      };
    });
};

/** An application signs in with a secret or a certificate, a machine or a workload as what it is. */
export const oneCredentialPerApplication: Rule = ({ config }) => {
  const { connections, serviceAccount } = config;
  const applications = [
    {
      path: ["connections", "online", "admin"],
      application: connections?.online?.admin,
      ways: ["clientSecret", "certificate", "managedIdentity", "federatedTokenFile", "signIn"],
      names: "a clientSecret, a certificate, federatedTokenFile, managedIdentity: true or signIn",
    },
    {
      path: ["serviceAccount", "application"],
      application: serviceAccount?.application,
      ways: ["clientSecret", "certificate", "managedIdentity", "federatedTokenFile"],
      names: "a clientSecret, a certificate, managedIdentity or federatedTokenFile",
    },
  ];
  return applications.flatMap(({ path, application, ways, names }) => {
    if (application === undefined) return [];
    const given = ways.filter((key) => key in application);
    if (given.length === 1) return [];
    return [
      { path, key: true, message: `must have ${names}${given.length === 0 ? "" : ", not more than one"}` },
    ];
  });
};

/** A secret or a certificate is an application's, which has to be named; a machine knows its identity. */
export const applicationIsNamed: Rule = ({ config }) => {
  const admin = config.connections?.online?.admin;
  if (admin === undefined || ["clientId", "managedIdentity", "signIn"].some((key) => key in admin)) return [];
  const path = ["connections", "online", "admin", "clientId"];
  return [{ path, key: true, message: "is missing: the id of the application that signs in" }];
};

/** A password that travels as it is goes over an encrypted way only; the protection of Kerberos and Negotiate is their own. */
export const passwordsTravelEncrypted: Rule = ({ config }) => {
  const admin = config.connections?.onPremises?.admin;
  const plain = admin?.via === "rest" || admin?.authentication === "Basic";
  if (!plain || admin?.url?.startsWith("http://") !== true) return [];
  return [
    {
      path: ["connections", "onPremises", "admin", "url"],
      message: "must start with https://: the password travels with every request",
    },
  ];
};

/** Giving up before trying would leave every sent item as it is. */
export const deadlineFollowsSettling: Rule = ({ config }) => {
  const { settleDelaySeconds: settle, deadlineSeconds: deadline } = config.daemon ?? {};
  if (settle === undefined || deadline === undefined || deadline > settle) return [];
  return [
    { path: ["daemon", "deadlineSeconds"], message: `must be more than settleDelaySeconds (${settle})` },
  ];
};

/** Pulumi's configuration is there while the program runs, and nowhere else. */
export const daemonReadsNoStackConfiguration: Rule = ({ config }) => {
  const { connections, serviceAccount, intake, daemon } = config;
  const { certificateAuthority, onPremises } = connections ?? {};
  const { autodiscover, server, ewsUrl, ewsResource } = onPremises ?? {};
  return configReferences(
    {
      connections: { certificateAuthority, onPremises: { autodiscover, server, ewsUrl, ewsResource } },
      organization: config.organization,
      serviceAccount,
      senders: config.senders,
      intake,
      daemon,
    },
    [],
  ).map((path) => ({
    path,
    message: "must be ${env:NAME} or ${file:path}: the daemon does not see Pulumi's configuration",
  }));
};

function configReferences(value: unknown, path: Path): Path[] {
  if (typeof value === "string") return value.includes("${config:") ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    configReferences(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
