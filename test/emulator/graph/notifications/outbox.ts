import type { Organization } from "../../organization.ts";
import type { GraphDelivery, GraphSubscription } from "./kept.ts";
import type { Endpoints } from "./endpoint.ts";
import { createPunctuality } from "./punctuality.ts";
import { validationToken } from "./validation-token.ts";

/** How long an endpoint may take to accept notifications. */
const patienceMs = 3000;
/** How long one is tried again. */
const longestMs = 4 * 3_600_000;
/** The first wait, doubled each time up to the last. */
const waits = { first: 10_000, last: 1_200_000 };
const slowMs = 10_000;
const mostInOne = 100;

export interface Outbox {
  /** Puts a notification on its way. */
  add: (url: string, subscription: GraphSubscription, notification: Record<string, unknown>) => void;
  /** Goes on with what a restart left. */
  resume: () => void;
  /** Nothing is under way; what waits for another attempt does not count. */
  idle: () => Promise<void>;
  close: () => void;
}

/** A notification under way, with its number in the store. */
type Numbered = [number: number, delivery: GraphDelivery];

/**
 * Sends notifications to their endpoints, one request at a time for each, with everything in it that has come together meanwhile. What is
 * not accepted (2xx in three seconds) is tried again with growing waits for four hours; then `lost` hears of its subscription.
 */
export function createOutbox(
  organization: Organization,
  endpoints: Endpoints,
  lost: (subscriptionId: string) => void,
): Outbox {
  const deliveries = (organization.store.outbox ??= new Map<number, GraphDelivery>());
  /** The same by endpoint. */
  const boxes = new Map<string, Map<number, GraphDelivery>>();
  const punctuality = createPunctuality();
  const busy = new Map<string, Promise<void>>();
  const alarms = new Map<string, () => void>();
  let closed = false;

  function put(number: number, delivery: GraphDelivery): void {
    const box = boxes.get(delivery.url) ?? new Map<number, GraphDelivery>();
    boxes.set(delivery.url, box.set(number, delivery));
  }

  function drop(number: number, { url }: GraphDelivery): void {
    deliveries.delete(number);
    boxes.get(url)?.delete(number);
    organization.saveEntry("outbox", number);
  }

  function pump(url: string): void {
    alarms.get(url)?.();
    alarms.delete(url);
    const box = boxes.get(url);
    if (closed || !box || busy.has(url)) return;
    const now = organization.now();
    const due: Numbered[] = [];
    let next = Infinity;
    for (const each of box) {
      const [number, delivery] = each;
      if (!isWanted(delivery)) drop(number, delivery);
      else if (delivery.due > now) next = Math.min(next, delivery.due);
      else if (due.push(each) === mostInOne) break;
    }
    if (due.length > 0) {
      const work = sent(url, due).finally(() => {
        busy.delete(url);
        pump(url);
      });
      busy.set(url, work);
    } else if (box.size === 0) boxes.delete(url);
    else
      alarms.set(
        url,
        organization.after(next - now, () => pump(url)),
      );
  }

  /** What a subscription that is gone would have told is told to nobody, but that it is gone. */
  function isWanted({ subscriptionId, notification }: GraphDelivery): boolean {
    return isLifecycle(notification) || organization.store.subscriptions?.has(subscriptionId) === true;
  }

  async function send(url: string, batch: Numbered[]): Promise<void> {
    const rich = batch.filter(([, { notification }]) => "encryptedContent" in notification);
    const applications = [...new Set(rich.map(([, { applicationId }]) => applicationId))];
    const tokens = await Promise.all(applications.map((each) => validationToken(organization, each)));
    const value = batch.map(([, { notification }]) => notification);
    const body = JSON.stringify({ value, ...(tokens.length > 0 ? { validationTokens: tokens } : {}) });
    const start = organization.now();
    const answer = await endpoints.post(url, "application/json; charset=utf-8", body, patienceMs);
    if (closed) return;
    const now = organization.now();
    punctuality.note(url, now, "failed" in answer && answer.failed === "timeout" ? patienceMs : now - start);
    const accepted = "status" in answer && answer.status >= 200 && answer.status < 300;
    settle(batch, accepted, now);
  }

  function settle(batch: Numbered[], accepted: boolean, now: number): void {
    const unheard = new Set<string>();
    for (const [number, each] of batch) {
      const tooLate = now - each.first >= longestMs;
      if (accepted || tooLate) drop(number, each);
      else organization.saveEntry("outbox", number);
      if (!accepted && tooLate && !isLifecycle(each.notification)) unheard.add(each.subscriptionId);
      each.due = now + Math.min(waits.first * 2 ** each.attempts, waits.last);
      each.attempts++;
    }
    for (const id of unheard) lost(id);
  }

  /** @throws nothing: what cannot be made is as good as not accepted */
  function sent(url: string, batch: Numbered[]): Promise<void> {
    return send(url, batch).catch((error: unknown) => {
      process.stderr.write(`Graph notifications to ${url}: ${String(error)}\n`);
      settle(batch, false, organization.now());
    });
  }

  return {
    add: (url, { id, applicationId }, notification) => {
      const now = organization.now();
      const state = punctuality.state(url, now);
      if (state === "dropped") return isLifecycle(notification) ? undefined : lost(id);
      const due = now + (state === "slow" ? slowMs : 0);
      const number = organization.nextId();
      const delivery = { url, subscriptionId: id, applicationId, notification, first: now, attempts: 0, due };
      deliveries.set(number, delivery);
      put(number, delivery);
      organization.saveEntry("outbox", number);
      pump(url);
    },
    resume: () => {
      for (const [number, delivery] of deliveries) put(number, delivery);
      for (const url of boxes.keys()) pump(url);
    },
    idle: async () => {
      while (busy.size > 0) await Promise.all(busy.values());
    },
    close: () => {
      closed = true;
      for (const callOff of alarms.values()) callOff();
    },
  };
}

function isLifecycle(notification: Record<string, unknown>): boolean {
  return "lifecycleEvent" in notification;
}
