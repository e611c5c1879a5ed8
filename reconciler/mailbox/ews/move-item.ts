import { element } from "./xml.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import { itemId } from "./item.ts";
import type { Operation } from "./operation.ts";

/** Moves an item of a mailbox into a folder, passing over one that is gone. */
export const moveItem: Operation<{ id: string; folder: string }, void> = {
  name: "MoveItem",
  repeatable: true,
  request: ({ id, folder }) =>
    element(
      "m:MoveItem",
      {},
      element("m:ToFolderId", {}, element("t:FolderId", { Id: folder })),
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) => {
    for (const response of responsesOf(answer, about))
      if (codeOf(response) !== "ErrorItemNotFound") succeeded(response, about);
  },
};
