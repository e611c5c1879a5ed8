import { orderedItems } from "../../folder-index.ts";
import type { Answer } from "../../http.ts";
import {
  folderOf,
  graphId,
  openMailbox,
  option,
  wantsImmutable,
  type Call,
  type Opened,
  type Operation,
} from "../call.ts";
import { badRequest, GraphError } from "../error.ts";
import { messageReader, messageWriter } from "../message-answer.ts";
import { linkWith } from "../query/collection.ts";
import { parseFilter, propertiesOf } from "../query/filter.ts";
import { typed } from "../query/types.ts";
import { passes } from "../query/match.ts";
import { readPage } from "../query/options.ts";
import { keepSync, type Sync } from "../sessions.ts";

/**
 * GET mailFolders/{id}/messages/delta: first everything, page by page; afterwards what was made, changed or taken away since. A round
 * ends with a delta link. A server that forgot a token says 410, and the client starts again.
 */
export const deltaMessages: Operation = (call) => {
  const opened = openMailbox(call);
  const folder = folderOf(opened, call.params["folder"] ?? "");
  const token = option(call, "skiptoken") ?? option(call, "deltatoken");
  const known = token === undefined ? undefined : call.sessions.syncs.get(token);
  if (token !== undefined && known?.folderId !== folder.id) throw forgotten(call);
  const sync: Sync = known ?? {
    folderId: folder.id,
    known: new Map(),
    origins: new Map(),
    pending: undefined,
    query: call.url.search,
  };
  // The options of the first request hold for all that follow from it.
  const asked: Call = { ...call, url: new URL(sync.query, call.url) };
  return page(asked, opened, sync.pending === undefined ? startRound(call, opened, sync) : sync);
};

function forgotten({ url }: Call): GraphError {
  return new GraphError(
    410,
    "SyncStateNotFound",
    "The sync state generation is not found; generation a new one by starting over.",
    { Location: `${url.origin}${url.pathname}` },
  );
}

/** Notes what differs from what the client knows, the newest messages first, then those that are gone. */
function startRound({ notifications }: Call, { mailbox }: Opened, sync: Sync): Sync {
  const changed = orderedItems(mailbox, [sync.folderId], "received", true)
    .slice(0, Infinity)
    .filter((item) => sync.known.get(item.id) !== item.change && !notifications.isHidden(item.id));
  const gone = [...sync.known.keys()].filter((id) => mailbox.items.get(id)?.folderId !== sync.folderId);
  return { ...sync, pending: [...changed.map(({ id }) => id), ...gone] };
}

function page(call: Call, opened: Opened, sync: Sync): Answer {
  const { top } = readPage(call, 10, 1000);
  const pending = sync.pending ?? [];
  const write = messageWriter(call, opened);
  const wanted = filterOf(call, opened);
  const type = option(call, "changeType");
  const known = new Map(sync.known);
  const origins = new Map(sync.origins);
  const immutable = wantsImmutable(call);
  const value: object[] = [];
  for (const id of pending.slice(0, top)) {
    const item = opened.mailbox.items.get(id);
    const there = item?.folderId === sync.folderId ? item : undefined;
    const kind = !there ? "deleted" : known.has(id) ? "updated" : "created";
    const told = kind !== "deleted" || known.has(id);
    if (there && !wanted(there)) continue;
    const origin = there?.origin ?? origins.get(id) ?? id;
    if (there) origins.set(id, origin);
    else origins.delete(id);
    if (there) known.set(id, there.change);
    else known.delete(id);
    if (!told || (type !== undefined && type !== kind)) continue;
    const removed = {
      id: graphId(opened.owner.guid, { id, origin }, immutable),
      "@removed": { reason: "deleted" },
    };
    value.push(there ? write(there) : removed);
  }
  const rest = pending.slice(top);
  const more = rest.length > 0;
  const next = keepSync<Sync>(call.sessions.syncs, {
    ...sync,
    known,
    origins,
    pending: more ? rest : undefined,
  });
  const bare = new URL(call.url.pathname, call.url);
  return {
    status: 200,
    body: {
      "@odata.context": `${call.root}/$metadata#Collection(message)`,
      value,
      ...(more
        ? { "@odata.nextLink": linkWith(bare, "$skiptoken", next) }
        : { "@odata.deltaLink": linkWith(bare, "$deltatoken", next) }),
    },
  };
}

/** Here only what arrived since some time can be asked for. */
function filterOf(
  call: Call,
  opened: Opened,
): (item: Parameters<ReturnType<typeof messageReader>>[0]) => boolean {
  const text = option(call, "filter");
  if (text === undefined) return () => true;
  const filter = typed(parseFilter(text));
  if (propertiesOf(filter).join() !== "receivedDateTime" || (filter.is !== "ge" && filter.is !== "gt"))
    throw badRequest(
      "Only receivedDateTime can be filtered by here, with ge or gt.",
      "ErrorInvalidUrlQueryFilter",
    );
  const read = messageReader(call, opened);
  return (item) => passes(filter, read(item, filter));
}
