import type { PeerCertificate } from "node:tls";

/** The DNS names of a certificate, lower case: its subject alternative names and its common name. */
export function namesOf(certificate: PeerCertificate): string[] {
  const alternatives = (certificate.subjectaltname ?? "").split(/,\s*/);
  const names = alternatives.filter((each) => each.startsWith("DNS:")).map((each) => each.slice(4));
  const common = certificate.subject?.CN;
  return [...new Set([...names, ...(typeof common === "string" ? [common] : [])])].map((each) =>
    each.toLowerCase(),
  );
}

/**
 * Whether a certificate with these names is what a connector asks for (TlsDomain, TlsSenderCertificateName). The name on the
 * certificate counts, not the host connected to; a wildcard on either side stands for one label, and equals itself.
 */
export function certificateMatches(names: readonly string[], wanted: string): boolean {
  const pattern = subjectOf(wanted).toLowerCase();
  return names.some((name) => name === pattern || covers(pattern, name) || covers(name, pattern));
}

function covers(pattern: string, name: string): boolean {
  if (!pattern.startsWith("*.") || name.startsWith("*.")) return false;
  const dot = name.indexOf(".");
  return dot > 0 && name.slice(dot) === pattern.slice(1);
}

/** On-premises a certificate is also named `<I>CN=issuer<S>CN=mail.contoso.com`. */
function subjectOf(name: string): string {
  return /<S>(?:.*,\s*)?CN=([^,]+)/i.exec(name)?.[1] ?? name;
}
