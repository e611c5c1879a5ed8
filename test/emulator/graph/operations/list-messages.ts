import { itemsWithMessageId, orderedItems, type OrderKey } from "../../folder-index.ts";
import { findFolder } from "../../mailbox.ts";
import type { Item } from "../../store.ts";
import { folderOf, openMailbox, option, type Call, type Opened, type Operation } from "../call.ts";
import { badRequest } from "../error.ts";
import { messageReader, messageWriter } from "../message-answer.ts";
import { collection, numberOf, type KeptOrder } from "../query/collection.ts";
import type { Filter } from "../query/filter.ts";
import type { Order } from "../query/options.ts";
import { finds, parseSearch, type Search } from "../query/search.ts";

/** Orders that the store keeps. */
const kept: Record<string, OrderKey> = {
  createddatetime: "created",
  sentdatetime: "sent",
  receiveddatetime: "received",
};

/** GET messages of a folder, or of the whole mailbox (without what is recoverable only); the newest come first. */
export const listMessages: Operation = (call) => {
  const opened = openMailbox(call);
  const folders = foldersOf(call, opened);
  const search = searchOf(call);
  const read = messageReader(call, opened);
  const { isHidden, hidesAny } = call.notifications;
  return collection(call, {
    context: `users('${opened.owner.guid}')/messages`,
    get things() {
      return orderedItems(opened.mailbox, folders, "arrived")
        .slice(0, Infinity)
        .filter((item) => !isHidden(item.id) && (!search || finds(search, read(item, undefined))));
    },
    // What is left out of the list is not in the store's order.
    inOrder: (order, filter) => (search || hidesAny() ? undefined : inOrder(opened, folders, order, filter)),
    reader: read,
    ...(search ? { byToken: true } : {}),
    write: messageWriter(call, opened),
    usualSize: 10,
    largestSize: 1000,
    order: [{ property: "receivedDateTime", descending: true }],
    strict: true,
  });
};

/** GET messages/$count. */
export const countMessages: Operation = numberOf(listMessages);

/** @throws GraphError SearchWithFilter | SearchWithOrderBy | BadRequest */
function searchOf(call: Call): Search | undefined {
  const text = option(call, "search");
  if (text === undefined) return undefined;
  for (const [name, code] of [
    ["filter", "SearchWithFilter"],
    ["orderby", "SearchWithOrderBy"],
    ["skip", "SearchWithSkip"],
  ] as const)
    if (option(call, name) !== undefined)
      throw badRequest(`The query parameter '$${name}' is not supported with '$search'.`, code);
  return parseSearch(text);
}

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
