import { at, element } from "./xml.ts";
import { carrying } from "./find-item.ts";
import { isReceived, summaryFields, summaryOf, transportHeaderField } from "./item.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import type { Operation } from "./operation.ts";
import type { SentSummary } from "../port.ts";

/** Folders of a mailbox, and the Message-ID that is looked for in them. */
export interface SearchFoldersInput {
  messageId: string;
  /** Ids; and the distinguished id of one more, which a mailbox need not have. */
  folders: string[];
  distinguished?: string;
}

/** More copies of one message than this are in no folder. */
const most = 10;

/** Finds items in each of several folders; a folder that is not there (any more) has none. */
export const searchFolders: Operation<SearchFoldersInput, (SentSummary & { received: boolean })[][]> = {
  name: "FindItem",
  repeatable: true,
  request: ({ messageId, folders, distinguished }) =>
    element(
      "m:FindItem",
      { Traversal: "Shallow" },
      element(
        "m:ItemShape",
        {},
        element("t:BaseShape", {}, "IdOnly"),
        element("t:AdditionalProperties", {}, ...summaryFields, transportHeaderField),
      ),
      element("m:IndexedPageItemView", { MaxEntriesReturned: most, Offset: 0, BasePoint: "Beginning" }),
      carrying(messageId),
      element(
        "m:ParentFolderIds",
        {},
        ...folders.map((id) => element("t:FolderId", { Id: id })),
        distinguished === undefined ? undefined : element("t:DistinguishedFolderId", { Id: distinguished }),
      ),
    ),
  parse: (answer, about) =>
    responsesOf(answer, about).map((response) => {
      if (codeOf(response) === "ErrorFolderNotFound") return [];
      const items = at(succeeded(response, about), "RootFolder", "Items")?.children ?? [];
      return items.map((item) => ({ ...summaryOf(item, about), received: isReceived(item) }));
    }),
};
