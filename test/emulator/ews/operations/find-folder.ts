import { folderOf, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { childrenOf, readFolderShape, readTraversal } from "../folder.ts";
import { pageOf } from "../paging.ts";
import { child, element } from "../xml.ts";

/** FindFolder: the folders below each folder, one page of them. */
export const findFolders: Operation = (call, request) => {
  const traversal = readTraversal(request);
  const show = readFolderShape(call, request);
  if (child(request, "m:Restriction")) {
    throw new EwsError("ErrorInvalidOperation", "This server finds folders without a restriction only.");
  }
  const view = child(request, "m:IndexedPageFolderView") ?? child(request, "m:FractionalPageFolderView");
  return responses("FindFolder", requiredList(request, "m:ParentFolderIds"), (id) => {
    const { mailbox, folder } = folderOf(call, id);
    const found = traversal === "SoftDeleted" ? [] : childrenOf(mailbox, folder, traversal);
    const page = pageOf(found, view, call.version, () => undefined);
    const folders = page.entries.map((each) => show(mailbox, each));
    return [element("m:RootFolder", page.attributes, element("t:Folders", {}, ...folders))];
  });
};
