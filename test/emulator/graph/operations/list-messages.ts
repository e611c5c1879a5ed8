import { itemsWithMessageId, orderedItems, type OrderKey } from "../../folder-index.ts";
import { findFolder } from "../../mailbox.ts";
import type { Item } from "../../store.ts";
import { folderOf, openMailbox, option, type Call, type Opened, type Operation } from "../call.ts";
import { badRequest } from "../error.ts";
import { messageReader, messageWriter } from "../message-answer.ts";
import { collection, type KeptOrder } from "../query/collection.ts";
import type { Filter } from "../query/filter.ts";
import type { Order } from "../query/options.ts";

/** Orders that the store keeps. */
const kept: Record<string, OrderKey> = {
  createddatetime: "created",
  sentdatetime: "sent",
  receiveddatetime: "received",
};

/** GET messages of a folder, or of the whole mailbox (without what is recoverable only); the newest come first. */
export const listMessages: Operation = (call) => {
  const opened = openMailbox(call);
  if (option(call, "search") !== undefined)
    throw badRequest("This server does not do $search.", "SearchNotSupported");
  const folders = foldersOf(call, opened);
  return collection(call, {
    context: `users('${opened.owner.guid}')/messages`,
    get things() {
      return orderedItems(opened.mailbox, folders, "arrived").slice(0, Infinity);
    },
    inOrder: (order, filter) => inOrder(opened, folders, order, filter),
    reader: messageReader(call, opened),
    write: messageWriter(call, opened),
    usualSize: 10,
    largestSize: 1000,
    order: [{ property: "receivedDateTime", descending: true }],
    strict: true,
  });
};

/** GET messages/$count: the bare number. */
export const countMessages: Operation = async (call) => {
  const url = new URL(call.url);
  url.searchParams.set("$count", "true");
  url.searchParams.set("$top", "1");
  const answer = await listMessages({ ...call, url });
  const body = "body" in answer && typeof answer.body === "object" ? answer.body : {};
  return {
    status: 200,
    headers: { "Content-Type": "text/plain" },
    body: String((body as Record<string, unknown>)["@odata.count"]),
  };
};

/** Ids of the folders that are listed. */
function foldersOf({ params }: Call, opened: Opened): string[] {
  if (params["folder"] !== undefined) return [folderOf(opened, params["folder"]).id];
  const dumpster = findFolder(opened.mailbox, "recoverableitemsroot")?.id;
  return [...opened.mailbox.folders.values()]
    .filter(({ parentId }) => parentId !== dumpster)
    .map(({ id }) => id);
}

/** Messages in an order that the store keeps; few enough are left for any other where the filter names a Message-ID. */
function inOrder(
  { mailbox }: Opened,
  folders: readonly string[],
  { property, descending }: Order,
  filter: Filter | undefined,
): KeptOrder<Item> | undefined {
  const key = kept[property.toLowerCase()];
  if (!key) return undefined;
  const messageId = filter && messageIdIn(filter);
  if (messageId === undefined) return orderedItems(mailbox, folders, key, descending);
  const found = itemsWithMessageId(mailbox, messageId)
    .filter(({ folderId }) => folders.includes(folderId))
    .toSorted((one, other) => one[key] - other[key] || one.arrived - other.arrived);
  const items = descending ? found.toReversed() : found;
  return {
    length: items.length,
    slice: (start, end) => items.slice(start, end),
    each: () => items.values(),
  };
}

/** The Message-ID that everything has that passes a filter. */
function messageIdIn(filter: Filter): string | undefined {
  if (filter.is === "and") return messageIdIn(filter.left) ?? messageIdIn(filter.right);
  if (filter.is !== "eq") return undefined;
  const [path, literal] =
    filter.left.is === "path" ? [filter.left, filter.right] : [filter.right, filter.left];
  if (path.is !== "path" || path.path.join("/") !== "internetMessageId") return undefined;
  return literal.is === "literal" && typeof literal.value === "string" ? literal.value : undefined;
}
