import type { Mailbox } from "../../store.ts";
import { EwsError } from "../error.ts";
import { toldOf, type EventType, type Notice } from "./notice.ts";

/** At most so many events go into one notification. */
export const mostEvents = 50;

/** What a client has asked to be told, and what it has not been told yet. */
export interface Subscription {
  id: string;
  kind: "pull" | "push" | "streaming";
  mailbox: Mailbox;
  /** Who may use it: the acting account, for streaming the one that signed in. */
  owner: string;
  /** Absent: all that are visible. */
  folders?: ReadonlySet<string>;
  types: ReadonlySet<EventType>;
  /** Milliseconds without use until it expires; Infinity for push. */
  lifetime: number;
  /** When it expires, unless it is used. */
  expires: number;
  /** How many events may wait. */
  capacity: number;
  waiting: Notice[];
  /** More happened than could wait: everything that waited is lost. */
  missed: boolean;
  /** Number of the last event that the client was told, or knows to have passed. */
  told: number;
  /** Whoever sends its events (a connection, a push) is woken when there are new ones, or told why there will be none. */
  sender?: Sender;
}

export interface Sender {
  wake: () => void;
  /** The subscription is taken from it: another connection has it now, or it was unsubscribed. */
  leave: (subscription: Subscription, why: EwsError) => void;
  close: () => void;
}

/** Lets an event wait; the subscription asks for it, or it is dropped. */
export function offer(subscription: Subscription, notice: Notice): void {
  const told = wantedOf(subscription, notice);
  if (!told || subscription.missed) return;
  subscription.waiting.push(told);
  if (subscription.waiting.length <= subscription.capacity) return;
  subscription.waiting = [];
  subscription.missed = true;
}

/** What a subscription is told of an event; undefined for nothing. */
export function wantedOf({ folders, mailbox, types }: Subscription, notice: Notice): Notice | undefined {
  const told = toldOf(notice, folders, mailbox);
  return told && types.has(told.type) ? told : undefined;
}

/** What is to be told next. */
export interface Batch {
  notices: Notice[];
  /** Number before these events. */
  previous: number;
  more: boolean;
}

/**
 * Takes the next events, none when there are none; `now` is the table's last number. Of several changes of one object the last is told.
 * @throws EwsError ErrorMissedNotificationEvents once after events were lost; what happens afterwards is told again
 */
export function take(subscription: Subscription, most: number, now: number): Batch {
  if (subscription.missed) {
    subscription.missed = false;
    throw new EwsError("ErrorMissedNotificationEvents");
  }
  const previous = subscription.told;
  const taken = subscription.waiting.splice(0, most);
  const more = subscription.waiting.length > 0;
  subscription.told = taken.at(-1)?.number ?? Math.max(previous, now);
  const last = new Map(taken.map((notice) => [objectOf(notice), notice]));
  const notices = taken.filter(
    (notice) => notice.type !== "ModifiedEvent" || last.get(objectOf(notice)) === notice,
  );
  return { notices, previous, more };
}

/** Changes of one object are told as one; other events each by itself. */
function objectOf({ type, of, id, parentId, number }: Notice): string {
  return type === "ModifiedEvent" ? `${of} ${id} ${parentId}` : String(number);
}
