import { at, element } from "./xml.ts";
import { folderIdOf } from "./find-folder-named.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Opens Sent Items and answers its id: shows that the mailbox is there and may be impersonated, and which one it is. */
export const getFolder: Operation<undefined, string> = {
  name: "GetFolder",
  repeatable: true,
  request: () =>
    element(
      "m:GetFolder",
      {},
      element("m:FolderShape", {}, element("t:BaseShape", {}, "IdOnly")),
      element("m:FolderIds", {}, element("t:DistinguishedFolderId", { Id: "sentitems" })),
    ),
  parse: (answer, about) => folderIdOf(at(onlyResponse(answer, about), "Folders", "Folder"), about),
};
