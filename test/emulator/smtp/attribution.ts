import type { Row } from "../store.ts";
import { domainOf, matchesDomain } from "./addresses.ts";
import { certificateMatches } from "./certificate-name.ts";
import { isInternal, type Directory } from "./directory.ts";
import type { Trust } from "./firewall.ts";
import { flag, list, text } from "./rows.ts";

/** What is known of whoever brings a message to the online side. */
export interface Caller {
  secure: boolean;
  /** Names of its client certificate. */
  names: readonly string[];
  address: string;
}

/** What a connection turns out to be. */
export type Attribution =
  /** No connector is meant: a stranger. */
  { as: "stranger" } | { as: "connector"; connector: Row; trust: Trust } | { as: "refused"; answer: string };

/**
 * Which inbound connector a connection counts for. A certificate speaks for the tenant that has its domain as an accepted domain,
 * and for nobody otherwise; so a connector whose name matches is still no use while that domain is missing.
 */
export function attribute(
  connectors: Row[],
  directory: Directory,
  caller: Caller,
  from: string,
): Attribution {
  for (const connector of connectors.filter((row) => flag(row, "Enabled"))) {
    const domains = list(connector, "SenderDomains");
    const meant = domains.length === 0 || domains.some((pattern) => matchesDomain(domainOf(from), pattern));
    if (!meant) continue;
    const partner = text(connector, "ConnectorType") === "Partner";
    const identified = identifies(connector, directory, caller);
    if (partner && identified === undefined && restricted(connector)) {
      return {
        as: "refused",
        answer:
          "550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's recipient domain. The connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set",
      };
    }
    if (!partner && identified === undefined) continue;
    if (flag(connector, "RequireTls") && !caller.secure) {
      return { as: "refused", answer: "451 5.7.3 STARTTLS is required to send mail" };
    }
    return { as: "connector", connector, trust: trustOf(connector, directory, from, identified) };
  }
  return { as: "stranger" };
}

/** The accepted domain (or address) by which a connector recognises the caller; undefined when it does not. */
function identifies(connector: Row, directory: Directory, caller: Caller): string | undefined {
  const certificate = text(connector, "TlsSenderCertificateName");
  const addresses = list(connector, "SenderIPAddresses");
  if (certificate !== undefined) {
    if (!certificateMatches(caller.names, certificate)) return undefined;
    const domains = caller.names.map((name) => acceptedAbove(directory, name.replace(/^\*\./, "")));
    // A partner's certificate is in its own domain, not in ours.
    return (
      domains.find((domain) => domain !== undefined) ??
      (text(connector, "ConnectorType") === "Partner" ? "" : undefined)
    );
  }
  return addresses.includes(caller.address) ? caller.address : undefined;
}

/** `mail.contoso.com` -> `contoso.com`, the closest accepted domain at or above a host name. */
function acceptedAbove(directory: Directory, host: string): string | undefined {
  const labels = host.split(".");
  const candidates = labels.map((_label, index) => labels.slice(index).join("."));
  return candidates.find((domain) => directory.accepted(domain) !== undefined);
}

function restricted(connector: Row): boolean {
  return flag(connector, "RestrictDomainsToCertificate") || flag(connector, "RestrictDomainsToIPAddresses");
}

function trustOf(connector: Row, directory: Directory, from: string, domain: string | undefined): Trust {
  const ours = text(connector, "ConnectorType") === "OnPremises";
  const internal = flag(connector, "TreatMessagesAsInternal") && isInternal(directory, from);
  return {
    cloudServices: ours && flag(connector, "CloudServicesMailEnabled"),
    direction: ours ? "Originating" : "Incoming",
    // Exchange compares the sending organization's name (XOORG) with the certificate: only a server in the sender's own domain vouches for him.
    authenticated: ours && (domain === domainOf(from) || from === ""),
    ...(internal ? { internal } : {}),
  };
}
