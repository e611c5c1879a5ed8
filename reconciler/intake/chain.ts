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
  const broken = chain.findIndex((one, depth) => {
    const below = chain[depth - 1];
    return !isCurrent(one, now) || (below !== undefined && !(mayIssue(one, depth - 1) && issued(below, one)));
  });
  const sound = broken < 0 ? chain : chain.slice(0, broken);
  const anchors = trusted.map((pem) => new X509Certificate(pem)).filter((root) => isCurrent(root, now));
  // A client need not show the authority that is trusted, and may show others above it.
  return sound.some((one, depth) => anchors.some((root) => mayIssue(root, depth) && issued(one, root)));
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

/** Node's view of a certificate lacks its limits, so they are looked for in its DER, byte by byte: name constraints, and the length of a path. */
const nameConstraints = /^(?:..)*?0603551d1e(?:0101ff)?04/;
const pathLimit = /^(?:..)*?0603551d13(?:0101ff)?04..30..0101ff0201(..)/;

/** Whether an authority may stand above a number of other authorities (RFC 5280, 4.2.1.9 and 4.2.1.10). */
function mayIssue(authority: X509Certificate, below: number): boolean {
  const der = authority.raw.toString("hex");
  const pathLength = pathLimit.exec(der)?.[1];
  const most = pathLength === undefined ? Infinity : Number.parseInt(pathLength, 16);
  return authority.ca && serves(authority) && below <= most && !nameConstraints.test(der);
}
