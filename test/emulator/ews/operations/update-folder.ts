import { replaceFolder } from "../../folder-tree.ts";
import type { Folder, Mailbox } from "../../store.ts";
import { folderOf, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { keyOf } from "../extended/path.ts";
import { pathOf } from "../extended/property.ts";
import { clearFolderProperty, setFolderProperty } from "../folder/change.ts";
import { folderElementName } from "../folder/kind.ts";
import { readFolderPath } from "../folder/path.ts";
import { folderIdElement, readChangeKey } from "../ids.ts";
import { element, type Element } from "../xml.ts";

/** UpdateFolder: sets and deletes properties of folders; all of a folder's changes or none. */
export const updateFolder: Operation = (call, request) =>
  responses("UpdateFolder", requiredList(request, "m:FolderChanges"), (folderChange) => {
    const [id = element("none")] = folderChange.children;
    const { call: there, mailbox, folder } = folderOf(call, id, "own");
    const key = id.attributes["ChangeKey"];
    if (id.name === "t:FolderId" && key === undefined)
      throw new EwsError("ErrorChangeKeyRequiredForWriteOperations");
    if (key !== undefined) readChangeKey(key);
    const changed = { ...folder };
    for (const update of requiredList(folderChange, "t:Updates")) apply(there, mailbox, changed, update);
    replaceFolder(call.organization, mailbox, changed);
    const told = folderIdElement("t:FolderId", mailbox.owner, changed);
    return [element("m:Folders", {}, element(folderElementName(changed), {}, told))];
  });

function apply(call: Call, mailbox: Mailbox, folder: Folder, update: Element): void {
  const [uri, given, ...more] = update.children;
  if (!uri) throw schemaError(`The element '${update.name}' has incomplete content.`);
  const path = readFolderPath(uri, call.version);
  if (update.name === "t:DeleteFolderField") {
    if (path.is === "extended") return clearFolderProperty(folder, path.property);
    if (!path.field.clear) throw new EwsError("ErrorInvalidPropertyDelete");
    return path.field.clear(folder);
  }
  const [value, ...values] = given?.children ?? [];
  if (!value || values.length > 0 || more.length > 0) throw new EwsError("ErrorIncorrectUpdatePropertyCount");
  const fits =
    path.is === "field"
      ? value.name === path.field.name
      : value.name === "t:ExtendedProperty" && keyOf(pathOf(value)) === keyOf(path.property);
  if (!fits) throw new EwsError("ErrorUpdatePropertyMismatch");
  // Nothing of a folder can be extended.
  if (update.name === "t:AppendToFolderField") throw new EwsError("ErrorInvalidPropertyAppend");
  return setFolderProperty(call, mailbox, folder, value);
}
