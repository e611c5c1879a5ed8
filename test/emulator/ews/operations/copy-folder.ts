import { copyFolder, foldersBelow, folderNamed, moveFolder } from "../../folder-tree.ts";
import type { Folder, Mailbox } from "../../store.ts";
import { demand } from "../access.ts";
import { folderOf, folderOr, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { folderElementName } from "../folder/kind.ts";
import { folderIdElement } from "../ids.ts";
import { element, type Element } from "../xml.ts";

/** CopyFolder: each folder, with all that is in it, once more below another. */
export const copyFolderOperation: Operation = (call, request) => {
  const [to = element("none")] = required(request, "m:ToFolderId").children;
  return responses("CopyFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { call: there, mailbox, folder } = folderOf(call, id, "read");
    const target = destination(call, to, mailbox);
    for (const each of foldersBelow(mailbox, folder.id)) demand(there, mailbox, each, "read");
    check(mailbox, folder, target);
    return told(mailbox, copyFolder(call.organization, mailbox, folder, target.id));
  });
};

/** MoveFolder: each folder, with all that is in it, below another; it keeps its id. */
export const moveFolderOperation: Operation = (call, request) => {
  const [to = element("none")] = required(request, "m:ToFolderId").children;
  return responses("MoveFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { mailbox, folder } = folderOf(call, id, "own");
    const target = destination(call, to, mailbox);
    if (folder.distinguishedId !== undefined) throw new EwsError("ErrorMoveDistinguishedFolder");
    check(mailbox, folder, target);
    moveFolder(call.organization, mailbox, folder, target.id);
    return told(mailbox, folder);
  });
};

function destination(call: Call, to: Element, from: Mailbox): Folder {
  const { call: there, mailbox, folder } = folderOr("ErrorToFolderNotFound", call, to);
  if (mailbox !== from) throw new EwsError("ErrorCrossMailboxMoveCopy");
  demand(there, mailbox, folder, "createFolder");
  return folder;
}

/** Nothing goes into itself, or beside another of its name. */
function check(mailbox: Mailbox, folder: Folder, target: Folder): void {
  const within = [folder, ...foldersBelow(mailbox, folder.id)].some(({ id }) => id === target.id);
  if (within || target.search) throw new EwsError("ErrorMoveCopyFailed");
  if (folderNamed(mailbox, target.id, folder.displayName)) throw new EwsError("ErrorFolderExists");
}

function told(mailbox: Mailbox, folder: Folder): Element[] {
  const id = folderIdElement("t:FolderId", mailbox.owner, folder);
  return [element("m:Folders", {}, element(folderElementName(folder), {}, id))];
}
