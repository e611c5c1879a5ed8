import type { MailboxEvent } from "./events.ts";
import { itemsOf } from "./folder-index.ts";
import { copyItem, removeItem } from "./mailbox.ts";
import type { Organization } from "./organization.ts";
import type { Folder, Mailbox } from "./store.ts";

/** Folders right below a folder. */
export function subfolders(mailbox: Mailbox, parentId: string): Folder[] {
  return [...mailbox.folders.values()].filter((folder) => folder.parentId === parentId);
}

/** Every folder below a folder, however deep, parents before their children. */
export function foldersBelow(mailbox: Mailbox, parentId: string): Folder[] {
  return subfolders(mailbox, parentId).flatMap((each) => [each, ...foldersBelow(mailbox, each.id)]);
}

/** The folder of that name right below another, without regard to letter case. */
export function folderNamed(mailbox: Mailbox, parentId: string, displayName: string): Folder | undefined {
  const wanted = displayName.toLowerCase();
  return subfolders(mailbox, parentId).find((each) => each.displayName.toLowerCase() === wanted);
}

/** A new folder below another, not yet in any mailbox. */
export function newFolder(
  organization: Organization,
  { owner }: Mailbox,
  parentId: string,
  displayName: string,
  folderClass = "IPF.Note",
): Folder {
  const change = organization.nextId();
  return { id: `${owner}-${change}`, parentId, displayName, folderClass, change };
}

/** Puts a new folder for messages below another; its name is taken as it is. */
export function createFolder(
  organization: Organization,
  mailbox: Mailbox,
  parentId: string,
  displayName: string,
): Folder {
  const folder = newFolder(organization, mailbox, parentId, displayName);
  addFolder(organization, mailbox, folder);
  return folder;
}

/** Puts a new folder into a mailbox. */
export function addFolder(organization: Organization, mailbox: Mailbox, folder: Folder): void {
  mailbox.folders.set(folder.id, folder);
  organization.save();
  tell(organization, "created", mailbox, folder);
}

/** A copy of a folder, with all that is in it, below another. */
export function copyFolder(
  organization: Organization,
  mailbox: Mailbox,
  folder: Folder,
  parentId: string,
): Folder {
  const below = subfolders(mailbox, folder.id);
  const change = organization.nextId();
  const { distinguishedId: _default, managed: _managed, ...rest } = structuredClone(folder);
  const copy: Folder = { ...rest, id: `${mailbox.owner}-${change}`, parentId, change };
  mailbox.folders.set(copy.id, copy);
  organization.save();
  tell(organization, "copied", mailbox, copy, folder);
  for (const item of itemsOf(mailbox, folder.id)) copyItem(organization, mailbox, item, copy.id);
  for (const each of below) copyFolder(organization, mailbox, each, copy.id);
  return copy;
}

/** Puts the changed copy of a folder, with another name or class, in its place. */
export function replaceFolder(organization: Organization, mailbox: Mailbox, changed: Folder): void {
  mailbox.folders.set(changed.id, changed);
  touch(organization, changed);
  tell(organization, "modified", mailbox, changed);
}

function touch(organization: Organization, folder: Folder): void {
  folder.change = organization.nextId();
  organization.save();
}

function tell(
  organization: Organization,
  is: MailboxEvent["is"],
  mailbox: Mailbox,
  folder: Folder,
  before?: Folder,
): void {
  const { id, change, parentId = "" } = folder;
  const at = organization.now();
  const from = before && { id, change: before.change, parentId: before.parentId ?? "" };
  const event: MailboxEvent = { is, of: "folder", mailbox, at, id, change, parentId };
  organization.events.tell(from ? { ...event, before: from } : event);
}

/** Moves a folder with all that is in it below another; where its name is taken, a number is put after it, as Exchange does. */
export function moveFolder(
  organization: Organization,
  mailbox: Mailbox,
  folder: Folder,
  parentId: string,
): void {
  const before = { ...folder };
  const base = folder.displayName;
  const taken = (): boolean => {
    const found = folderNamed(mailbox, parentId, folder.displayName);
    return found !== undefined && found !== folder;
  };
  for (let number = 1; taken(); number += 1) folder.displayName = `${base}${number}`;
  folder.parentId = parentId;
  touch(organization, folder);
  tell(organization, "moved", mailbox, folder, before);
}

/** Removes a folder for good, with its folders and items. */
export function removeFolder(organization: Organization, mailbox: Mailbox, folder: Folder): void {
  const gone = [folder, ...foldersBelow(mailbox, folder.id)];
  for (const item of gone.flatMap(({ id }) => itemsOf(mailbox, id))) removeItem(organization, mailbox, item);
  for (const each of gone.toReversed()) {
    mailbox.folders.delete(each.id);
    tell(organization, "deleted", mailbox, each);
  }
  organization.save();
}
