import type { Organization } from "../organization.ts";
import { rows, sideOf, type Side } from "../store.ts";
import { domainOf } from "./addresses.ts";
import { active, openGroups } from "./apply-rules.ts";
import { deliver } from "./deliver.ts";
import { directoryOf, isInternal } from "./directory.ts";
import { release } from "./firewall.ts";
import { readMessage, writeMessage } from "./headers.ts";
import { journal } from "./journal.ts";
import { askedOf } from "./notification-request.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { asTnef, mayBecomeTnef, wantsTnef } from "./rich-text.ts";
import { route, type Hop, type Ways } from "./route.ts";
import { failed, type Dsn } from "./send.ts";
import type { Result, Station } from "./station.ts";

/** Delivers a message to those who have a mailbox on this side, and sends it on to the others. */
export async function sendOn(station: Station, given: QueuedMail): Promise<void> {
  const { organization } = station;
  const mail = { ...openGroups(station, given), journaled: true };
  if (given.journaled !== true) journal(station, mail);
  const side = sideOf(organization, mail.side);
  const ways = waysOf(organization, side);
  const results: Promise<Result[]>[] = [];
  const hops = new Map<string, Departure>();
  const convertible = mayBecomeTnef(readMessage(mail.mime));
  for (const address of mail.to) {
    const way = route(ways, address, mail.connector);
    if (way.to === "mailbox") {
      results.push(deliver(organization, mail, way.recipient, address).then((result) => [result]));
    } else if (way.to === "nowhere") {
      results.push(Promise.resolve(failed([address], way.answer)));
    } else {
      const hop = mail.requireTls === true ? withTls(way.hop) : way.hop;
      // Mail by MX goes to each domain by itself.
      const domain = hop.smartHosts.length > 0 ? "" : domainOf(way.address);
      const tnef = convertible && !isInternal(ways.directory, address) && wantsTnef(side, address);
      const dsn = dsnFor(mail, address);
      const key = JSON.stringify([hop, domain, tnef, dsn]);
      const known = hops.get(key) ?? { hop, tnef, dsn, to: new Map<string, string>() };
      hops.set(key, { ...known, to: known.to.set(way.address, address) });
    }
  }
  for (const departure of hops.values()) {
    const form = departure.tnef ? { ...mail, mime: await asTnef(mail.mime) } : mail;
    results.push(leave(station, form, departure));
  }
  station.settle(mail, (await Promise.all(results)).flat());
}

function withTls(hop: Hop): Hop {
  return hop.tls === "None" || hop.tls === "Opportunistic" ? { ...hop, tls: "EncryptionOnly" } : hop;
}

/** A message on its way out. */
interface Departure {
  hop: Hop;
  tnef: boolean;
  dsn: Dsn | undefined;
  /** The address on the wire, to the recipient as the envelope had it. */
  to: Map<string, string>;
}

/** What goes with the message to the next server, where the sender asked for anything. */
function dsnFor({ notifications, expanded }: QueuedMail, recipient: string): Dsn | undefined {
  if (!notifications) return undefined;
  const { recipients: _, ...whole } = notifications;
  return { ...whole, ...askedOf(notifications, recipient, expanded) };
}

async function leave(
  { organization, senders }: Station,
  mail: QueuedMail,
  { hop, dsn, to }: Departure,
): Promise<Result[]> {
  const tenant = mail.side === "online" ? organization.store.tenantId : undefined;
  const mime = writeMessage(release(readMessage(mail.mime), hop.cloudServices, tenant));
  const sender = senders.get(mail.side);
  if (!sender) throw new Error(`The ${mail.side} side sends no mail.`);
  const outcomes = await sender.send(hop, { from: mail.from, to: [...to.keys()] }, mime, dsn);
  const through = hop.connector === "" ? "" : ` through connector '${hop.connector}'`;
  return outcomes.map((outcome) => ({
    ...outcome,
    recipient: to.get(outcome.recipient) ?? outcome.recipient,
    answer: `${outcome.answer}${outcome.delivered ? through : ""}`,
    sent: true,
  }));
}

function waysOf(organization: Organization, side: Side): Ways {
  return {
    directory: directoryOf(side),
    hasMailbox: (guid) => side.mailboxes.has(guid),
    outbound: active(organization, side, "OutboundConnector"),
    send: rows(side, "SendConnector"),
  };
}
