import { randomUUID } from "node:crypto";
import type { MailboxEvent } from "../../events.ts";
import { countsOf } from "../../folder-index.ts";
import type { Organization } from "../../organization.ts";
import type { Item, Mailbox, Side } from "../../store.ts";
import { noticeOf, type Notice } from "./notice.ts";

/** What happened in the mailboxes of a side that somebody has subscribed to, as long as this process lives. */
export interface EventTable {
  /** Guid: watermarks of another table mean nothing here. */
  id: string;
  /** The number of the last event. */
  last: () => number;
  /** From now on what happens in a mailbox is noted. */
  watch: (mailbox: Mailbox) => void;
  /** From now on what a search folder shows is noted too, as often as `find` answers it; then no more. */
  watchSearch: (mailbox: Mailbox, folderId: string, find: () => Item[] | undefined) => void;
  /** A mailbox's events after a number, oldest first; undefined when some of them are forgotten. */
  since: (owner: string, number: number) => Notice[] | undefined;
  /** Notes what has just happened, instead of a moment later. */
  settle: () => void;
  close: () => void;
}

interface Watched {
  mailbox: Mailbox;
  noted: Notice[];
  /** Events up to this one are not to be had any more. */
  forgotten: number;
  /** Unread items by folder, as last told. */
  unread: Map<string, number>;
  /** Not noted yet: events, and folders with whether their content became more, less or other. */
  fresh: Notice[];
  /** By search folder: how it is looked up, and the ids and change numbers of what it showed when it last was. */
  searches: Map<string, { find: () => Item[] | undefined; shown: Map<string, number> }>;
  touched: Map<string, boolean>;
}

/**
 * Starts an empty table that keeps `most` events of each mailbox. `tell` hears of events as they are noted: together those of one
 * action, with the change of the folders' contents (ModifiedEvent, with the count of unread items) at the end.
 */
export function createEventTable(
  organization: Organization,
  side: Side,
  most: number,
  tell: (mailbox: Mailbox, notices: Notice[]) => void,
): EventTable {
  const watched = new Map<string, Watched>();
  let last = 0;
  let scheduled: NodeJS.Immediate | undefined;

  const hear = (event: MailboxEvent): void => {
    const one = watched.get(event.mailbox.owner);
    if (one?.mailbox !== event.mailbox) return;
    one.fresh.push(noticeOf(event));
    const counted = event.is !== "modified" && event.is !== "newMail";
    const folders =
      event.is === "moved" && event.before ? [event.before.parentId, event.parentId] : [event.parentId];
    if (event.of === "item" || counted)
      for (const id of folders) one.touched.set(id, counted || (one.touched.get(id) ?? false));
    scheduled ??= setImmediate(settle);
  };

  function settle(): void {
    if (scheduled) clearImmediate(scheduled);
    scheduled = undefined;
    for (const one of watched.values()) {
      if (one.fresh.length === 0) continue;
      const at = organization.now();
      const notices = [...one.fresh, ...folderChanges(one, at), ...searchChanges(one, at)];
      one.fresh = [];
      one.touched = new Map();
      for (const notice of notices) notice.number = ++last;
      one.noted.push(...notices);
      one.forgotten = one.noted.splice(0, one.noted.length - most).at(-1)?.number ?? one.forgotten;
      tell(one.mailbox, notices);
    }
  }

  const stop = organization.events.listen(hear);
  return {
    id: randomUUID(),
    last: () => last,
    watch: (mailbox) => {
      if (watched.has(mailbox.owner) || side.mailboxes.get(mailbox.owner) !== mailbox) return;
      const unread = new Map([...mailbox.folders.keys()].map((id) => [id, countsOf(mailbox, id).unread]));
      const [touched, searches] = [new Map<string, boolean>(), new Map()];
      const nothing = { noted: [], fresh: [], touched, searches, forgotten: last };
      watched.set(mailbox.owner, { mailbox, unread, ...nothing });
    },
    watchSearch: (mailbox, folderId, find) => {
      const one = watched.get(mailbox.owner);
      if (one?.mailbox !== mailbox || one.searches.has(folderId)) return;
      one.searches.set(folderId, { find, shown: shownBy(find() ?? []) });
    },
    since: (owner, number) => {
      const one = watched.get(owner);
      if (!one || number < one.forgotten) return undefined;
      return one.noted.filter((notice) => notice.number > number);
    },
    settle,
    close: () => {
      stop();
      if (scheduled) clearImmediate(scheduled);
    },
  };
}

function folderChanges({ mailbox, touched, unread }: Watched, at: number): Notice[] {
  return [...touched].flatMap(([id, counted]) => {
    const folder = mailbox.folders.get(id);
    const count = countsOf(mailbox, id).unread;
    const changed = counted || count !== (unread.get(id) ?? 0);
    unread.set(id, count);
    if (!folder || !changed) return [];
    const parentId = folder.parentId ?? id;
    return {
      number: 0,
      type: "ModifiedEvent",
      of: "folder",
      owner: mailbox.owner,
      at,
      id,
      parentId,
      unread: count,
    };
  });
}

/** What came into search folders, left them or changed in them, and after that the folders. */
function searchChanges({ mailbox, searches }: Watched, at: number): Notice[] {
  return [...searches].flatMap(([folderId, search]) => {
    const folder = mailbox.folders.get(folderId);
    const found = folder && search.find();
    if (!found) {
      searches.delete(folderId);
      return [];
    }
    const [before, after] = [search.shown, shownBy(found)];
    search.shown = after;
    const common = { number: 0, owner: mailbox.owner, at, inSearch: true };
    const notice = (type: Notice["type"], id: string): Notice => ({
      ...common,
      type,
      of: "item",
      id,
      parentId: folderId,
    });
    const changes = [
      ...[...before.keys()].filter((id) => !after.has(id)).map((id) => notice("DeletedEvent", id)),
      ...[...after].flatMap(([id, change]) => {
        const known = before.get(id);
        if (known === change) return [];
        return notice(known === undefined ? "CreatedEvent" : "ModifiedEvent", id);
      }),
    ];
    if (changes.length === 0) return [];
    const unread = found.filter(({ isRead }) => !isRead).length;
    const parentId = folder.parentId ?? folderId;
    return [...changes, { ...common, type: "ModifiedEvent", of: "folder", id: folderId, parentId, unread }];
  });
}

function shownBy(items: Item[]): Map<string, number> {
  return new Map(items.map(({ id, change }) => [id, change]));
}
