import { addFolder, newFolder } from "../../folder-tree.ts";
import type { Folder, Mailbox } from "../../store.ts";
import { folderOr, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { folderName, setFolderProperty } from "../folder/change.ts";
import { classes, folderElementName, kindOfClass } from "../folder/kind.ts";
import { readSearch } from "../folder/search.ts";
import { folderIdElement } from "../ids.ts";
import { child, element, type Element } from "../xml.ts";

/** CreateFolder: folders below one parent. */
export const createFolderOperation: Operation = (call, request) => {
  const [parent = element("none")] = required(request, "m:ParentFolderId").children;
  return responses("CreateFolder", requiredList(request, "m:Folders"), (given) => {
    const found = folderOr("ErrorParentFolderNotFound", call, parent, "createFolder");
    const { call: there, mailbox, folder: above } = found;
    if (above.search) throw new EwsError("ErrorInvalidParentFolder");
    const folder = make(there, mailbox, above.id, given);
    addFolder(call.organization, mailbox, folder);
    const id = folderIdElement("t:FolderId", mailbox.owner, folder);
    return [element("m:Folders", {}, element(folderElementName(folder), {}, id))];
  });
};

function make(call: Call, mailbox: Mailbox, parentId: string, given: Element): Folder {
  const usual = classes[given.name];
  if (usual === undefined)
    throw new EwsError("ErrorInvalidOperation", `This server makes no ${given.name.slice(2)}.`);
  const folderClass = child(given, "t:FolderClass")?.text || usual;
  // A calendar, contacts or tasks folder has that class or one below it; other folders have none of these.
  const kind = given.name === "t:SearchFolder" ? "t:Folder" : given.name;
  if (kindOfClass(folderClass) !== kind) throw new EwsError("ErrorNoFolderClassOverride");
  const folder = newFolder(call.organization, mailbox, parentId, "", folderClass);
  const search = child(given, "t:SearchParameters");
  if (given.name === "t:SearchFolder") {
    if (!search) throw new EwsError("ErrorFolderSavePropertyError");
    folder.search = readSearch(call, mailbox, search);
  }
  folderName(child(given, "t:DisplayName"));
  for (const property of given.children)
    if (property.name !== "t:FolderClass") setFolderProperty(call, mailbox, folder, property);
  return folder;
}
