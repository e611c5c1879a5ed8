import type { Organization } from "../organization.ts";
import { propagated } from "../propagated.ts";
import { rows, sideOf, type Row, type SideName } from "../store.ts";
import type { Certificate } from "../tls.ts";
import { domainOf } from "./addresses.ts";
import { attribute } from "./attribution.ts";
import { directoryOf, type Directory } from "./directory.ts";
import { admit, type Trust } from "./firewall.ts";
import { readMessage, writeMessage } from "./headers.ts";
import { listen, type Listener, type Peer } from "./listener.ts";
import { checkSize, connectorFor, judgeByConnector } from "./receive-connector.ts";
import { checkHops, maxHops, receivedField, withMessageId } from "./received.ts";
import { overLimit } from "./receiving-limits.ts";
import { Refusal } from "./refusal.ts";
import { text } from "./rows.ts";
import type { Transport } from "./transport.ts";

/** The certificate by which the hybrid wizard lets an on-premises receive connector know Exchange Online (TlsDomainCapabilities). */
export const cloudCertificate = "mail.protection.outlook.com";

const stranger: Trust = { cloudServices: false, direction: "Incoming", authenticated: false };

/** Port 25 of a side: takes mail from other servers. */
export function receive(
  organization: Organization,
  sideName: SideName,
  transport: Transport,
  certificate: Certificate,
  name: string,
): Promise<Listener> {
  const side = sideOf(organization, sideName);
  const directory = directoryOf(side);
  const connectorOf = ({ address }: Peer): Row | undefined =>
    sideName === "online" ? undefined : connectorFor(side, 25, address);
  const judge = (peer: Peer, from: string): Trust | undefined =>
    sideName === "online"
      ? judgeOnline(organization, directory, peer, from)
      : judgeByConnector(connectorFor(side, 25, peer.address), peer);
  return listen({
    name,
    certificate,
    ca: organization.authority.ca,
    reports: true,
    faults: (verb, mailbox) => organization.faults.take("smtp", verb, sideName, mailbox),
    onSender: (peer, from) => void judge(peer, from),
    onRecipient: (peer, from, to) => {
      const trusted = judge(peer, from) !== undefined;
      const accepted = directory.accepted(domainOf(to));
      if (accepted === undefined && !trusted) {
        throw new Refusal(
          sideName === "online"
            ? "550 5.7.64 TenantAttribution; Relay Access Denied"
            : "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        );
      }
      const recipient = directory.find(to);
      if (accepted === "Authoritative" && !recipient) {
        throw new Refusal(
          "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        );
      }
      const mailbox = recipient && side.mailboxes.get(recipient.guid);
      const full = mailbox && overLimit(side, mailbox, from, organization.now());
      if (full !== undefined) throw new Refusal(full);
    },
    onMessage: async (peer, envelope, mime) => {
      const message = readMessage(mime);
      const connector = connectorOf(peer);
      checkHops(message, Number(text(connector ?? {}, "MaxHopCount") ?? maxHops));
      if (connector) checkSize(connector, mime.length);
      const admitted = admit(message, judge(peer, envelope.from) ?? stranger);
      admitted.fields.unshift(receivedField(organization, peer, name));
      const id = transport.submit(
        sideName,
        envelope,
        writeMessage(withMessageId(admitted, organization)),
        `from ${peer.names[0] ?? peer.greeting}`,
        peer.address,
      );
      await organization.settled();
      return `2.6.0 ${id} Queued mail for delivery`;
    },
  });
}

function judgeOnline(
  organization: Organization,
  directory: Directory,
  peer: Peer,
  from: string,
): Trust | undefined {
  const connectors = rows(sideOf(organization, "online"), "InboundConnector").filter((row) =>
    propagated(organization, row),
  );
  const attribution = attribute(connectors, directory, peer, from);
  if (attribution.as === "refused") throw new Refusal(attribution.answer);
  // A partner may bring mail in, but not through.
  return attribution.as === "connector" && attribution.trust.direction === "Originating"
    ? attribution.trust
    : undefined;
}
