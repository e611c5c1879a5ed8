import { Readable } from "node:stream";
import type { Organization } from "../../organization.ts";
import { EwsError } from "../error.ts";
import { tellWritten } from "../exchanged.ts";
import { envelope } from "../soap.ts";
import { element, writeXml, type Element } from "../xml.ts";
import { notificationElement } from "./notification-xml.ts";
import { take, type Sender, type Subscription } from "./subscription.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** At most so many events go into one envelope. */
const mostEvents = 100;

export interface StreamOptions {
  organization: Organization;
  registry: Subscriptions;
  subscriptions: Subscription[];
  /** Subscriptions that cannot be served, with the reason. */
  refused: { id: string; why: EwsError }[];
  /** Milliseconds until it ends. */
  lifetime: number;
  /** Milliseconds between signs of life. */
  heartbeat: number;
  /** Called once when it ended, whoever ended it. */
  ended: () => void;
}

/**
 * The body of a GetStreamingEvents answer (Microsoft's schema has `t:Notification` and `t:SubscriptionId` in its lists; its servers
 * send, and its own clients demand, `m:`): an envelope that says the connection stands, one for each batch of events or error, one as a
 * sign of life every so often, and at the end one that says it is closed. It writes as fast as the client reads; what does not
 * fit waits in the subscriptions.
 */
export function openStream(options: StreamOptions): Readable {
  const { organization, registry, subscriptions, lifetime, heartbeat, ended } = options;
  const served = new Set(subscriptions);
  let isFull = false;
  let isOpen = true;
  let calledOff: (() => void)[] = [];
  const body = new Readable({
    read: () => {
      isFull = false;
      wake();
    },
    destroy: (error, done) => {
      end();
      done(error);
    },
  });
  const sender: Sender = {
    wake,
    leave: (subscription, why) => {
      if (!served.delete(subscription)) return;
      if (subscription.sender === sender) delete subscription.sender;
      refuse([subscription.id], why);
      if (served.size === 0) close();
    },
    close: () => void body.destroy(),
  };

  function write(attributes: Record<string, string>, ...content: (Element | undefined)[]): void {
    const message = element("m:GetStreamingEventsResponseMessage", attributes, ...content);
    const answer = element("m:GetStreamingEventsResponse", {}, element("m:ResponseMessages", {}, message));
    if (!isOpen) return;
    const document = writeXml(envelope(answer), false);
    tellWritten("a stream", document);
    if (!body.push(document)) isFull = true;
  }

  function succeed(content: Element): void {
    write({ ResponseClass: "Success" }, element("m:ResponseCode", {}, "NoError"), content);
  }

  function refuse(ids: string[], { message, code }: EwsError): void {
    write(
      { ResponseClass: "Error" },
      element("m:MessageText", {}, message),
      element("m:ResponseCode", {}, code),
      element("m:DescriptiveLinkKey", {}, "0"),
      element("m:ErrorSubscriptionIds", {}, ...ids.map((id) => element("m:SubscriptionId", {}, id))),
    );
  }

  function wake(): void {
    while (isOpen && !isFull) {
      const notifications = collect();
      if (notifications.length === 0) return;
      succeed(element("m:Notifications", {}, ...notifications));
    }
  }

  /** What waits, at most an envelope's fill. Lost events are an error of their subscription, which goes on. */
  function collect(): Element[] {
    const notifications: Element[] = [];
    let room = mostEvents;
    for (const subscription of served) {
      if (room === 0) break;
      if (subscription.waiting.length === 0 && !subscription.missed) continue;
      try {
        const batch = take(subscription, room, registry.table.last());
        room -= batch.notices.length;
        notifications.push(notificationElement("m:Notification", subscription, batch));
      } catch (error) {
        if (!(error instanceof EwsError)) throw error;
        refuse([subscription.id], error);
      }
    }
    return notifications;
  }

  function beat(): void {
    succeed(element("m:ConnectionStatus", {}, "OK"));
    calledOff.push(organization.after(heartbeat, beat));
  }

  function close(): void {
    succeed(element("m:ConnectionStatus", {}, "Closed"));
    end();
    body.push(null);
  }

  function end(): void {
    if (!isOpen) return;
    isOpen = false;
    for (const callOff of calledOff) callOff();
    calledOff = [];
    for (const subscription of served) {
      if (subscription.sender !== sender) continue;
      delete subscription.sender;
      registry.use(subscription);
    }
    ended();
  }

  for (const code of new Set(options.refused.map(({ why }) => why.code))) {
    const same = options.refused.filter(({ why }) => why.code === code);
    refuse(
      same.map(({ id }) => id),
      new EwsError(code),
    );
  }
  if (served.size === 0) {
    close();
    return body;
  }
  for (const subscription of served) {
    const other = subscription.sender;
    subscription.sender = sender;
    other?.leave(subscription, new EwsError("ErrorNewEventStreamConnectionOpened"));
  }
  beat();
  calledOff.push(organization.after(lifetime, close));
  wake();
  return body;
}
