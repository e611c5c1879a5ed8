import { subtle } from "node:crypto";
import type { Arrival, Sink } from "./port.ts";
import { jobKey } from "../job.ts";
import type { Queue } from "../queue/port.ts";
import { headEnd, headerValues, parseHead, sendersOf } from "../stamp.ts";
import type { Settings } from "../../stacks/config/types.ts";

/** What turns an arrival into a job. */
export interface SinkOptions {
  queue: Pick<Queue, "add" | "refuse" | "stumbled">;
  settings: Pick<Settings, "processingIdHeader" | "settleDelaySeconds" | "deadlineSeconds">;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Hands an intake's mail to the queue; versions of a message are told apart by the service's id, or by their bodies. */
export function queueSink({ queue, settings, now }: SinkOptions): Sink {
  return {
    accept: async (arrival) => {
      const { mail, senders } = await headOf(arrival);
      const id =
        settings.processingIdHeader === undefined
          ? undefined
          : headerValues(mail, settings.processingIdHeader)[0];
      const body = arrival.raw.subarray(headEnd(arrival.raw));
      const variant = id || (await digestOf(body));
      const messageId = mail.messageId ?? "";
      const arrived = now();
      const key = jobKey(senders[0] ?? "", messageId || variant, variant);
      const notBefore = arrived + settings.settleDelaySeconds * 1000;
      const deadline = arrived + settings.deadlineSeconds * 1000;
      const { recipients, audience } = arrival;
      const job = {
        key,
        messageId,
        senders,
        ...(recipients && { recipients }),
        ...(audience && { audience }),
      };
      await queue.add({ ...job, arrived, notBefore, deadline, attempt: 0 }, arrival.raw);
    },
    refuse: async (arrival, text, reason = "origin-not-proved") => {
      const { mail, senders } = await headOf(arrival);
      await queue.refuse({
        messageId: mail.messageId ?? "",
        senders,
        at: now(),
        reason,
        text,
      });
    },
    stumble: (mailbox, id) => queue.stumbled(mailbox, id, now()),
  };
}

/** SHA-256, hex; in a thread of its own, as 150 MB of it take a while. */
async function digestOf(content: Uint8Array): Promise<string> {
  return Buffer.from(await subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>)).toString("hex");
}

async function headOf({ raw, envelopeSender }: Arrival) {
  const mail = await parseHead(raw);
  return { mail, senders: [...new Set([...sendersOf(mail), envelopeSender])].filter(Boolean) };
}
