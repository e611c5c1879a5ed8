import { itemsWithMessageId, orderedItems, type Ordered, type OrderKey } from "../folder-index.ts";
import type { Folder, Item, Mailbox } from "../store.ts";
import type { Call } from "./call.ts";
import { viewOf, type View } from "./fields/field.ts";
import { itemsIn } from "./folder/search.ts";
import type { Pageable } from "./paging.ts";
import { readFieldPath, type Path } from "./path.ts";
import { readRestriction } from "./restriction.ts";
import { readSortOrder } from "./sort.ts";
import type { Version } from "./version.ts";
import { child, type Element } from "./xml.ts";

/** Orders that the store keeps, by field and by tag. */
const kept: Record<string, OrderKey> = {
  "item:DateTimeCreated": "created",
  "item:DateTimeSent": "sent",
  "item:DateTimeReceived": "received",
  "0x3007": "created",
  "0x0039": "sent",
  "0x0E06": "received",
};
const newestFirst = { key: "arrived", descending: true } as const;
const messageId = ["message:InternetMessageId", "0x1035"];

/** Which items are wanted, and in which order: elements of a request, and what a query string or a calendar's view adds to them. */
export interface Wanted {
  restriction: Element | undefined;
  also: ((view: View) => boolean)[];
  order: Element | undefined;
  /** The order where none is asked for. */
  usual: ((left: View, right: View) => number) | undefined;
}

/**
 * What FindItem finds in a folder: items that satisfy a restriction, sorted, newest first unless told. The usual questions (one of
 * the item's times, a Message-ID) are answered without looking at every item. @throws EwsError when one cannot be evaluated
 */
export function foundItems(
  call: Call,
  mailbox: Mailbox,
  folder: Folder,
  { restriction, also, order, usual }: Wanted,
): Pageable<View> {
  const { version } = call;
  const conditions = restriction ? [readRestriction(restriction, version), ...also] : also;
  const matches = (view: View): boolean => conditions.every((each) => each(view));
  const compare = order ? readSortOrder(order, version) : usual;
  const wanted = restriction && messageIdIn(restriction, version);
  const ready = folder.search
    ? undefined
    : order
      ? keptOrder(order, version)
      : compare
        ? undefined
        : newestFirst;
  const toView = (item: Item): View => viewOf(call, item);
  if (ready && wanted === undefined) {
    const ordered = orderedItems(mailbox, [folder.id], ready.key, ready.descending);
    if (conditions.length === 0) return views(ordered, toView);
    return ordered.slice(0, Infinity).map(toView).filter(matches);
  }
  const candidates =
    wanted === undefined || folder.search
      ? itemsIn(call, mailbox, folder)
      : itemsWithMessageId(mailbox, wanted).filter(({ folderId }) => folderId === folder.id);
  const found = candidates.toReversed().map(toView).filter(matches);
  return compare ? found.toSorted(compare) : found;
}

function views(ordered: Ordered, toView: (item: Item) => View): Pageable<View> {
  return {
    length: ordered.length,
    slice: (start, end) => ordered.slice(start, end).map(toView),
    findIndex: (matches) => {
      let index = 0;
      for (const item of ordered.each()) {
        if (matches(toView(item))) return index;
        index += 1;
      }
      return -1;
    },
  };
}

/** The one property that is sorted by, where the store keeps that order. */
function keptOrder(order: Element, version: Version): { key: OrderKey; descending: boolean } | undefined {
  const [only, ...more] = order.children;
  const [uri] = only?.children ?? [];
  if (!only || !uri || more.length > 0) return undefined;
  const key = kept[nameOf(readFieldPath(uri, version), "SystemTime")];
  return key && { key, descending: only.attributes["Order"] === "Descending" };
}

/** The Message-ID that every match has: it is compared with a constant, alone or as a part of `t:And`. */
function messageIdIn(expression: Element, version: Version): string | undefined {
  if (expression.name === "t:And") {
    for (const part of expression.children) {
      const found = messageIdIn(part, version);
      if (found !== undefined) return found;
    }
  }
  const [uri] = expression.children;
  const [constant] = child(expression, "t:FieldURIOrConstant")?.children ?? [];
  if (expression.name !== "t:IsEqualTo" || !uri || constant?.name !== "t:Constant") return undefined;
  if (!messageId.includes(nameOf(readFieldPath(uri, version), "String"))) return undefined;
  return constant.attributes["Value"] ?? "";
}

/** A field's URI, or the tag of an extended property of some type; else nothing. */
function nameOf(path: Path, type: string): string {
  if (path.is === "field") return path.field.uri;
  return path.is === "extended" && path.property.type === type ? (path.property.tag ?? "") : "";
}
