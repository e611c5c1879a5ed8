import type { Folder } from "../../store.ts";
import { folderOf, jsonBody, openMailbox, type Operation } from "../call.ts";
import { badBody, GraphError } from "../error.ts";
import { EwsError } from "../../ews/error.ts";
import { folderBody, topFolder } from "../folder.ts";

/** POST mailFolders and POST mailFolders/{id}/childFolders. Names are unique among siblings. */
export const createMailFolder: Operation = (call) => {
  const opened = openMailbox(call);
  const { folder: above } = call.params;
  const parent = above === undefined ? topFolder(opened) : folderOf(opened, above);
  if (!parent) throw new EwsError("ErrorFolderNotFound");
  const { displayName } = jsonBody(call);
  if (typeof displayName !== "string" || displayName.trim() === "")
    throw badBody("The property 'displayName' is missing.");
  const { folders } = opened.mailbox;
  const taken = [...folders.values()].some(
    (each) => each.parentId === parent.id && each.displayName.toLowerCase() === displayName.toLowerCase(),
  );
  if (taken)
    throw new GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.");
  const change = call.organization.nextId();
  const id = `${opened.owner.guid}-${change}`;
  const folder: Folder = { id, parentId: parent.id, displayName, folderClass: "IPF.Note", change };
  folders.set(folder.id, folder);
  call.organization.save();
  const context = `${call.root}/$metadata#users('${opened.owner.guid}')/mailFolders/$entity`;
  return { status: 201, body: { "@odata.context": context, ...folderBody(opened, folder) } };
};
