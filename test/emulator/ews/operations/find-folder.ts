import { foldersBelow, subfolders } from "../../folder-tree.ts";
import { may } from "../access.ts";
import { choice, folderOf, requiredList, responses, type Operation } from "../call.ts";
import { readFolderShape } from "../folder.ts";
import { folderView } from "../folder/fields.ts";
import { folderOperand } from "../folder/path.ts";
import { pageOf } from "../paging.ts";
import { readExpression } from "../restriction.ts";
import { child, element } from "../xml.ts";

/** FindFolder: the folders below each folder that satisfy a restriction, one page of them. */
export const findFolders: Operation = (call, request) => {
  const traversal = choice(request, "Traversal", ["Shallow", "Deep", "SoftDeleted"]);
  const show = readFolderShape(call, request, true);
  const [expression] = child(request, "m:Restriction")?.children ?? [];
  const matches = expression ? readExpression(expression, folderOperand(call.version)) : () => true;
  const view = child(request, "m:IndexedPageFolderView") ?? child(request, "m:FractionalPageFolderView");
  return responses("FindFolder", requiredList(request, "m:ParentFolderIds"), (id) => {
    const { call: there, mailbox, folder } = folderOf(call, id);
    const below = { Shallow: subfolders, Deep: foldersBelow, SoftDeleted: () => [] }[traversal];
    const found = below(mailbox, folder.id).filter(
      (each) => may(there, mailbox, each, "see") && matches(folderView(there, mailbox, each)),
    );
    const page = pageOf(found, view, call.version, () => undefined);
    const folders = page.entries.map((each) => show(mailbox, each));
    return [element("m:RootFolder", page.attributes, element("t:Folders", {}, ...folders))];
  });
};
