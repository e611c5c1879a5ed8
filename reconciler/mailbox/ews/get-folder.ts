import { at, element } from "./xml.ts";
import { onlyResponse } from "./soap.ts";
import { Fault } from "../../fault.ts";
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
  parse: (answer, about) => {
    const id = at(onlyResponse(answer, about), "Folders", "Folder", "FolderId")?.attributes["Id"];
    if (id !== undefined) return id;
    throw new Fault("UNEXPECTED", `${about}: Exchange answered no folder and no error.`);
  },
};
