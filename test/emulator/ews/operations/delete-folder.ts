import { moveFolder, removeFolder } from "../../folder-tree.ts";
import { findFolder } from "../../mailbox.ts";
import { choice, folderOf, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";

const places = { MoveToDeletedItems: "deleteditems", SoftDelete: "recoverableitemsdeletions" } as const;

/** DeleteFolder: moves each folder with all that is in it to Deleted Items or to the dumpster, or removes it for good. */
export const deleteFolder: Operation = (call, request) => {
  const type = choice(request, "DeleteType", ["HardDelete", "SoftDelete", "MoveToDeletedItems"]);
  return responses("DeleteFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { mailbox, folder } = folderOf(call, id, "own");
    if (folder.distinguishedId !== undefined) throw new EwsError("ErrorDeleteDistinguishedFolder");
    const place = type === "HardDelete" ? undefined : findFolder(mailbox, places[type]);
    if (place) moveFolder(call.organization, mailbox, folder, place.id);
    else removeFolder(call.organization, mailbox, folder);
    return [];
  });
};
