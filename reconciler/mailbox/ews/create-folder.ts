import { at, element } from "./xml.ts";
import { folderIdOf } from "./find-folder-named.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Makes a mail folder beside the Inbox, and answers its id. */
export const createFolder: Operation<string, string> = {
  name: "CreateFolder",
  repeatable: false,
  request: (name) =>
    element(
      "m:CreateFolder",
      {},
      element("m:ParentFolderId", {}, element("t:DistinguishedFolderId", { Id: "msgfolderroot" })),
      element("m:Folders", {}, element("t:Folder", {}, element("t:DisplayName", {}, name))),
    ),
  parse: (answer, about) => folderIdOf(at(onlyResponse(answer, about), "Folders")?.children[0], about),
};
