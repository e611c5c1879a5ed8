import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Organization } from "../../organization.ts";
import { EwsError } from "../error.ts";
import { tellWritten } from "../exchanged.ts";
import { envelope } from "../soap.ts";
import { child, element, readXml, writeXml, type Element } from "../xml.ts";
import { notificationElement } from "./notification-xml.ts";
import { mostEvents, take, type Batch, type Sender, type Subscription } from "./subscription.ts";
import type { Subscriptions } from "./subscriptions.ts";

const firstRetry = 30_000;
/** How long a client may take to answer. */
const patience = 100_000;
const action = "http://schemas.microsoft.com/exchange/services/2006/messages/SendNotification";

/** @throws EwsError ErrorInvalidPushSubscriptionUrl when it is no http(s) URL, or no address of this machine: this server contacts no other */
export function readPushUrl(text: string): URL {
  const url = URL.canParse(text) && text.length < 2083 ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new EwsError("ErrorInvalidPushSubscriptionUrl");
  if (!/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname))
    throw new EwsError(
      "ErrorInvalidPushSubscriptionUrl",
      "URL specified for push subscription is invalid. This server sends notifications to loopback addresses only.",
    );
  return url;
}

/**
 * Sends a subscription's events to a client's web service: a StatusEvent at once and after every `frequency` minutes of silence, events as
 * they happen, one notification at a time. Without an answer it tries again after 30 s and twice as long each time, and gives
 * the subscription up when the next wait would exceed `frequency`; it ends when the client answers `Unsubscribe`.
 */
export function startPush(
  organization: Organization,
  registry: Subscriptions,
  subscription: Subscription,
  url: URL,
  frequency: number,
): void {
  const silence = frequency * 60_000;
  const ending = new AbortController();
  let isSending = false;
  let callOff: () => void = () => undefined;
  const sender: Sender = { wake, leave: stop, close: stop };
  subscription.sender = sender;

  function stop(): void {
    callOff();
    ending.abort();
    if (subscription.sender === sender) delete subscription.sender;
  }

  function wake(): void {
    if (!isSending && !ending.signal.aborted) void send(message(), firstRetry);
  }

  function message(): string {
    const batch = nextBatch();
    if (batch instanceof EwsError)
      return notification({ ResponseClass: "Error" }, [
        element("m:MessageText", {}, batch.message),
        element("m:ResponseCode", {}, batch.code),
        element("m:DescriptiveLinkKey", {}, "0"),
        notificationElement("m:Notification", subscription, nothing(), registry.table.id),
      ]);
    return notification({ ResponseClass: "Success" }, [
      element("m:ResponseCode", {}, "NoError"),
      notificationElement("m:Notification", subscription, batch, registry.table.id),
    ]);
  }

  function nextBatch(): Batch | EwsError {
    try {
      return take(subscription, mostEvents, registry.table.last());
    } catch (error) {
      if (error instanceof EwsError) return error;
      throw error;
    }
  }

  function nothing(): Batch {
    return { notices: [], previous: subscription.told, more: false };
  }

  async function send(text: string, retry: number): Promise<void> {
    callOff();
    isSending = true;
    tellWritten("a push", text);
    const status = await post(organization, url, text, ending.signal);
    if (ending.signal.aborted) return;
    if (status === "OK") {
      isSending = false;
      callOff = organization.after(silence, wake);
      if (subscription.waiting.length > 0 || subscription.missed) wake();
    } else if (status === "Unsubscribe" || retry > silence) registry.remove(subscription);
    else callOff = organization.after(retry, () => void send(text, retry * 2));
  }

  wake();
}

function notification(attributes: Record<string, string>, content: Element[]): string {
  const sent = element("m:SendNotificationResponseMessage", attributes, ...content);
  return writeXml(envelope(element("m:SendNotification", {}, element("m:ResponseMessages", {}, sent))));
}

/** The client's answer; undefined when there was none, or none that makes sense. */
async function post(
  organization: Organization,
  url: URL,
  text: string,
  ending: AbortSignal,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const headers = { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${action}"` };
  const options = { method: "POST", headers, agent: false, signal: ending };
  const sent =
    url.protocol === "https:"
      ? tlsRequest(url, { ...options, ca: organization.authority.ca })
      : plainRequest(url, options);
  const callOff = organization.after(patience, () => sent.destroy());
  sent.on("response", (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () =>
      resolve(response.statusCode === 200 ? statusIn(Buffer.concat(chunks).toString("utf8")) : undefined),
    );
    response.on("error", () => resolve(undefined));
  });
  sent.on("error", () => resolve(undefined));
  sent.on("close", () => resolve(undefined));
  sent.end(text);
  const status = await promise;
  callOff();
  return status;
}

function statusIn(document: string): string | undefined {
  try {
    const result = child(child(readXml(document), "s:Body"), "m:SendNotificationResult");
    return child(result, "m:SubscriptionStatus")?.text.trim();
  } catch {
    // What is no XML is no answer: it is sent again.
    return undefined;
  }
}
