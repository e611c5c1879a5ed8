import type { Organization } from "../../organization.ts";
import type { Item, Mailbox, Side } from "../../store.ts";
import { EwsError } from "../error.ts";
import type { ThrottlingPolicy } from "../throttling-policy.ts";
import { createEventTable, type EventTable } from "./event-table.ts";
import type { Notice } from "./notice.ts";
import { checkSubscriptionId, newSubscriptionId } from "./subscription-id.ts";
import { offer, wantedOf, type Subscription } from "./subscription.ts";

/** How long an item that was announced too early cannot be read, unless the fault says. */
const earlyMs = 1000;

/** One side's subscriptions. They live in this process only, as in Exchange: after a restart nobody finds them. */
export interface Subscriptions {
  table: EventTable;
  /** A new one that begins now, or after an event's number. @throws EwsError ErrorExceededSubscriptionCount | ErrorEventNotFound */
  add: (wanted: Wanted, after?: number) => Subscription;
  /** @throws EwsError ErrorInvalidSubscription | ErrorSubscriptionNotFound | ErrorExpiredSubscription (once) */
  find: (id: string) => Subscription;
  /** Its time to live begins anew. */
  use: (subscription: Subscription) => void;
  remove: (subscription: Subscription) => void;
  /** Whether an item was announced before it can be read (a fault), and the time has not come yet. */
  isEarly: (item: string) => boolean;
  close: () => void;
}

export type Wanted = Pick<Subscription, "kind" | "mailbox" | "owner" | "folders" | "types" | "lifetime"> & {
  /** Of search folders among them: what they show. */
  searches?: ReadonlyMap<string, () => Item[]>;
};

export function createSubscriptions(
  organization: Organization,
  side: Side,
  policy: ThrottlingPolicy,
): Subscriptions {
  const known = new Map<string, Subscription>();
  const early = new Map<string, number>();
  const table = createEventTable(organization, side, policy.eventTable, hear);
  const isOver = ({ expires, sender }: Subscription): boolean => !sender && expires <= organization.now();

  function isFollowed(folderId: string): boolean {
    return known.values().some((each) => each.folders?.has(folderId) === true && !isOver(each));
  }

  function hear(mailbox: Mailbox, notices: Notice[]): void {
    for (const subscription of known.values()) {
      if (subscription.mailbox !== mailbox || isOver(subscription)) continue;
      for (const notice of notices)
        for (const each of delivered(subscription, notice)) offer(subscription, each);
      if (subscription.waiting.length > 0 || subscription.missed) subscription.sender?.wake();
    }
  }

  /** An event as often as it reaches a subscription: once, unless somebody asked for trouble. */
  function delivered(subscription: Subscription, notice: Notice): Notice[] {
    const told = wantedOf(subscription, notice);
    if (!told) return [];
    const address = side.recipients.get(notice.owner)?.primarySmtpAddress;
    const fault = organization.faults.takeNotification("ews", told.type, side.name, address);
    if (fault?.failure === "missed") return [];
    if (fault?.failure === "early") early.set(notice.id, organization.now() + (fault.delay ?? earlyMs));
    return fault?.failure === "duplicate" ? [notice, notice] : [notice];
  }

  return {
    table,
    add: ({ searches, ...wanted }, after) => {
      const { mailbox, kind, lifetime } = wanted;
      for (const each of known.values()) if (isOver(each)) known.delete(each.id);
      const others = [...known.values()].filter((each) => each.mailbox === mailbox);
      if (others.length >= policy.ewsMaxSubscriptions) throw new EwsError("ErrorExceededSubscriptionCount");
      table.settle();
      const earlier = after === undefined ? [] : table.since(mailbox.owner, after);
      if (!earlier) throw new EwsError("ErrorEventNotFound");
      table.watch(mailbox);
      const subscription: Subscription = {
        ...wanted,
        id: newSubscriptionId(`mail.${organization.store.domain}`, mailbox.owner),
        expires: organization.now() + lifetime,
        capacity: kind === "streaming" ? policy.streamingQueue : policy.eventTable,
        waiting: [],
        missed: false,
        told: after ?? table.last(),
      };
      for (const notice of earlier) offer(subscription, notice);
      known.set(subscription.id, subscription);
      for (const [id, find] of searches ?? [])
        table.watchSearch(mailbox, id, () => (isFollowed(id) ? find() : undefined));
      return subscription;
    },
    find: (id) => {
      checkSubscriptionId(id);
      const found = known.get(id);
      if (!found) throw new EwsError("ErrorSubscriptionNotFound");
      if (!isOver(found)) return found;
      known.delete(id);
      throw new EwsError("ErrorExpiredSubscription");
    },
    use: (subscription) => {
      subscription.expires = organization.now() + subscription.lifetime;
    },
    remove: (subscription) => {
      known.delete(subscription.id);
      subscription.sender?.leave(subscription, new EwsError("ErrorSubscriptionUnsubscribed"));
    },
    isEarly: (item) => {
      const until = early.get(item);
      if (until !== undefined && until <= organization.now()) early.delete(item);
      return early.has(item);
    },
    close: () => {
      table.close();
      const senders = new Set([...known.values()].flatMap(({ sender }) => sender ?? []));
      known.clear();
      for (const sender of senders) sender.close();
    },
  };
}
