import { folderOf, requiredList, responses, type Operation } from "../call.ts";
import { readFolderShape } from "../folder.ts";
import { element } from "../xml.ts";

/** GetFolder: the properties of a shape, of each folder. */
export const getFolder: Operation = (call, request) => {
  const show = readFolderShape(call, request);
  return responses("GetFolder", requiredList(request, "m:FolderIds"), (id) => {
    const { mailbox, folder } = folderOf(call, id);
    return [element("m:Folders", {}, show(mailbox, folder))];
  });
};
