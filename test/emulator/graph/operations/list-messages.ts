import { findFolder } from "../../mailbox.ts";
import type { Item } from "../../store.ts";
import { folderOf, openMailbox, option, type Call, type Opened, type Operation } from "../call.ts";
import { badRequest } from "../error.ts";
import { messageReader, messageWriter } from "../message-answer.ts";
import { collection } from "../query/collection.ts";
import { finds, parseSearch, type Search } from "../query/search.ts";

/** GET messages of a folder, or of the whole mailbox (without what is recoverable only); the newest come first. */
export const listMessages: Operation = (call) => {
  const opened = openMailbox(call);
  const search = searchOf(call);
  const read = messageReader(call, opened);
  return collection(call, {
    context: `users('${opened.owner.guid}')/messages`,
    things: messagesOf(call, opened).filter(
      (item) => !call.notifications.isHidden(item.id) && (!search || finds(search, read(item, undefined))),
    ),
    reader: read,
    ...(search ? { byToken: true } : {}),
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

function messagesOf({ params }: Call, opened: Opened): Item[] {
  const items = [...opened.mailbox.items.values()];
  if (params["folder"] !== undefined) {
    const { id } = folderOf(opened, params["folder"]);
    return items.filter(({ folderId }) => folderId === id);
  }
  const dumpster = findFolder(opened.mailbox, "recoverableitemsroot")?.id;
  return items.filter(({ folderId }) => {
    const folder = opened.mailbox.folders.get(folderId);
    return folder?.parentId !== dumpster;
  });
}
