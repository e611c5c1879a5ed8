import { moveFolder, removeFolder, subfolders } from "../../folder-tree.ts";
import { findFolder, moveItem, removeItem } from "../../mailbox.ts";
import { isCalendar } from "../../folder-rights.ts";
import { demand } from "../access.ts";
import { choice, folderOf, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";

const places = { MoveToDeletedItems: "deleteditems", SoftDelete: "recoverableitemsdeletions" } as const;

/** EmptyFolder: all items of each folder, and on request its subfolders, go to Deleted Items, to the dumpster, or for good. */
export const emptyFolder: Operation = (call, request) => {
  const type = choice(request, "DeleteType", ["HardDelete", "SoftDelete", "MoveToDeletedItems"]);
  const deep = ["true", "1"].includes(choice(request, "DeleteSubFolders", ["true", "false", "1", "0"]));
  return responses("EmptyFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { call: there, mailbox, folder } = folderOf(call, id, "delete");
    const below = deep ? subfolders(mailbox, folder.id) : [];
    for (const each of below) demand(there, mailbox, each, "own");
    const kept = isCalendar(folder) || folder.search !== undefined || folder.parentId === undefined;
    if (kept || below.some(({ distinguishedId }) => distinguishedId !== undefined))
      throw new EwsError("ErrorCannotEmptyFolder");
    const place = type === "HardDelete" ? undefined : findFolder(mailbox, places[type]);
    for (const item of mailbox.items.values()) {
      if (item.folderId !== folder.id) continue;
      if (place && place !== folder) moveItem(call.organization, mailbox, item, place.id);
      else if (!place) removeItem(call.organization, mailbox, item);
    }
    for (const each of below) {
      if (place && place !== folder) moveFolder(call.organization, mailbox, each, place.id);
      else if (!place) removeFolder(call.organization, mailbox, each);
    }
    return [];
  });
};
