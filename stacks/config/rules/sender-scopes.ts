import { domainOf, ownDomains, type Rule, sameName } from "../draft.ts";

/** Exchange gives addresses of the organization's own domains only. */
export const managedGroupsAreOwn: Rule = ({ config }) => {
  const own = ownDomains(config);
  if (own.some((domain) => domain.includes("${"))) return [];
  return Object.entries(config.senderScopes ?? {}).flatMap(([scope, value]) => {
    const domain = domainOf(value?.managedGroup?.address);
    if (domain === undefined || own.includes(domain)) return [];
    return [
      {
        path: ["senderScopes", scope, "managedGroup", "address"],
        message: `must be in a domain of the organization: ${domain} is neither its domain nor one of acceptedDomains`,
      },
    ];
  });
};

/** Nobody sends from a domain that is not the organization's. */
export const scopeDomainsAreOwn: Rule = ({ config }) => {
  const own = ownDomains(config);
  if (own.some((domain) => domain.includes("${"))) return [];
  return Object.entries(config.senderScopes ?? {}).flatMap(([scope, value]) =>
    (value?.domains ?? []).flatMap((domain, index) =>
      domain === undefined || domain.includes("${") || own.includes(domain.toLowerCase())
        ? []
        : [
            {
              path: ["senderScopes", scope, "domains", index],
              message: `must be a domain of the organization: ${domain} is neither its domain nor one of acceptedDomains`,
            },
          ],
    ),
  );
};

/** A group is kept by one scope; its name and its address are nobody else's. */
export const managedGroupsAreDistinct: Rule = ({ config }) => {
  const groups = Object.entries(config.senderScopes ?? {}).flatMap(([scope, value]) => {
    const { address, name = address?.split("@")[0] } = value?.managedGroup ?? {};
    return [{ scope, address, name }];
  });
  return groups.flatMap(({ scope, address, name }, index) =>
    groups
      .slice(0, index)
      .filter((other) => sameName(other.address, address) || sameName(other.name, name))
      .map((other) => ({
        path: ["senderScopes", scope, "managedGroup", sameName(other.address, address) ? "address" : "name"],
        key: true as const,
        message: `must be its own; the group of ${other.scope} has it`,
      })),
  );
};
