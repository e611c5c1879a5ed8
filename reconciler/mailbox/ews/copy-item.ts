import { at, element } from "./xml.ts";
import { itemId, refOf } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";
import type { ItemRef } from "../port.ts";

/** Copies an item of a mailbox into its Sent Items and answers the copy. */
export const copyItem: Operation<ItemRef, ItemRef> = {
  name: "CopyItem",
  repeatable: false,
  request: (item) =>
    element(
      "m:CopyItem",
      {},
      element("m:ToFolderId", {}, element("t:DistinguishedFolderId", { Id: "sentitems" })),
      element("m:ItemIds", {}, itemId("t:ItemId", item)),
      element("m:ReturnNewItemIds", {}, "true"),
    ),
  parse: (answer, about) => refOf(at(onlyResponse(answer, about), "Items")?.children[0], about),
};
