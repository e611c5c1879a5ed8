import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { anna, at, soap, type Asking, type EwsTest } from "./client.ts";
import { child, readXml, type Element } from "./xml.ts";

/** An answer to GetStreamingEvents, as it comes. */
export interface OpenStream {
  status: number;
  /** The next envelope's response message, or the fault. @throws Error when the answer ended instead */
  next: () => Promise<Element>;
  /** Whether the answer ended, and nothing else came before. */
  ended: () => Promise<boolean>;
  /** Goes away. */
  leave: () => void;
}

/** Opens a stream over TLS. */
export async function openStream(
  ews: EwsTest,
  ids: string[],
  { minutes = 30, ...asking }: Asking & { minutes?: number } = {},
): Promise<OpenStream> {
  const list = ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join("");
  const document = soap(
    `<m:GetStreamingEvents><m:SubscriptionIds>${list}</m:SubscriptionIds><m:ConnectionTimeout>${minutes}</m:ConnectionTimeout></m:GetStreamingEvents>`,
    asking,
  );
  const as = asking.as ?? anna;
  const sent = request(ews.url, {
    method: "POST",
    ca: ews.organization.authority.ca,
    auth: `${as}:${ews.recipient(as).password ?? ""}`,
    headers: { "Content-Type": "text/xml; charset=utf-8" },
    agent: false,
  });
  // Who left, or was left, hears of it from the answer.
  sent.on("error", () => undefined).end(document);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const envelopes = read(answer);
  return {
    status: answer.statusCode ?? 0,
    next: async () => {
      const { value } = await envelopes.next();
      if (!value) throw new Error("The stream ended.");
      return value;
    },
    ended: async () => (await envelopes.next()).done === true,
    leave: () => void answer.destroy(),
  };
}

async function* read(answer: IncomingMessage): AsyncGenerator<Element, undefined> {
  const end = "</Envelope>";
  let text = "";
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      text += piece.toString("utf8");
      for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end)) {
        yield messageIn(text.slice(0, at + end.length));
        text = text.slice(at + end.length);
      }
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
  }
  return undefined;
}

function messageIn(envelope: string): Element {
  const body = child(readXml(envelope), "s:Body");
  const message = at(
    body,
    "m:GetStreamingEventsResponse",
    "m:ResponseMessages",
    "m:GetStreamingEventsResponseMessage",
  );
  return message ?? body?.children[0] ?? readXml(envelope);
}
