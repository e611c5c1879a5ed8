import { randomUUID } from "node:crypto";
import { decodeWords } from "../item/encoded-words.ts";
import type { Organization } from "../organization.ts";
import { sideOf, type SideName } from "../store.ts";
import { applyRules } from "./apply-rules.ts";
import { isJournalReport } from "./firewall.ts";
import { firstValue, readMessage } from "./headers.ts";
import type { Envelope } from "./listener.ts";
import { createQueue } from "./queue.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { nonDeliveryReport } from "./report.ts";
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
    const lost: { recipient: string; answer: string }[] = [];
    const again: string[] = [];
    for (const { recipient, answer, delivered, temporary, sent, duplicate } of results) {
      if (duplicate) trace(mail, [recipient], "Duplicate", answer);
      else if (delivered) trace(mail, [recipient], sent ? "Send external" : "Deliver", answer);
      else if (temporary && delay !== undefined) {
        trace(mail, [recipient], "Defer", answer);
        again.push(recipient);
      } else {
        const final = temporary ? `550 5.4.300 Message expired -> ${answer}` : answer;
        trace(mail, [recipient], "Fail", final);
        lost.push({ recipient, answer: final });
      }
    }
    if (again.length > 0) queue.add({ ...mail, to: again, attempt: mail.attempt + 1 }, delay);
    if (lost.length === 0 || mail.from === "") return;
    const mime = nonDeliveryReport(organization, mail.from, mail.mime, lost);
    queue.add({ side: mail.side, from: "", to: [mail.from], mime, stage: "route", attempt: 0 });
  };

  const { store } = organization;
  store.queue ??= new Map();
  const queue = createQueue({
    entries: store.queue,
    nextId: organization.nextId,
    changed: organization.save,
    work,
  });
  const station: Station = { organization, senders: options.senders, trace, enqueue: queue.add, settle };
  return {
    submit: (side, { from, to }, mime, detail, client) => {
      const mail: QueuedMail = {
        side,
        from,
        to: [...new Set(to)],
        mime,
        // A journal report that came from the other side: no rule may change or stop it.
        stage: isJournalReport(readMessage(mime)) ? "route" : "rules",
        ...(client === undefined ? {} : { client }),
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
