import addressparser from "nodemailer/lib/addressparser";

/** The addresses of a header value (`"Weber, Anna" <anna@contoso.com>, Team: a@b.c;`), lower case, groups flattened. */
export function addressesIn(value: string | undefined): string[] {
  if (value === undefined) return [];
  return addressparser(value, { flatten: true })
    .map(({ address }) => (address ?? "").toLowerCase())
    .filter((address) => address !== "");
}

/** `anna@Contoso.com` -> `contoso.com`; empty for the null sender. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** Whether a domain is meant by a pattern as connectors write it: `contoso.com`, `*.contoso.com`, `*`, `smtp:*;1`. */
export function matchesDomain(domain: string, pattern: string): boolean {
  return domainRank(domain, pattern) >= 0;
}

/** How closely a pattern fits a domain: -1 not at all, 0 for `*`, longer names higher, an exact one highest. */
export function domainRank(domain: string, pattern: string): number {
  const wanted = bareDomain(pattern);
  if (wanted === "*") return 0;
  if (wanted === domain.toLowerCase()) return Number.MAX_SAFE_INTEGER;
  return wanted.startsWith("*.") && domain.toLowerCase().endsWith(wanted.slice(1)) ? wanted.length : -1;
}

/** `smtp:*.contoso.com;1` -> `*.contoso.com` */
export function bareDomain(pattern: string): string {
  return pattern
    .replace(/^[a-z]+:/i, "")
    .replace(/;\d+$/, "")
    .toLowerCase();
}
