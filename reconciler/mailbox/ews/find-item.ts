import { at, element } from "./xml.ts";
import { field, internetMessageIdField, summaryFields, summaryOf } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";
import type { SentSummary } from "../port.ts";
import type { Xml } from "./xml.ts";

/** The newest `page` items of Sent Items; with a Message-ID, those among all items that carry it. */
export interface FindItemInput {
  page: number;
  messageId?: string;
}

/** The restriction to a Message-ID. */
export function carrying(messageId: string): Xml {
  const constant = element("t:FieldURIOrConstant", {}, element("t:Constant", { Value: messageId }));
  return element("m:Restriction", {}, element("t:IsEqualTo", {}, internetMessageIdField, constant));
}

/** Lists Sent Items, newest first. */
export const findItem: Operation<FindItemInput, SentSummary[]> = {
  name: "FindItem",
  repeatable: true,
  request: ({ page, messageId }) =>
    element(
      "m:FindItem",
      { Traversal: "Shallow" },
      element(
        "m:ItemShape",
        {},
        element("t:BaseShape", {}, "IdOnly"),
        element("t:AdditionalProperties", {}, ...summaryFields),
      ),
      element("m:IndexedPageItemView", { MaxEntriesReturned: page, Offset: 0, BasePoint: "Beginning" }),
      messageId === undefined ? undefined : carrying(messageId),
      element(
        "m:SortOrder",
        {},
        element("t:FieldOrder", { Order: "Descending" }, field("item:DateTimeCreated")),
      ),
      element("m:ParentFolderIds", {}, element("t:DistinguishedFolderId", { Id: "sentitems" })),
    ),
  parse: (answer, about) => {
    const items = at(onlyResponse(answer, about), "RootFolder", "Items")?.children ?? [];
    return items.map((item) => summaryOf(item, about));
  },
};
