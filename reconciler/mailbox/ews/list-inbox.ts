import { at, element } from "./xml.ts";
import { field, refOf } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Ids of the oldest messages in the Inbox. */
export const listInbox: Operation<number, string[]> = {
  name: "FindItem",
  repeatable: true,
  request: (most) =>
    element(
      "m:FindItem",
      { Traversal: "Shallow" },
      element("m:ItemShape", {}, element("t:BaseShape", {}, "IdOnly")),
      element("m:IndexedPageItemView", { MaxEntriesReturned: most, Offset: 0, BasePoint: "Beginning" }),
      element(
        "m:SortOrder",
        {},
        element("t:FieldOrder", { Order: "Ascending" }, field("item:DateTimeReceived")),
      ),
      element("m:ParentFolderIds", {}, element("t:DistinguishedFolderId", { Id: "inbox" })),
    ),
  parse: (answer, about) => {
    const items = at(onlyResponse(answer, about), "RootFolder", "Items")?.children ?? [];
    return items.map((item) => refOf(item, about).id);
  },
};
