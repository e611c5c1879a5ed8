import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";

const serverAuth = "1.3.6.1.5.5.7.3.1";
const anyUsage = "2.5.29.37.0";
const longest = 5;

/**
 * Whether a chain (leaf first) leads to one of the trusted authorities as a server's chain would. Public authorities
 * issue certificates without the purpose of a client by now, which Node's TLS refuses to check any further as
 * INVALID_PURPOSE; so this checks what it would have: signatures, dates, authorities, lengths and purposes.
 * Authorities limited to certain names are not accepted at all, as those limits are not checked here.
 */
export function leadsToTrusted(chain: X509Certificate[], trusted: readonly string[], now: number): boolean {
  const [leaf] = chain;
  if (leaf === undefined || chain.length > longest || !serves(leaf)) return false;
  let anchors: X509Certificate[] | undefined;
  for (const [depth, certificate] of chain.entries()) {
    if (!isCurrent(certificate, now)) return false;
    if (depth > 0 && !mayIssue(certificate, depth - 1)) return false;
    anchors ??= trusted.map((pem) => new X509Certificate(pem));
    if (anchors.some((root) => issued(certificate, root) && isCurrent(root, now) && mayIssue(root, depth)))
      return true;
    const next = chain[depth + 1];
    if (next === undefined || !issued(certificate, next)) return false;
  }
  return false;
}

/** What the client showed, leaf first; a root, which is its own issuer, ends it. */
export function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = leaf;
  while (next?.raw !== undefined) {
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return chain;
}

function issued(certificate: X509Certificate, by: X509Certificate): boolean {
  return certificate.checkIssued(by) && certificate.verify(by.publicKey);
}

function isCurrent({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
}

/** Allowed for a server, as an authority's own usages must be for what it issues. */
function serves({ keyUsage }: X509Certificate): boolean {
  const usages = keyUsage as string[] | undefined;
  return usages === undefined || usages.includes(serverAuth) || usages.includes(anyUsage);
}

/** Whether an authority may stand above a number of other authorities (RFC 5280, 4.2.1.9 and 4.2.1.10). */
function mayIssue(authority: X509Certificate, below: number): boolean {
  const der = authority.raw.toString("hex");
  const nameConstraints = /0603551d1e(?:0101ff)?04/;
  const pathLength = /0603551d13(?:0101ff)?04..30..0101ff0201(..)/.exec(der)?.[1];
  const most = pathLength === undefined ? Infinity : Number.parseInt(pathLength, 16);
  return authority.ca && serves(authority) && below <= most && !nameConstraints.test(der);
}
