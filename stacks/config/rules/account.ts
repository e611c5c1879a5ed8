import { createdUpn } from "../derived.ts";
import { domainOf, hasOnPremises, type Rule } from "../draft.ts";

const account = (key: string): readonly string[] => ["serviceAccount", key];

/** Manual: "The autoconfiguration option is not available in hybrid environments - in such environments, admins need to provide the account credentials manually." */
export const createdOnlyOnPremises: Rule = ({ config }) => {
  const { environment, serviceAccount } = config;
  if (serviceAccount?.create !== true || environment === undefined || environment === "onPremises") return [];
  const instead =
    environment === "hybrid"
      ? "upn and password of an account that exists"
      : "an application registered in Entra";
  return [
    {
      path: account("create"),
      message: `must be false: an account is created only on-premises; give ${instead}`,
    },
  ];
};

/** On-premises mailboxes are reached by a user account. */
export const userAccountForOwnServers: Rule = ({ config }) => {
  const { serviceAccount } = config;
  if (!hasOnPremises(config) || serviceAccount === undefined || serviceAccount.create !== false) return [];
  const absent = (["upn", "password"] as const).filter((key) => !(key in serviceAccount));
  const create = config.environment === "onPremises" ? ", or create: true" : "";
  return absent.map((key) => ({
    path: account(key),
    key: true,
    message: `is missing: on-premises mailboxes are reached by an account with upn and password${create}`,
  }));
};

/** Only an application can be let into Exchange Online mailboxes: ApplicationImpersonation is gone there, and EWS with it. */
export const applicationForExchangeOnline: Rule = ({ config }) => {
  const { environment, serviceAccount } = config;
  if (serviceAccount === undefined || environment === undefined) return [];
  if (environment === "onPremises" && "application" in serviceAccount)
    return [
      {
        path: account("application"),
        key: true,
        message: "must go: applications exist only in Exchange Online",
      },
    ];
  if (environment !== "online") return [];
  const user = (["upn", "password"] as const).filter((key) => key in serviceAccount);
  return [
    ...user.map((key) => ({
      path: account(key),
      key: true as const,
      message: "must go: Exchange Online mailboxes are reached by an application, not by a user account",
    })),
    ...("application" in serviceAccount
      ? []
      : [
          {
            path: account("application"),
            key: true as const,
            message: "is missing: Exchange Online mailboxes are reached by an application",
          },
        ]),
  ];
};

/** Manual: accounts "must not use a federated domain address when configuring the service". */
export const noFederatedUpn: Rule = ({ config }) => {
  const { organization, serviceAccount } = config;
  const created = serviceAccount?.create === true && !("upn" in serviceAccount);
  const domain = domainOf(created ? createdUpn(organization) : serviceAccount?.upn);
  if (domain === undefined) return [];
  const federated = organization?.federatedDomains ?? [];
  if (!federated.some((candidate) => candidate?.toLowerCase() === domain)) return [];
  return [
    {
      path: account("upn"),
      message: `must not belong to ${domain}, a federated domain: use an account of another domain`,
    },
  ];
};

/** Manual: the service works "for mailboxes on on-premises servers (when a local, non-federated domain is used)" or for Exchange Online (*.onmicrosoft.com). */
export const localUpnForOwnServers: Rule = ({ config }) => {
  const domain = domainOf(config.serviceAccount?.upn);
  if (!hasOnPremises(config) || domain === undefined || !/\.onmicrosoft\.\w+$/.test(domain)) return [];
  return [
    {
      path: account("upn"),
      message: `must belong to a local domain: an account of ${domain} reaches no mailbox on your own servers`,
    },
  ];
};

/** A created account has no right that somebody could have granted by hand. */
export const createdAccountIsGranted: Rule = ({ config }) => {
  const { serviceAccount, impersonation } = config;
  if (serviceAccount?.create !== true || impersonation?.manage !== "verify") return [];
  return [
    {
      path: ["impersonation", "manage"],
      message: "must be full: an account that is created has no rights yet to verify",
    },
  ];
};

/** Exchange Online is told of an application by both of its ids; the second is in Entra only. */
export const applicationIsKnownByBothIds: Rule = ({ config }) => {
  const { serviceAccount, impersonation } = config;
  const { application } = serviceAccount ?? {};
  if (application === undefined || "objectId" in application || impersonation?.manage !== "full") return [];
  return [
    {
      path: [...account("application"), "objectId"],
      key: true,
      message:
        "is missing: access is granted to the application's service principal (Entra admin center, Enterprise applications, Object ID)",
    },
  ];
};
