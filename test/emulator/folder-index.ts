import type { Item, Mailbox } from "./store.ts";

/**
 * Where the items of a mailbox are: by folder in the orders that clients ask for, and by Message-ID. Made of the items when
 * somebody first asks, kept right by those who write (mailbox.ts), and never stored.
 */
interface Index {
  folders: Map<string, FolderIndex>;
  /** Ids of items by Message-ID in lower case; made when somebody first asks. */
  byMessageId?: Map<string, string[]>;
  /** How many items it knows. */
  size: number;
}

interface FolderIndex {
  unread: number;
  /** `arrived` is always there, the others once they were asked for. */
  orders: Map<OrderKey, Order>;
}

/** What items are ordered by; equal ones by their arrival. */
export type OrderKey = "arrived" | "change" | "created" | "sent" | "received";

/** Ids of a folder's items, ascending; three arrays side by side, so that a hundred thousand take little. */
interface Order {
  at: number[];
  arrived: number[];
  ids: string[];
}

/** A list of items of which only what is asked for is looked up. */
export interface Ordered {
  length: number;
  slice: (start: number, end: number) => Item[];
  /** The items, one after the other. */
  each: () => IteratorObject<Item, undefined>;
}

const indexes = new WeakMap<Map<string, Item>, Index>();

function indexOf({ items }: Mailbox): Index {
  const known = indexes.get(items);
  if (known?.size === items.size) return known;
  const index: Index = { folders: new Map(), size: items.size };
  for (const item of items.values()) enter(index, item);
  indexes.set(items, index);
  return index;
}

function enter(index: Index, item: Item): void {
  const folder = index.folders.get(item.folderId) ?? { unread: 0, orders: new Map() };
  if (folder.orders.size === 0) {
    index.folders.set(item.folderId, folder);
    folder.orders.set("arrived", { at: [], arrived: [], ids: [] });
  }
  folder.unread += Number(!item.isRead);
  for (const [key, order] of folder.orders) insert(order, item, key);
}

function insert(order: Order, item: Item, key: OrderKey): void {
  const place = placeOf(order, item[key], item.arrived);
  order.at.splice(place, 0, item[key]);
  order.arrived.splice(place, 0, item.arrived);
  order.ids.splice(place, 0, item.id);
}

function remove(order: Order, item: Item, key: OrderKey): void {
  const expected = placeOf(order, item[key], item.arrived);
  const place = order.ids[expected] === item.id ? expected : order.ids.indexOf(item.id);
  if (place < 0) return;
  order.at.splice(place, 1);
  order.arrived.splice(place, 1);
  order.ids.splice(place, 1);
}

/** The first place at which something is not smaller. */
function placeOf({ at, arrived }: Order, wanted: number, arrival: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = at[middle] ?? 0;
    if (found < wanted || (found === wanted && (arrived[middle] ?? 0) < arrival)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Notes an item that was put into the mailbox. */
export function noteArrival(mailbox: Mailbox, item: Item): void {
  const index = indexes.get(mailbox.items);
  if (!index) return;
  index.size += 1;
  enter(index, item);
  index.byMessageId?.set(keyOf(item), [...(index.byMessageId.get(keyOf(item)) ?? []), item.id]);
}

/** Notes that an item left the mailbox. */
export function noteLeave(mailbox: Mailbox, item: Item): void {
  const index = indexes.get(mailbox.items);
  if (!index) return;
  index.size -= 1;
  const folder = index.folders.get(item.folderId);
  if (folder) folder.unread -= Number(!item.isRead);
  for (const [key, order] of folder?.orders ?? []) remove(order, item, key);
  const left = index.byMessageId?.get(keyOf(item))?.filter((id) => id !== item.id) ?? [];
  if (left.length > 0) index.byMessageId?.set(keyOf(item), left);
  else index.byMessageId?.delete(keyOf(item));
}

/** Notes that an item took the place of its former state, in the same folder. */
export function noteChange(mailbox: Mailbox, before: Item, after: Item): void {
  const index = indexes.get(mailbox.items);
  const folder = index?.folders.get(before.folderId);
  if (!index || !folder) return;
  if (before.folderId !== after.folderId || keyOf(before) !== keyOf(after)) {
    noteLeave(mailbox, before);
    return noteArrival(mailbox, after);
  }
  folder.unread += Number(before.isRead) - Number(after.isRead);
  for (const [key, order] of folder.orders) {
    if (before[key] === after[key] && before.arrived === after.arrived) continue;
    remove(order, before, key);
    insert(order, after, key);
  }
}

function keyOf({ internetMessageId }: Item): string {
  return internetMessageId.toLowerCase();
}

/** How many items a folder has, and how many of them are unread. */
export function countsOf(mailbox: Mailbox, folderId: string): { total: number; unread: number } {
  const folder = indexOf(mailbox).folders.get(folderId);
  return { total: folder?.orders.get("arrived")?.ids.length ?? 0, unread: folder?.unread ?? 0 };
}

/** Items of a mailbox with a Message-ID, letter case aside, in the order of their arrival. */
export function itemsWithMessageId(mailbox: Mailbox, messageId: string): Item[] {
  const index = indexOf(mailbox);
  if (!index.byMessageId) {
    index.byMessageId = new Map();
    for (const item of mailbox.items.values()) {
      const same = index.byMessageId.get(keyOf(item));
      if (same) same.push(item.id);
      else index.byMessageId.set(keyOf(item), [item.id]);
    }
  }
  return (index.byMessageId.get(messageId.toLowerCase()) ?? []).flatMap((id) => mailbox.items.get(id) ?? []);
}

/** Items of a folder in the order of their arrival. */
export function itemsOf(mailbox: Mailbox, folderId: string): Item[] {
  return orderedItems(mailbox, [folderId], "arrived").slice(0, Infinity);
}

/** Items of a folder whose number is larger than another, ascending. */
export function itemsAfter(
  mailbox: Mailbox,
  folderId: string,
  key: "arrived" | "change",
  after: number,
): Item[] {
  const order = orderOf(mailbox, folderId, key);
  const ids = order?.ids.slice(placeOf(order, after, Infinity)) ?? [];
  return ids.flatMap((id) => mailbox.items.get(id) ?? []);
}

/** Items of some folders in one order. */
export function orderedItems(
  mailbox: Mailbox,
  folderIds: readonly string[],
  key: OrderKey,
  descending = false,
): Ordered {
  const orders = folderIds.flatMap((id) => orderOf(mailbox, id, key) ?? []);
  const each = function* (): IteratorObject<Item, undefined> {
    for (const id of merged(orders, descending)) {
      const item = mailbox.items.get(id);
      if (item) yield item;
    }
  };
  return {
    length: orders.reduce((sum, { ids }) => sum + ids.length, 0),
    each,
    slice: (start, end) => {
      const [only] = orders;
      if (orders.length > 1)
        return each()
          .drop(start)
          .take(Math.max(0, end - start))
          .toArray();
      if (!only) return [];
      const { length } = only.ids;
      const ids = descending
        ? only.ids.slice(Math.max(0, length - end), Math.max(0, length - start)).toReversed()
        : only.ids.slice(start, end);
      return ids.flatMap((id) => mailbox.items.get(id) ?? []);
    },
  };
}

function orderOf(mailbox: Mailbox, folderId: string, key: OrderKey): Order | undefined {
  const folder = indexOf(mailbox).folders.get(folderId);
  const known = folder?.orders.get(key);
  const arrivals = folder?.orders.get("arrived");
  if (known || !folder || !arrivals) return known;
  const items = arrivals.ids
    .flatMap((id) => mailbox.items.get(id) ?? [])
    .toSorted((one, other) => one[key] - other[key] || one.arrived - other.arrived);
  const order: Order = {
    at: items.map((item) => item[key]),
    arrived: items.map(({ arrived }) => arrived),
    ids: items.map(({ id }) => id),
  };
  folder.orders.set(key, order);
  return order;
}

/** Ids of several orders as one. */
function* merged(orders: readonly Order[], descending: boolean): IteratorObject<string, undefined> {
  const cursors = orders.map((order) => ({ order, next: descending ? order.ids.length - 1 : 0 }));
  for (;;) {
    let best: (typeof cursors)[number] | undefined;
    for (const cursor of cursors) {
      if (cursor.next < 0 || cursor.next >= cursor.order.ids.length) continue;
      if (!best || before(cursor, best) !== descending) best = cursor;
    }
    const id = best?.order.ids[best.next];
    if (!best || id === undefined) return;
    yield id;
    best.next += descending ? -1 : 1;
  }
}

type Cursor = { order: Order; next: number };

function before(one: Cursor, other: Cursor): boolean {
  const [a, b] = [one.order.at[one.next] ?? 0, other.order.at[other.next] ?? 0];
  if (a !== b) return a < b;
  return (one.order.arrived[one.next] ?? 0) < (other.order.arrived[other.next] ?? 0);
}
