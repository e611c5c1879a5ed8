import { at, element, textAt } from "./xml.ts";
import { field } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";
import type { FolderFacts } from "../place.ts";

/** A page of a mailbox's folders. */
export interface FolderPage {
  folders: (FolderFacts & { holdsMail: boolean })[];
  /** Where the next page begins, or undefined when this is the last one. */
  next: number | undefined;
}

/** Exchange answers no more in one go. */
const page = 1000;

/** Lists all folders of a mailbox that its owner sees, from an offset on. */
export const findFolder: Operation<number, FolderPage> = {
  name: "FindFolder",
  // The first version that names well-known folders among others.
  version: "Exchange2013",
  repeatable: true,
  request: (offset) =>
    element(
      "m:FindFolder",
      { Traversal: "Deep" },
      element(
        "m:FolderShape",
        {},
        element("t:BaseShape", {}, "IdOnly"),
        element(
          "t:AdditionalProperties",
          {},
          field("folder:ParentFolderId"),
          field("folder:FolderClass"),
          field("folder:DistinguishedFolderId"),
        ),
      ),
      element("m:IndexedPageFolderView", {
        MaxEntriesReturned: page,
        Offset: offset,
        BasePoint: "Beginning",
      }),
      element("m:ParentFolderIds", {}, element("t:DistinguishedFolderId", { Id: "msgfolderroot" })),
    ),
  parse: (answer, about) => {
    const root = at(onlyResponse(answer, about), "RootFolder");
    const { IncludesLastItemInRange: last, IndexedPagingOffset: offset } = root?.attributes ?? {};
    return {
      folders: (at(root, "Folders")?.children ?? []).map((folder) => ({
        id: at(folder, "FolderId")?.attributes["Id"] ?? "",
        parentId: at(folder, "ParentFolderId")?.attributes["Id"],
        name: textAt(folder, "DistinguishedFolderId"),
        holdsMail: /^IPF\.Note\b/i.test(textAt(folder, "FolderClass") ?? ""),
      })),
      next: last === "false" ? Number(offset) : undefined,
    };
  },
};
