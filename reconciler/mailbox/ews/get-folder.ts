import { element } from "./xml.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Opens Sent Items and reads nothing of it: shows that the mailbox is there and may be impersonated. */
export const getFolder: Operation<undefined, void> = {
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
    onlyResponse(answer, about);
  },
};
