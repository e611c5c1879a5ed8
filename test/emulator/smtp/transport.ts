import { randomUUID } from "node:crypto";
import { propagated, type Organization } from "../organization.ts";
import { rows, sideOf, type Row, type Side, type SideName } from "../store.ts";
import { domainOf } from "./addresses.ts";
import { altered } from "./alter.ts";
import { deliver } from "./deliver.ts";
import { directoryOf } from "./directory.ts";
import { expand } from "./expand.ts";
import { factsOf } from "./facts.ts";
import { release } from "./firewall.ts";
import { firstValue, readMessage, writeMessage, type Message } from "./headers.ts";
import type { Envelope } from "./listener.ts";
import { createQueue } from "./queue.ts";
import { nonDeliveryReport } from "./report.ts";
import { route, type Hop, type Ways } from "./route.ts";
import { evaluate, type Actions } from "./rules.ts";
import { failed, type Outcome, type Sender } from "./send.ts";

/** The mail queue. */
export interface Transport {
  /** Queues a message on a side; answers the queue's name for it. */
  submit: (side: SideName, envelope: Envelope, mime: Buffer, detail: string) => string;
  /** Resolves when no message is under way or waits for another try. */
  idle: () => Promise<void>;
  close: () => void;
}

/** How the mail queue sends, and how long it tries. */
export interface TransportOptions {
  senders: Map<SideName, Sender>;
  /** Milliseconds before each further try; after the last one the message goes back to its sender. */
  retryDelays?: readonly number[];
}

/** A message on its way through a side. */
interface Entry {
  side: Side;
  from: string;
  to: string[];
  mime: Buffer;
  /** What comes next: the rules, or (when they are done) the way out. */
  stage: "rules" | "route";
  /** The connector that a rule chose. */
  connector?: string;
  /** Tries made so far. */
  attempt: number;
}

/** The mail queue of both sides: rules, then groups, then the way of each recipient, then delivery with further tries. */
export function createTransport(organization: Organization, options: TransportOptions): Transport {
  const delays = options.retryDelays ?? [100, 300, 1000, 3000, 6000];

  const trace = (entry: Entry, recipients: string[], event: string, detail: string): void => {
    const messageId = firstValue(readMessage(entry.mime), "Message-ID") ?? "";
    for (const recipient of recipients) {
      entry.side.trace.push({
        at: organization.now(),
        messageId,
        sender: entry.from,
        recipient,
        event,
        detail,
      });
    }
    organization.save();
  };

  const work = async (entry: Entry): Promise<void> => {
    try {
      await (entry.stage === "rules" ? applyRules(entry) : sendOn(entry));
    } catch (error) {
      // Whatever broke, the message is not lost: it waits, and then goes back.
      const answer = `451 4.3.0 ${error instanceof Error ? error.message : String(error)}`;
      await settle(entry, failed(entry.to, answer));
    }
  };

  const applyRules = async (entry: Entry): Promise<void> => {
    const message = readMessage(entry.mime);
    const verdict = evaluate(
      {
        rules: active(organization, entry.side, "TransportRule"),
        directory: directoryOf(entry.side),
        connectors: active(organization, entry.side, "OutboundConnector"),
      },
      await factsOf(message, entry.mime, entry.from),
      entry.to,
    );
    if ("defer" in verdict) {
      const answer = `450 4.7.13 Transport rule '${verdict.defer.rule}': ${verdict.defer.why}`;
      return settle(entry, failed(entry.to, answer));
    }
    for (const { rule, why } of verdict.ignored)
      trace(entry, entry.to, "Transport rule", `'${rule}' was ignored: ${why}`);
    for (const { recipients, actions } of verdict.forks)
      await leaveRules(entry, message, recipients, actions);
  };

  const leaveRules = async (
    entry: Entry,
    message: Message,
    recipients: string[],
    actions: Actions,
  ): Promise<void> => {
    for (const rule of actions.matched)
      trace(entry, recipients, "Transport rule", `Transport rule: '${rule}'`);
    if (actions.drop) return trace(entry, recipients, "Drop", "A transport rule deleted the message");
    const { reject, connector } = actions;
    if (reject !== undefined) return settle(entry, failed(recipients, reject));
    const changed = altered(message, actions);
    queue.add({
      ...entry,
      mime: changed === message ? entry.mime : writeMessage(changed),
      to: [...new Set([...recipients, ...actions.blindCopies])],
      stage: "route",
      ...(connector === undefined ? {} : { connector }),
      attempt: 0,
    });
  };

  const sendOn = async (entry: Entry): Promise<void> => {
    const { side } = entry;
    const ways = waysOf(organization, side);
    const { recipients, opened } = expand(side, entry.to);
    for (const { group, members } of opened) trace(entry, [group], "Expand", `${members} members`);
    const outcomes: Promise<Outcome[]>[] = [];
    const hops = new Map<string, { hop: Hop; to: Map<string, string> }>();
    for (const address of recipients) {
      const way = route(ways, address, entry.connector);
      if (way.to === "mailbox") {
        outcomes.push(
          deliver(organization, side, way.recipient, address, entry.mime).then((outcome) => [outcome]),
        );
      } else if (way.to === "nowhere") {
        outcomes.push(Promise.resolve(failed([address], way.answer)));
      } else {
        // Mail by MX goes to each domain by itself.
        const domain = way.hop.smartHosts.length > 0 ? "" : domainOf(way.address);
        const key = JSON.stringify([way.hop, domain]);
        const known = hops.get(key) ?? { hop: way.hop, to: new Map<string, string>() };
        hops.set(key, { ...known, to: known.to.set(way.address, address) });
      }
    }
    for (const { hop, to } of hops.values()) outcomes.push(leave(entry, hop, to));
    await settle(entry, (await Promise.all(outcomes)).flat());
  };

  /** Sends through a hop; `to` maps the address on the wire to the recipient as the envelope had it. */
  const leave = async (entry: Entry, hop: Hop, to: Map<string, string>): Promise<Outcome[]> => {
    const tenant = entry.side.name === "online" ? organization.store.tenantId : undefined;
    const mime = writeMessage(release(readMessage(entry.mime), hop.cloudServices, tenant));
    const sender = options.senders.get(entry.side.name);
    if (!sender) throw new Error(`The ${entry.side.name} side sends no mail.`);
    const outcomes = await sender.send(hop, { from: entry.from, to: [...to.keys()] }, mime);
    const through = hop.connector === "" ? "" : ` through connector '${hop.connector}'`;
    return outcomes.map((outcome) => ({
      ...outcome,
      recipient: to.get(outcome.recipient) ?? outcome.recipient,
      answer: `${outcome.answer}${outcome.delivered ? through : ""}`,
      sent: true,
    }));
  };

  /** Records what became of the recipients; who failed for now is tried again, who failed for good is reported to the sender. */
  const settle = async (entry: Entry, outcomes: (Outcome & { sent?: boolean })[]): Promise<void> => {
    const delay = delays[entry.attempt];
    const lost: { recipient: string; answer: string }[] = [];
    const again: string[] = [];
    for (const { recipient, answer, delivered, temporary, sent } of outcomes) {
      if (delivered) trace(entry, [recipient], sent ? "Send external" : "Deliver", answer);
      else if (temporary && delay !== undefined) {
        trace(entry, [recipient], "Defer", answer);
        again.push(recipient);
      } else {
        const final = temporary ? `550 5.4.300 Message expired -> ${answer}` : answer;
        trace(entry, [recipient], "Fail", final);
        lost.push({ recipient, answer: final });
      }
    }
    if (again.length > 0) queue.add({ ...entry, to: again, attempt: entry.attempt + 1 }, delay);
    if (lost.length === 0 || entry.from === "") return;
    const report = await nonDeliveryReport(organization, entry.from, entry.mime, lost);
    queue.add({ side: entry.side, from: "", to: [entry.from], mime: report, stage: "route", attempt: 0 });
  };

  const queue = createQueue(work);
  return {
    submit: (sideName, { from, to }, mime, detail) => {
      const entry: Entry = {
        side: sideOf(organization, sideName),
        from,
        to: [...new Set(to)],
        mime,
        stage: "rules",
        attempt: 0,
      };
      trace(entry, entry.to, "Receive", detail);
      queue.add(entry);
      return `<${randomUUID()}@${sideName}>`;
    },
    idle: queue.idle,
    close: queue.close,
  };
}

function active(organization: Organization, side: Side, noun: string): Row[] {
  return rows(side, noun).filter((row) => propagated(organization, row));
}

function waysOf(organization: Organization, side: Side): Ways {
  return {
    directory: directoryOf(side),
    hasMailbox: (guid) => side.mailboxes.has(guid),
    outbound: active(organization, side, "OutboundConnector"),
    send: rows(side, "SendConnector"),
  };
}
