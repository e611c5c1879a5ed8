import { isDeepStrictEqual } from "node:util";
import type { MailboxEvent } from "./events.ts";
import { noteArrival, noteChange, noteLeave } from "./folder-index.ts";
import { readMime } from "./mime.ts";
import { copyOf } from "./item/composed.ts";
import type { Organization } from "./organization.ts";
import type { Folder, Item, Mailbox } from "./store.ts";

/** Default folders: distinguished id, parent's, display name and class. */
const defaults: [string, string | undefined, string, string?][] = [
  ["root", undefined, ""],
  ["msgfolderroot", "root", "Top of Information Store"],
  ["inbox", "msgfolderroot", "Inbox"],
  ["sentitems", "msgfolderroot", "Sent Items"],
  ["drafts", "msgfolderroot", "Drafts"],
  ["deleteditems", "msgfolderroot", "Deleted Items"],
  ["outbox", "msgfolderroot", "Outbox"],
  ["junkemail", "msgfolderroot", "Junk Email"],
  ["calendar", "msgfolderroot", "Calendar", "IPF.Appointment"],
  ["contacts", "msgfolderroot", "Contacts", "IPF.Contact"],
  ["tasks", "msgfolderroot", "Tasks", "IPF.Task"],
  ["notes", "msgfolderroot", "Notes", "IPF.StickyNote"],
  ["journal", "msgfolderroot", "Journal", "IPF.Journal"],
  ["conversationhistory", "msgfolderroot", "Conversation History"],
  ["searchfolders", "root", "Finder"],
  ["recoverableitemsroot", "root", "Recoverable Items"],
  ["recoverableitemsdeletions", "recoverableitemsroot", "Deletions"],
  ["recoverableitemsversions", "recoverableitemsroot", "Versions"],
  ["recoverableitemspurges", "recoverableitemsroot", "Purges"],
];

export interface StoreOptions {
  /** False unless told. */
  isRead?: boolean;
  /** False unless told. */
  isDraft?: boolean;
  /** When it arrived, milliseconds. */
  at: number;
  /** Instead of the class that the MIME suggests. */
  itemClass?: string;
}

/** An empty mailbox with the default folders; the caller puts it into a side's `mailboxes`. */
export function createMailbox(organization: Organization, ownerGuid: string): Mailbox {
  const folders = new Map<string, Folder>();
  const ids = new Map<string, string>();
  for (const [distinguishedId, parent, displayName, folderClass = "IPF.Note"] of defaults) {
    const change = organization.nextId();
    const id = `${ownerGuid}-${distinguishedId}`;
    const parentId = parent === undefined ? undefined : ids.get(parent);
    ids.set(distinguishedId, id);
    const parentage = parentId === undefined ? {} : { parentId };
    folders.set(id, { id, ...parentage, distinguishedId, displayName, folderClass, change });
  }
  return { owner: ownerGuid, folders, items: new Map() };
}

/** A folder by its id or its distinguished id (`sentitems`). */
export function findFolder(mailbox: Mailbox, idOrDistinguishedId: string): Folder | undefined {
  const byId = mailbox.folders.get(idOrDistinguishedId);
  if (byId) return byId;
  return [...mailbox.folders.values()].find(({ distinguishedId }) => distinguishedId === idOrDistinguishedId);
}

/** A message as an item of a folder, not yet in any mailbox. */
export async function newItem(
  organization: Organization,
  folderId: string,
  mime: Uint8Array,
  options: StoreOptions,
): Promise<Item> {
  const { attachments, sent, internetMessageId, ...content } = await readMime(mime);
  const id = organization.nextId();
  return {
    id: String(id),
    folderId,
    change: id,
    arrived: id,
    edited: id,
    ...content,
    itemClass: options.itemClass ?? content.itemClass,
    mime,
    internetMessageId: internetMessageId ?? `<${id}@${organization.store.domain}>`,
    attachments: attachments.map((attachment) => ({
      ...attachment,
      id: String(organization.nextId()),
      lastModified: options.at,
    })),
    isRead: options.isRead ?? false,
    isDraft: options.isDraft ?? false,
    categories: [],
    flag: { status: "NotFlagged" },
    created: options.at,
    sent: sent ?? options.at,
    received: options.at,
    lastModified: options.at,
    extended: [],
  };
}

/** Puts a message into a folder (named by id or distinguished id). @throws Error when the mailbox has no such folder. */
export async function storeMessage(
  organization: Organization,
  mailbox: Mailbox,
  folder: string,
  mime: Uint8Array,
  options: StoreOptions,
): Promise<Item> {
  const target = findFolder(mailbox, folder);
  if (!target) throw new Error(`The mailbox of ${mailbox.owner} has no folder '${folder}'.`);
  const item = await newItem(organization, target.id, mime, options);
  addItem(organization, mailbox, item);
  return item;
}

/** Puts a new item into its folder. Its arrival is numbered only now, so that nobody who synchronises has passed that number. */
export function addItem(organization: Organization, mailbox: Mailbox, item: Item): void {
  arrive(organization, mailbox, item);
  tell(organization, "created", mailbox, item);
}

/** Removes an item for good. */
export function removeItem(organization: Organization, mailbox: Mailbox, item: Item): void {
  leave(organization, mailbox, item);
  tell(organization, "deleted", mailbox, item);
}

function arrive(organization: Organization, mailbox: Mailbox, item: Item): void {
  item.change = organization.nextId();
  item.arrived = item.change;
  item.edited = item.change;
  mailbox.items.set(item.id, item);
  noteArrival(mailbox, item);
  organization.save(mailbox, item.id);
}

function leave(organization: Organization, mailbox: Mailbox, item: Item): void {
  const { id, folderId, arrived, origin } = item;
  const there = mailbox.items.get(id);
  mailbox.items.delete(id);
  if (there) noteLeave(mailbox, there);
  mailbox.removed ??= [];
  const tombstone = { id, folderId, arrived, change: organization.nextId() };
  mailbox.removed.push(origin === undefined ? tombstone : { ...tombstone, origin });
  organization.save(mailbox, id);
}

function tell(
  organization: Organization,
  is: MailboxEvent["is"],
  mailbox: Mailbox,
  { id, origin = id, change, folderId: parentId }: Item,
  before?: Item,
): void {
  const at = organization.now();
  const from = before && { id: before.id, change: before.change, parentId: before.folderId };
  const event: MailboxEvent = { is, of: "item", mailbox, at, id, origin, change, parentId };
  organization.events.tell(from ? { ...event, before: from } : event);
}

/** Notes that an item came with the mail. */
export function announceMail(organization: Organization, mailbox: Mailbox, item: Item): void {
  tell(organization, "newMail", mailbox, item);
}

/** Puts the changed copy of an item in its place, with a new change number and time of modification. */
export function replaceItem(organization: Organization, mailbox: Mailbox, changed: Item): void {
  const before = mailbox.items.get(changed.id);
  const onlyRead = before !== undefined && before.isRead !== changed.isRead && sameButRead(before, changed);
  changed.change = organization.nextId();
  if (!onlyRead) Object.assign(changed, { edited: changed.change, isModified: true });
  changed.lastModified = organization.now();
  mailbox.items.set(changed.id, changed);
  if (before) noteChange(mailbox, before, changed);
  else noteArrival(mailbox, changed);
  organization.save(mailbox, changed.id);
  tell(organization, "modified", mailbox, changed);
}

/** Whether two states of an item differ in nothing but the read flag and what counts changes; one is a shallow copy of the other. */
function sameButRead(before: Item, after: Item): boolean {
  const counts: ReadonlySet<string> = new Set(["isRead", "change", "edited", "lastModified"]);
  const now = new Map<string, unknown>(Object.entries(after));
  return Object.entries(before).every(
    ([name, value]) => counts.has(name) || isDeepStrictEqual(value, now.get(name)),
  );
}

/** A copy of an item in another (or the same) folder, with an id of its own. */
export function copyItem(organization: Organization, mailbox: Mailbox, item: Item, folderId: string): Item {
  const copy = Object.assign(copyOf(item), {
    id: String(organization.nextId()),
    folderId,
    // Bytes never change in place, so both may have the same; what is listed may.
    attachments: [...item.attachments],
    categories: [...item.categories],
    extended: [...item.extended],
    flag: { ...item.flag },
    lastModified: organization.now(),
  });
  delete copy.origin;
  arrive(organization, mailbox, copy);
  tell(organization, "copied", mailbox, copy, item);
  return copy;
}

/** Moves an item, which gets a new id as in Exchange; the old one is gone. */
export function moveItem(organization: Organization, mailbox: Mailbox, item: Item, folderId: string): Item {
  const moved = Object.assign(copyOf(item), {
    id: String(organization.nextId()),
    origin: item.origin ?? item.id,
    folderId,
    lastModified: organization.now(),
  });
  leave(organization, mailbox, item);
  arrive(organization, mailbox, moved);
  tell(organization, "moved", mailbox, moved, item);
  return moved;
}
