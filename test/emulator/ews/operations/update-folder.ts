import { folderNamed, replaceFolder } from "../../folder-tree.ts";
import type { Folder, Mailbox } from "../../store.ts";
import { folderOf, requiredList, responses, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { folderElementName } from "../folder.ts";
import { folderIdElement } from "../ids.ts";
import { element, type Element } from "../xml.ts";
import { folderName } from "./create-folder.ts";

/** UpdateFolder: renames folders, or changes their class; all of a folder's changes or none. */
export const updateFolder: Operation = (call, request) =>
  responses("UpdateFolder", requiredList(request, "m:FolderChanges"), (folderChange) => {
    const [id = element("none")] = folderChange.children;
    const { mailbox, folder } = folderOf(call, id);
    if (id.name === "t:FolderId" && id.attributes["ChangeKey"] === undefined)
      throw new EwsError("ErrorChangeKeyRequiredForWriteOperations");
    const changed = { ...folder };
    for (const update of requiredList(folderChange, "t:Updates")) apply(changed, update, mailbox);
    replaceFolder(call.organization, mailbox, changed);
    const told = folderIdElement("t:FolderId", mailbox.owner, changed);
    return [element("m:Folders", {}, element(folderElementName(changed), {}, told))];
  });

function apply(folder: Folder, update: Element, mailbox: Mailbox): void {
  const [path, given, ...more] = update.children;
  if (!path) throw schemaError(`The element '${update.name}' has incomplete content.`);
  const uri = path.attributes["FieldURI"] ?? "";
  if (path.name === "t:FieldURI" && !uri.startsWith("folder:"))
    throw new EwsError("ErrorInvalidPropertyRequest");
  if (update.name === "t:DeleteFolderField") throw new EwsError("ErrorInvalidPropertyDelete");
  const [value, ...values] = given?.children ?? [];
  if (!value || values.length > 0 || more.length > 0) throw new EwsError("ErrorIncorrectUpdatePropertyCount");
  if (path.name === "t:FieldURI" && value.name !== `t:${uri.slice(7)}`)
    throw new EwsError("ErrorUpdatePropertyMismatch");
  if (update.name === "t:AppendToFolderField") throw new EwsError("ErrorInvalidPropertyAppend");
  if (uri === "folder:DisplayName") rename(folder, folderName(value), mailbox);
  else if (uri === "folder:FolderClass") folder.folderClass = value.text;
  else throw new EwsError("ErrorInvalidPropertySet");
}

function rename(folder: Folder, name: string, mailbox: Mailbox): void {
  if (folder.distinguishedId !== undefined) throw new EwsError("ErrorAccessDenied");
  const other = folderNamed(mailbox, folder.parentId ?? "", name);
  if (other && other.id !== folder.id) throw new EwsError("ErrorFolderExists");
  folder.displayName = name;
}
