import { folderId } from "../ews/ids.ts";
import { countsOf } from "../folder-index.ts";
import type { Folder } from "../store.ts";
import { defaultFolder, toUrl, type Opened } from "./call.ts";

/** Names that `$select` may use. */
export const folderProperties = [
  "id",
  "displayName",
  "parentFolderId",
  "childFolderCount",
  "unreadItemCount",
  "totalItemCount",
  "isHidden",
] as const;

/** Folders of mail right below another, in the order in which they were made; calendars and contacts are no mail folders. */
export function childFolders({ mailbox }: Opened, parent: Folder): Folder[] {
  return [...mailbox.folders.values()].filter(
    ({ parentId, folderClass }) => parentId === parent.id && folderClass.startsWith("IPF.Note"),
  );
}

/** The folder above all that people see. */
export function topFolder(opened: Opened): Folder {
  return defaultFolder(opened, "msgfolderroot");
}

/** A folder as Graph answers it. */
export function folderBody(
  opened: Opened,
  folder: Folder,
  select?: readonly string[],
): Record<string, unknown> {
  const { mailbox, owner } = opened;
  const { total, unread } = countsOf(mailbox, folder.id);
  const all = {
    id: toUrl(folderId(owner.guid, folder.id)),
    displayName: folder.displayName,
    parentFolderId: folder.parentId === undefined ? null : toUrl(folderId(owner.guid, folder.parentId)),
    childFolderCount: childFolders(opened, folder).length,
    unreadItemCount: unread,
    totalItemCount: total,
    isHidden: false,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !select || name === "id" || select.includes(name)),
  );
}
