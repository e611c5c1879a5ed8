import type { Recipient, Row } from "../store.ts";
import { domainOf, domainRank } from "./addresses.ts";
import type { Directory } from "./directory.ts";
import { flag, list, named, text } from "./rows.ts";

/** TlsSettings of an outbound connector, and the two states below it. */
export type TlsSettings =
  | "None"
  | "Opportunistic"
  | "EncryptionOnly"
  | "CertificateValidation"
  | "DomainValidation";

/** One way out of a side. */
export interface Hop {
  /** Connector's name; empty when mail goes by MX without one. */
  connector: string;
  /** Smart hosts in order; empty means the recipient domain's MX. */
  smartHosts: string[];
  tls: TlsSettings;
  /** What the certificate of the other end must be, with DomainValidation. */
  tlsDomain?: string;
  /** Organization headers travel along, as CrossPremises headers. */
  cloudServices: boolean;
}

/** Where mail for a recipient goes. */
export type Route =
  | { to: "mailbox"; recipient: Recipient }
  | { to: "hop"; hop: Hop; address: string }
  | { to: "nowhere"; answer: string };

/** One side's ways out, in the order in which its administrator made them. */
export interface Ways {
  directory: Directory;
  hasMailbox: (guid: string) => boolean;
  /** OutboundConnector rows (online) that work now. */
  outbound: Row[];
  /** SendConnector rows (on-premises). */
  send: Row[];
}

/** The way by MX, encrypted when the other end offers it. */
const byMx: Hop = { connector: "", smartHosts: [], tls: "Opportunistic", cloudServices: false };

/**
 * Where mail for one recipient goes: through the connector a rule chose, into a mailbox here, to a mail user's other address, out
 * through the connector that fits the domain best, by MX, or nowhere.
 */
export function route(ways: Ways, address: string, chosen?: string): Route {
  if (chosen !== undefined) {
    const connector = ways.outbound.find((row) => flag(row, "Enabled") && named(row, chosen));
    if (!connector) return { to: "nowhere", answer: `450 4.4.4 Outbound connector '${chosen}' is not there` };
    return { to: "hop", hop: outboundHop(connector), address };
  }
  const recipient = ways.directory.find(address);
  if (recipient && ways.hasMailbox(recipient.guid)) return { to: "mailbox", recipient };
  const external = text(recipient?.other ?? {}, "ExternalEmailAddress")?.replace(/^smtp:/i, "");
  const accepted = ways.directory.accepted(domainOf(address));
  if (!recipient && accepted === "Authoritative") {
    return {
      to: "nowhere",
      answer: `550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${address} not found by SMTP address lookup`,
    };
  }
  return { to: "hop", hop: wayOut(ways, external ?? address), address: external ?? address };
}

function wayOut(ways: Ways, address: string): Hop {
  const domain = domainOf(address);
  const outbound = ways.outbound.filter((row) => flag(row, "Enabled") && !flag(row, "IsTransportRuleScoped"));
  const best =
    closest(domain, outbound, "RecipientDomains") ??
    outbound.find((row) => flag(row, "AllAcceptedDomains") && ways.directory.accepted(domain) !== undefined);
  if (best) return outboundHop(best);
  const send = closest(
    domain,
    ways.send.filter((row) => flag(row, "Enabled")),
    "AddressSpaces",
  );
  return send ? sendHop(send) : byMx;
}

/** The row whose patterns fit a domain best; among equals the lowest cost, then the first. */
function closest(domain: string, candidates: Row[], property: string): Row | undefined {
  const fits = candidates.flatMap((row) =>
    list(row, property).map((pattern) => ({
      row,
      rank: domainRank(domain, pattern),
      cost: Number(/;(\d+)$/.exec(pattern)?.[1] ?? 0),
    })),
  );
  const ordered = fits
    .filter(({ rank }) => rank >= 0)
    .toSorted((one, other) => other.rank - one.rank || one.cost - other.cost);
  return ordered[0]?.row;
}

function outboundHop(row: Row): Hop {
  const tlsDomain = text(row, "TlsDomain");
  return {
    connector: text(row, "Name") ?? "",
    smartHosts: flag(row, "UseMXRecord") ? [] : list(row, "SmartHosts"),
    tls: (text(row, "TlsSettings") ?? "Opportunistic") as TlsSettings,
    ...(tlsDomain === undefined ? {} : { tlsDomain }),
    cloudServices: flag(row, "CloudServicesMailEnabled"),
  };
}

function sendHop(row: Row): Hop {
  const tlsDomain = text(row, "TlsDomain");
  const level = text(row, "TlsAuthLevel") as TlsSettings | undefined;
  return {
    connector: text(row, "Name") ?? "",
    smartHosts: list(row, "SmartHosts"),
    tls: level ?? (flag(row, "RequireTLS") ? "EncryptionOnly" : "Opportunistic"),
    ...(tlsDomain === undefined ? {} : { tlsDomain }),
    cloudServices: flag(row, "CloudServicesMailEnabled"),
  };
}
