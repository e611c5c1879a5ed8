import { rows, type Row, type Side } from "../store.ts";
import { certificateMatches } from "./certificate-name.ts";
import type { Trust } from "./firewall.ts";
import { boundsOf, closest } from "./ip-ranges.ts";
import type { Peer } from "./listener.ts";
import { bytes } from "./matchers.ts";
import { Refusal } from "./refusal.ts";
import { flag, list, text } from "./rows.ts";

/**
 * The ReceiveConnector that takes a connection to a port of an own server: of those bound to it, the one whose RemoteIPRanges hold the
 * caller most closely.
 * @throws Refusal when none of them is meant for the caller
 */
export function connectorFor(side: Side, port: 25 | 587, address: string): Row {
  const bound = rows(side, "ReceiveConnector").filter(
    (row) => flag(row, "Enabled") && list(row, "Bindings").some((each) => each.endsWith(`:${port}`)),
  );
  const fits = bound
    .map((row) => ({ row, size: closest(list(row, "RemoteIPRanges").map(boundsOf), address) }))
    .filter(({ size }) => size !== undefined)
    .toSorted((one, other) => Number((one.size ?? 0n) - (other.size ?? 0n)));
  const [first] = fits;
  if (!first) throw new Refusal("421 4.3.2 Service not available");
  return first.row;
}

/** What a connector makes of a server that brings mail; undefined for a stranger. @throws Refusal for one that it does not take */
export function judgeByConnector(connector: Row, peer: Peer): Trust | undefined {
  if (flag(connector, "RequireTLS") && !peer.secure)
    throw new Refusal("451 5.7.3 Must issue a STARTTLS command first");
  const groups = choices(connector, "PermissionGroups");
  const servers = groups.has("exchangeservers");
  if (servers && choices(connector, "AuthMechanism").has("externalauthoritative"))
    return { cloudServices: false, direction: "Originating", authenticated: true, internal: true };
  if (vouchedFor(connector, peer.names))
    return { cloudServices: true, direction: "told", authenticated: true };
  if (!groups.has("anonymoususers")) throw new Refusal("530 5.7.57 Client not authenticated to send mail");
  return undefined;
}

/** Whether clients may sign in with a name and a password. */
export function offersSignIn(connector: Row): boolean {
  const mechanisms = choices(connector, "AuthMechanism");
  const basic = mechanisms.has("basicauth") || mechanisms.has("basicauthrequiretls");
  return basic && choices(connector, "PermissionGroups").has("exchangeusers");
}

/** @throws Refusal for a message larger than the connector takes */
export function checkSize(connector: Row, size: number): void {
  const most = text(connector, "MaxMessageSize");
  if (most !== undefined && most !== "Unlimited" && size > bytes(most))
    throw new Refusal("552 5.3.4 Message size exceeds fixed maximum message size");
}

/** `mail.protection.outlook.com:AcceptCloudServicesMail`: whose headers a hybrid server believes. */
function vouchedFor(connector: Row, names: readonly string[]): boolean {
  return list(connector, "TlsDomainCapabilities").some((each) => {
    const [domain = "", ...capabilities] = each.split(/[:,\s]+/);
    return (
      capabilities.some((one) => /^Accept(CloudServicesMail|OorgProtocol)$/i.test(one)) &&
      certificateMatches(names, domain)
    );
  });
}

/** Flags that are printed as a list or as one text with commas; lower case. */
function choices(row: Row, name: string): Set<string> {
  return new Set(list(row, name).flatMap((each) => each.toLowerCase().split(/,\s*/)));
}
