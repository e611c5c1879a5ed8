import { at, element } from "./xml.ts";
import { itemId, refOf } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";
import type { ItemRef } from "../port.ts";

/** Copies an item of a mailbox into a folder, Sent Items unless told, and answers the copy. */
export const copyItem: Operation<{ item: ItemRef; folder?: string | undefined }, ItemRef> = {
  name: "CopyItem",
  repeatable: false,
  request: ({ item, folder }) =>
    element(
      "m:CopyItem",
      {},
      element(
        "m:ToFolderId",
        {},
        folder === undefined
          ? element("t:DistinguishedFolderId", { Id: "sentitems" })
          : element("t:FolderId", { Id: folder }),
      ),
      element("m:ItemIds", {}, itemId("t:ItemId", item)),
      element("m:ReturnNewItemIds", {}, "true"),
    ),
  parse: (answer, about) => refOf(at(onlyResponse(answer, about), "Items")?.children[0], about),
};
