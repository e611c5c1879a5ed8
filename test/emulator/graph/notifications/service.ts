import { randomUUID } from "node:crypto";
import type { MailboxEvent } from "../../events.ts";
import type { Organization } from "../../organization.ts";
import type { Side } from "../../store.ts";
import type { GraphSubscription } from "./kept.ts";
import { allowed } from "../access.ts";
import { GraphError } from "../error.ts";
import { nextChallenge } from "../subscription.ts";
import { changesOf, type Change } from "./change.ts";
import { contentOf } from "./content.ts";
import { createEndpoints, type EndpointOptions } from "./endpoint.ts";
import { createMatches } from "./matches.ts";
import { changeNotification, lifecycleNotification, type LifecycleEvent } from "./notification.ts";
import { createOutbox } from "./outbox.ts";

/** How long an endpoint may take to prove itself. */
const validationMs = 10_000;
/** How long a message cannot be read yet whose notification came early, unless told. */
const earlyMs = 1000;

/** Tells subscribers what happens in the mailboxes of one side. */
export interface Notifications {
  /** Has an endpoint prove that it wants notifications. @throws GraphError ValidationError | InvalidRequest */
  validate: (url: string) => Promise<void>;
  /** Begins or goes on to tell a subscription's changes. */
  follow: (subscription: GraphSubscription) => void;
  forget: (subscription: GraphSubscription) => void;
  /** Makes happen what a lifecycle event tells: the subscription is removed, or waits to be reauthorized. Its endpoint for such events hears of it. */
  upset: (subscription: GraphSubscription, event: LifecycleEvent) => void;
  /** Whether a message cannot be read yet, although its notification was sent. */
  isHidden: (itemId: string) => boolean;
  /** Whether any item was, and nobody asked for it since it can be read. */
  hidesAny: () => boolean;
  /** Resolves when nothing is being sent. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
}

/** Takes up the subscriptions of the store, and listens to what happens. */
export function startNotifications(
  organization: Organization,
  side: Side,
  options: EndpointOptions = {},
): Notifications {
  const subscriptions = (organization.store.subscriptions ??= new Map<string, GraphSubscription>());
  const endpoints = createEndpoints(organization, options);
  const matches = createMatches(organization, side);
  const hidden = new Map<string, number>();
  let callOff = (): void => {};
  const outbox = createOutbox(organization, endpoints, (id) => {
    const subscription = subscriptions.get(id);
    if (subscription) tell(subscription, "missed");
  });

  function tell(subscription: GraphSubscription, event: LifecycleEvent): void {
    const { lifecycleNotificationUrl: url } = subscription;
    if (url === undefined) return;
    outbox.add(url, subscription, lifecycleNotification(organization, subscription, event));
  }

  function forget({ id }: GraphSubscription): void {
    subscriptions.delete(id);
    matches.forget(id);
    organization.save();
  }

  /** Ends what has expired, asks for what is about to, and comes again when the next is due. */
  function check(): void {
    callOff();
    const now = organization.now();
    for (const subscription of subscriptions.values()) {
      if (!side.mailboxes.has(subscription.owner)) upset(subscription, "subscriptionRemoved");
      else if (subscription.expires <= now) forget(subscription);
      else if (subscription.challengeAt <= now) challenge(subscription, now);
    }
    const times = [...subscriptions.values()].flatMap(({ expires, challengeAt }) => [expires, challengeAt]);
    if (times.length > 0) callOff = organization.after(Math.min(...times) - now, check);
  }

  function challenge(subscription: GraphSubscription, now: number): void {
    tell(subscription, "reauthorizationRequired");
    subscription.challengeAt = nextChallenge(now);
    organization.save();
  }

  function upset(subscription: GraphSubscription, event: LifecycleEvent): void {
    if (event === "reauthorizationRequired") return pause(subscription);
    tell(subscription, event);
    if (event === "subscriptionRemoved") forget(subscription);
  }

  function isAllowed({ applicationId, owner }: GraphSubscription): boolean {
    const application = organization.store.applications.find(({ appId }) => appId === applicationId);
    const target = side.recipients.get(owner);
    return application !== undefined && allowed(organization, side, application, "subscribeMail", target);
  }

  function hear(event: MailboxEvent): void {
    if (event.of !== "item" || side.mailboxes.get(event.mailbox.owner) !== event.mailbox) return;
    for (const subscription of subscriptions.values()) {
      if (subscription.owner !== event.mailbox.owner || subscription.expires <= organization.now()) continue;
      try {
        report(event, subscription);
      } catch (error) {
        // What happens in a mailbox does not depend on who wants to hear of it.
        process.stderr.write(`Graph subscription ${subscription.id}: ${String(error)}\n`);
        tell(subscription, "missed");
      }
    }
  }

  function report(event: MailboxEvent, subscription: GraphSubscription): void {
    const changes = matches
      .filter(subscription, event.mailbox, changesOf(event, subscription))
      .filter(({ type }) => subscription.changeTypes.includes(type));
    if (changes.length === 0) return;
    if (isAllowed(subscription)) for (const each of changes) notify(event, subscription, each);
    else pause(subscription);
  }

  /** Who has lost the permission hears nothing more, and is asked to reauthorize. What happens until then is lost. */
  function pause(subscription: GraphSubscription): void {
    if (subscription.paused) return;
    subscription.paused = true;
    challenge(subscription, organization.now());
    check();
  }

  function notify({ mailbox }: MailboxEvent, subscription: GraphSubscription, change: Change): void {
    if (subscription.paused) return;
    const address = side.recipients.get(subscription.owner)?.primarySmtpAddress;
    const fault = organization.faults.takeNotification("graph", change.type, side.name, address);
    const { failure, delay } = fault ?? {};
    if (failure === "missed") return;
    if (failure === "early" && change.type !== "deleted")
      hidden.set(change.itemId, organization.now() + (delay ?? earlyMs));
    const content =
      change.type === "deleted"
        ? undefined
        : contentOf(organization, side, mailbox, subscription, change.itemId);
    const told = changeNotification(organization, subscription, change, content);
    const times = failure === "duplicate" ? 2 : 1;
    for (let time = 0; time < times; time++) outbox.add(subscription.notificationUrl, subscription, told);
  }

  const stop = organization.events.listen(hear);
  check();
  outbox.resume();
  return {
    validate: async (url) => {
      const refusal = endpoints.refusal(url);
      if (refusal !== undefined) throw unproved(refusal);
      const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
      const target = new URL(url);
      const query = `validationToken=${encodeURIComponent(token)}`;
      target.search = target.search === "" ? query : `${target.search}&${query}`;
      const answer = await endpoints.post(target.href, "text/plain; charset=utf-8", "", validationMs);
      if ("failed" in answer)
        throw unproved(
          answer.failed === "timeout"
            ? "Subscription validation request timed out."
            : "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.",
        );
      if (answer.status !== 200)
        throw unproved(
          `Subscription validation request failed. HTTP status code is '${answer.status}'. Notification endpoint must respond with 200 OK to validation request.`,
        );
      if (!/^text\/plain\b/i.test(answer.type) || answer.text !== token)
        throw unproved(
          "Subscription validation request failed. Response must exactly match validationToken query parameter.",
        );
    },
    follow: (subscription) => {
      delete subscription.paused;
      if (!subscriptions.has(subscription.id)) matches.learn(subscription);
      subscriptions.set(subscription.id, subscription);
      organization.save();
      check();
    },
    forget,
    upset,
    isHidden: (itemId) => {
      const until = hidden.get(itemId) ?? 0;
      if (until > organization.now()) return true;
      hidden.delete(itemId);
      return false;
    },
    hidesAny: () => hidden.size > 0,
    idle: outbox.idle,
    close: async () => {
      stop();
      callOff();
      outbox.close();
      await endpoints.close();
    },
  };
}

function unproved(message: string): GraphError {
  return new GraphError(400, "ValidationError", message);
}
