import { itemsOf } from "../../folder-index.ts";
import { moveFolder, removeFolder, subfolders } from "../../folder-tree.ts";
import { moveItem, removeItem } from "../../mailbox.ts";
import { isCalendar } from "../../folder-rights.ts";
import { demand } from "../access.ts";
import { folderOf, requiredList, responses, yes, type Operation } from "../call.ts";
import { readDeleteType } from "../delete-type.ts";
import { EwsError } from "../error.ts";

/** EmptyFolder: all items of each folder, and on request its subfolders, go to Deleted Items, to the dumpster, or for good. */
export const emptyFolder: Operation = (call, request) => {
  const placeIn = readDeleteType(request);
  const deep = yes(request, "DeleteSubFolders");
  return responses("EmptyFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { call: there, mailbox, folder } = folderOf(call, id, "delete");
    const below = deep ? subfolders(mailbox, folder.id) : [];
    for (const each of below) demand(there, mailbox, each, "own");
    const kept = isCalendar(folder) || folder.search !== undefined || folder.parentId === undefined;
    if (kept || below.some(({ distinguishedId }) => distinguishedId !== undefined))
      throw new EwsError("ErrorCannotEmptyFolder");
    const place = placeIn(mailbox);
    // What lies there already stays.
    if (place === folder) return [];
    for (const item of itemsOf(mailbox, folder.id)) {
      if (place) moveItem(call.organization, mailbox, item, place.id);
      else removeItem(call.organization, mailbox, item);
    }
    for (const each of below) {
      if (place) moveFolder(call.organization, mailbox, each, place.id);
      else removeFolder(call.organization, mailbox, each);
    }
    return [];
  });
};
