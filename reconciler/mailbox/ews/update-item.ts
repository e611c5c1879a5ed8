import { at, element } from "./xml.ts";
import { extended, field, itemId, markField, refOf } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";
import type { Body, ItemRef } from "../port.ts";
import type { Xml } from "./xml.ts";

/** What to set on an item: the mark, and the body where one is given. Nothing else of the item is written. */
export interface UpdateItemInput {
  item: ItemRef;
  mark: string;
  body?: Body;
}

function set(path: Xml, value: Xml): Xml {
  return element("t:SetItemField", {}, path, element("t:Message", {}, value));
}

/** Changes an item that is still at the given version, and answers the new one. */
export const updateItem: Operation<UpdateItemInput, ItemRef> = {
  name: "UpdateItem",
  // Where the first try did succeed, the second is refused as a conflict.
  repeatable: true,
  request: ({ item, mark, body }) =>
    element(
      "m:UpdateItem",
      // The change key guards in this mode alone; AutoResolve, the usual one, would merge.
      { MessageDisposition: "SaveOnly", ConflictResolution: "NeverOverwrite" },
      element(
        "m:ItemChanges",
        {},
        element(
          "t:ItemChange",
          {},
          itemId("t:ItemId", item),
          element(
            "t:Updates",
            {},
            body &&
              set(field("item:Body"), element("t:Body", { BodyType: bodyTypes[body.type] }, body.content)),
            set(markField, extended(markField, mark)),
          ),
        ),
      ),
    ),
  parse: (answer, about) => refOf(at(onlyResponse(answer, about), "Items")?.children[0], about),
};

/** How EWS calls them. */
export const bodyTypes = { html: "HTML", text: "Text" } as const;
