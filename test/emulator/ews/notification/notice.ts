import type { MailboxEvent } from "../../events.ts";
import { foldersBelow } from "../../folder-tree.ts";
import { findFolder } from "../../mailbox.ts";
import type { Mailbox } from "../../store.ts";

/** What a client may subscribe to ([MS-OXWSNTIF] NotificationEventTypeType). Nothing here changes free/busy data. */
export const eventTypes = [
  "CopiedEvent",
  "CreatedEvent",
  "DeletedEvent",
  "ModifiedEvent",
  "MovedEvent",
  "NewMailEvent",
  "FreeBusyChangedEvent",
] as const;
export type EventType = (typeof eventTypes)[number];

/** One event as clients are told it. */
export interface Notice {
  /** Its place in the event table. */
  number: number;
  type: EventType;
  of: "item" | "folder";
  /** Owner of the mailbox. */
  owner: string;
  /** Milliseconds since 1970. */
  at: number;
  id: string;
  parentId: string;
  /** Of what moved or was copied. */
  before?: { id: string; parentId: string };
  /** Of a folder that was modified. */
  unread?: number;
  /** Told to those only who subscribed to the search folder. */
  inSearch?: boolean;
}

const types: Record<MailboxEvent["is"], EventType> = {
  copied: "CopiedEvent",
  created: "CreatedEvent",
  deleted: "DeletedEvent",
  modified: "ModifiedEvent",
  moved: "MovedEvent",
  newMail: "NewMailEvent",
};

/** A mailbox's event, not numbered yet. */
export function noticeOf({ is, of, mailbox, at, id, parentId, before }: MailboxEvent): Notice {
  const notice: Notice = { number: 0, type: types[is], of, owner: mailbox.owner, at, id, parentId };
  return before ? { ...notice, before: { id: before.id, parentId: before.parentId } } : notice;
}

/** The folders that a client sees: what lies below the root of messages, that one included. */
function visibleFolders(mailbox: Mailbox): ReadonlySet<string> {
  const top = findFolder(mailbox, "msgfolderroot");
  return new Set(top ? [top.id, ...foldersBelow(mailbox, top.id).map(({ id }) => id)] : []);
}

/**
 * What a subscription to some folders, or (without any) to all visible ones, is told of an event; undefined when it is none of its business.
 * Who subscribes to all folders sees what moves out of sight as deleted, and what comes into sight as created, as in Exchange 2013.
 */
export function toldOf(
  notice: Notice,
  folders: ReadonlySet<string> | undefined,
  mailbox: Mailbox,
): Notice | undefined {
  const { of, id, parentId, before } = notice;
  if (notice.inSearch && !folders) return undefined;
  const within = folders ?? visibleFolders(mailbox);
  const here = within.has(parentId) || (of === "folder" && within.has(id));
  const was = before !== undefined && within.has(before.parentId);
  if (folders || notice.type !== "MovedEvent" || here === was) return here || was ? notice : undefined;
  const { before: from, ...there } = notice;
  return here ? { ...there, type: "CreatedEvent" } : { ...there, type: "DeletedEvent", ...from };
}
