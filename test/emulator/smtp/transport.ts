import { randomUUID } from "node:crypto";
import { decodeWords } from "../item/encoded-words.ts";
import type { Organization } from "../organization.ts";
import { sideOf, type SideName } from "../store.ts";
import { applyRules } from "./apply-rules.ts";
import { isJournalReport } from "./firewall.ts";
import { firstValue, readMessage } from "./headers.ts";
import type { Envelope } from "./listener.ts";
import { askedOf, wants } from "./notification-request.ts";
import { createQueue } from "./queue.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { deliveryReport, type Fate } from "./report.ts";
import { failed, type Sender } from "./send.ts";
import { sendOn } from "./send-on.ts";
import type { Result, Station } from "./station.ts";

/** The mail queue. */
export interface Transport {
  /** Queues a message on a side; answers the queue's name for it. `client` is the address that brought it. */
  submit: (side: SideName, envelope: Envelope, mime: Buffer, detail: string, client?: string) => string;
  /** Takes up what was under way when the organization last ended. */
  resume: () => void;
  /** Resolves when no message is under way or waits for another try. */
  idle: () => Promise<void>;
  /** What waits stays in the store. */
  close: () => void;
}

/** How the mail queue sends, and how long it tries. */
export interface TransportOptions {
  senders: Map<SideName, Sender>;
  /** Milliseconds before each further try; after the last one the message goes back to its sender. */
  retryDelays?: readonly number[];
}

/** The mail queue of both sides: groups, then rules, then the way of each recipient, then delivery with further tries. */
export function createTransport(organization: Organization, options: TransportOptions): Transport {
  const delays = options.retryDelays ?? [100, 300, 1000, 3000, 6000];

  const trace = (mail: QueuedMail, recipients: string[], event: string, detail: string): void => {
    const message = readMessage(mail.mime);
    const messageId = firstValue(message, "Message-ID") ?? "";
    const subject = decodeWords(firstValue(message, "Subject") ?? "");
    for (const recipient of recipients) {
      const { from: sender } = mail;
      const at = organization.now();
      sideOf(organization, mail.side).trace.push({
        at,
        messageId,
        sender,
        recipient,
        event,
        detail,
        subject,
      });
    }
    organization.save();
  };

  const work = async (mail: QueuedMail): Promise<void> => {
    try {
      await (mail.stage === "rules" ? applyRules(station, mail) : sendOn(station, mail));
    } catch (error) {
      // Whatever broke, the message is not lost: it waits, and then goes back.
      const answer = `451 4.3.0 ${error instanceof Error ? error.message : String(error)}`;
      settle(mail, failed(mail.to, answer));
    }
  };

  const settle = (mail: QueuedMail, results: Result[]): void => {
    const delay = delays[mail.attempt];
    const reports: Fate[] = [];
    const again: string[] = [];
    for (const { recipient, answer, delivered, temporary, sent, duplicate, told } of results) {
      const asked = askedOf(mail.notifications, recipient, mail.expanded);
      if (duplicate) trace(mail, [recipient], "Duplicate", answer);
      else if (delivered) {
        trace(mail, [recipient], sent ? "Send external" : "Deliver", answer);
        // Who knows of the request reports by himself.
        if (wants(asked, "SUCCESS") && !told)
          reports.push({ recipient, answer, ...asked, action: sent ? "relayed" : "delivered" });
      } else if (temporary && delay !== undefined) {
        trace(mail, [recipient], "Defer", answer);
        again.push(recipient);
      } else {
        const final = temporary ? `550 5.4.300 Message expired -> ${answer}` : answer;
        trace(mail, [recipient], "Fail", final);
        if (wants(asked, "FAILURE")) reports.push({ recipient, answer: final, ...asked, action: "failed" });
      }
    }
    if (again.length > 0) queue.add({ ...mail, to: again, attempt: mail.attempt + 1 }, delay);
    if (mail.from === "") return;
    for (const fates of Map.groupBy(reports, ({ action }) => action).values()) {
      const mime = deliveryReport(organization, mail.from, mail.mime, fates, mail.notifications);
      queue.add({ side: mail.side, from: "", to: [mail.from], mime, stage: "route", attempt: 0 });
    }
  };

  const { store } = organization;
  store.queue ??= new Map();
  const queue = createQueue({
    entries: store.queue,
    nextId: organization.nextId,
    changed: (id) => organization.saveEntry("queue", id),
    after: organization.after,
    work,
  });
  const station: Station = { organization, senders: options.senders, trace, enqueue: queue.add, settle };
  return {
    submit: (side, { from, to, notifications }, mime, detail, client) => {
      const mail: QueuedMail = {
        side,
        from,
        to: [...new Set(to)],
        mime,
        // A journal report that came from the other side: no rule may change or stop it.
        stage: isJournalReport(readMessage(mime)) ? "route" : "rules",
        ...(client === undefined ? {} : { client }),
        ...(notifications ? { notifications } : {}),
        attempt: 0,
      };
      trace(mail, mail.to, "Receive", detail);
      queue.add(mail);
      return `<${randomUUID()}@${side}>`;
    },
    resume: queue.resume,
    idle: queue.idle,
    close: queue.close,
  };
}
