import { changesSince, nothingSeen, type ItemChange, type Seen } from "../../folder-changes.ts";
import { EwsError } from "../../ews/error.ts";
import { changeIn, readSyncState, writeSyncState } from "../../ews/sync-state.ts";
import type { Answer } from "../../http.ts";
import type { Folder, Item } from "../../store.ts";
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

/** How far a client is with a folder: all of it is in its token. */
interface Sync extends Seen {
  /** Ids of messages that could not be read yet when their turn came. */
  late: readonly string[];
  /** The query of the first request of all. */
  query: string;
}

/**
 * GET mailFolders/{id}/messages/delta: first everything, page by page; afterwards what was made, changed or taken away since. A round
 * ends with a delta link. To a token that this folder never gave the server says 410, and the client starts again.
 */
export const deltaMessages: Operation = (call) => {
  const opened = openMailbox(call);
  const folder = folderOf(opened, call.params["folder"] ?? "");
  const token = option(call, "skiptoken") ?? option(call, "deltatoken");
  const sync =
    token === undefined
      ? { ...nothingSeen, late: [], query: call.url.search }
      : readToken(call, folder, token);
  // The options of the first request hold for all that follow from it.
  return page({ ...call, url: new URL(sync.query, call.url) }, opened, folder, sync);
};

function readToken({ url, organization }: Call, folder: Folder, token: string): Sync {
  try {
    const { arrived, changed, late, query } = readSyncState(token, folder.id);
    const now = organization.store.sequence;
    if (Array.isArray(late) && typeof query === "string" && /^(\?|$)/.test(query))
      return {
        arrived: changeIn(arrived, now),
        changed: changeIn(changed, now),
        late: late.map(String),
        query,
      };
  } catch (error) {
    if (!(error instanceof EwsError)) throw error;
  }
  throw new GraphError(
    410,
    "SyncStateNotFound",
    "The sync state generation is not found; generation a new one by starting over.",
    { Location: `${url.origin}${url.pathname}` },
  );
}

function page(call: Call, opened: Opened, folder: Folder, sync: Sync): Answer {
  const { mailbox, owner } = opened;
  const { isHidden } = call.notifications;
  const { top } = readPage(call, 10, 1000);
  const wanted = filterOf(call, opened);
  const waiting = sync.late.flatMap((id) => mailbox.items.get(id) ?? []).filter(isIn(folder));
  const ready = waiting.filter(({ id }) => !isHidden(id)).slice(0, top);
  const left = waiting.filter((item) => !ready.includes(item));
  const { changes, seen, last } = changesSince(
    mailbox,
    folder.id,
    sync,
    call.organization.store.sequence,
    top - ready.length,
    (about) => !("edited" in about) || (!sync.late.includes(about.id) && wanted(about)),
  );
  const isEarly = (change: ItemChange): boolean => change.is !== "delete" && isHidden(change.item.id);
  const late = [
    ...left.map(({ id }) => id),
    ...changes.flatMap((change) => (change.is !== "delete" && isEarly(change) ? [change.item.id] : [])),
  ];
  const write = messageWriter(call, opened);
  const type = option(call, "changeType");
  const immutable = wantsImmutable(call);
  const value = [
    ...ready.map((item): ItemChange => ({ is: "create", item })),
    ...changes.filter((change) => !isEarly(change)),
  ]
    .filter(({ is }) => type === undefined || type === kinds[is])
    .map((change) =>
      change.is === "delete"
        ? { id: graphId(owner.guid, change.removed, immutable), "@removed": { reason: "deleted" } }
        : write(change.item),
    );
  const next = writeSyncState({ of: folder.id, ...seen, late, query: sync.query });
  const bare = new URL(call.url.pathname, call.url);
  return {
    status: 200,
    body: {
      "@odata.context": `${call.root}/$metadata#Collection(message)`,
      value,
      ...(last && left.every(({ id }) => isHidden(id))
        ? { "@odata.deltaLink": linkWith(bare, "$deltatoken", next) }
        : { "@odata.nextLink": linkWith(bare, "$skiptoken", next) }),
    },
  };
}

/** What a change is called in `changeType`. */
const kinds = { create: "created", update: "updated", read: "updated", delete: "deleted" } as const;

function isIn({ id }: Folder): (item: Item) => boolean {
  return ({ folderId }) => folderId === id;
}

/** Here only what arrived since some time can be asked for. */
function filterOf(call: Call, opened: Opened): (item: Item) => boolean {
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
