import type { Organization } from "../organization.ts";

/** The rest of the world's one server, by its name. */
export const worldsExchanger = "mx.example";

/**
 * Where a domain takes its mail, as `host:port`: what the name table says, else the rest of the world's server; undefined where DNS knows
 * no such domain, which is so of all below `invalid` (RFC 6761).
 */
export function exchangerOf({ hosts }: Pick<Organization, "hosts">, domain: string): string | undefined {
  const known = hosts.get(domain.toLowerCase());
  return known ?? (/(^|\.)invalid$/i.test(domain) ? undefined : hosts.get(worldsExchanger));
}
