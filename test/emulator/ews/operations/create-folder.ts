import { createFolder, folderNamed } from "../../folder-tree.ts";
import type { Mailbox } from "../../store.ts";
import { folderOf, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { folderIdElement } from "../ids.ts";
import { child, element, type Element } from "../xml.ts";

/** The class of each kind of folder, where the client names none. */
const classes: Readonly<Record<string, string>> = {
  "t:Folder": "IPF.Note",
  "t:CalendarFolder": "IPF.Appointment",
  "t:ContactsFolder": "IPF.Contact",
  "t:TasksFolder": "IPF.Task",
};
const settable = ["t:FolderClass", "t:DisplayName"];

/** CreateFolder: folders below one parent. */
export const createFolderOperation: Operation = (call, request) => {
  const [parent = element("none")] = required(request, "m:ParentFolderId").children;
  return responses("CreateFolder", requiredList(request, "m:Folders"), (given) => {
    const { mailbox, id: parentId } = parentOf(call, parent);
    const { name, folderClass } = readFolder(given);
    if (folderNamed(mailbox, parentId, name)) throw new EwsError("ErrorFolderExists");
    const folder = createFolder(call.organization, mailbox, parentId, name, folderClass);
    const id = folderIdElement("t:FolderId", mailbox.owner, folder);
    return [element("m:Folders", {}, element(given.name, {}, id))];
  });
};

function parentOf(call: Call, parent: Element): { mailbox: Mailbox; id: string } {
  try {
    const { mailbox, folder } = folderOf(call, parent);
    return { mailbox, id: folder.id };
  } catch (error) {
    if (error instanceof EwsError && error.code === "ErrorFolderNotFound")
      throw new EwsError("ErrorParentFolderNotFound");
    throw error;
  }
}

function readFolder(given: Element): { name: string; folderClass: string } {
  const usual = classes[given.name];
  if (usual === undefined)
    throw new EwsError("ErrorInvalidOperation", `This server makes no ${given.name.slice(2)}.`);
  if (given.children.some(({ name }) => !settable.includes(name)))
    throw new EwsError("ErrorInvalidPropertySet");
  const folderClass = child(given, "t:FolderClass")?.text || usual;
  // A calendar, contacts or tasks folder has that class or one below it; other folders have none of these.
  if (kindOf(folderClass) !== given.name) throw new EwsError("ErrorNoFolderClassOverride");
  return { name: folderName(child(given, "t:DisplayName")), folderClass };
}

function kindOf(folderClass: string): string {
  const under = (whole: string): boolean => folderClass === whole || folderClass.startsWith(`${whole}.`);
  return Object.keys(classes).find((kind) => kind !== "t:Folder" && under(classes[kind] ?? "")) ?? "t:Folder";
}

/** A folder's name as a client gives it. @throws EwsError ErrorFolderSavePropertyError when there is none */
export function folderName(given: Element | undefined): string {
  if (!given || given.text.trim() === "") throw new EwsError("ErrorFolderSavePropertyError");
  return given.text;
}
