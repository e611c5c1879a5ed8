import { createFolder, folderNamed } from "../../folder-tree.ts";
import { folderOf, jsonBody, openMailbox, type Operation } from "../call.ts";
import { badBody, GraphError } from "../error.ts";
import { folderBody, topFolder } from "../folder.ts";

/** POST mailFolders and POST mailFolders/{id}/childFolders. Names are unique among siblings. */
export const createMailFolder: Operation = (call) => {
  const opened = openMailbox(call);
  const { folder: above } = call.params;
  const parent = above === undefined ? topFolder(opened) : folderOf(opened, above);
  const { displayName } = jsonBody(call);
  if (typeof displayName !== "string" || displayName.trim() === "")
    throw badBody("The property 'displayName' is missing.");
  if (folderNamed(opened.mailbox, parent.id, displayName))
    throw new GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.");
  const folder = createFolder(call.organization, opened.mailbox, parent.id, displayName);
  const context = `${call.root}/$metadata#users('${opened.owner.guid}')/mailFolders/$entity`;
  return { status: 201, body: { "@odata.context": context, ...folderBody(opened, folder) } };
};
