import { moveFolder, removeFolder } from "../../folder-tree.ts";
import { folderOf, requiredList, responses, type Operation } from "../call.ts";
import { readDeleteType } from "../delete-type.ts";
import { EwsError } from "../error.ts";

/** DeleteFolder: moves each folder with all that is in it to Deleted Items or to the dumpster, or removes it for good. */
export const deleteFolder: Operation = (call, request) => {
  const placeIn = readDeleteType(request);
  return responses("DeleteFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { mailbox, folder } = folderOf(call, id, "own");
    if (folder.distinguishedId !== undefined) throw new EwsError("ErrorDeleteDistinguishedFolder");
    const place = placeIn(mailbox);
    if (place) moveFolder(call.organization, mailbox, folder, place.id);
    else removeFolder(call.organization, mailbox, folder);
    return [];
  });
};
