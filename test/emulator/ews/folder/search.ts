import { itemsOf, orderedItems } from "../../folder-index.ts";
import { foldersBelow } from "../../folder-tree.ts";
import type { Folder, Item, Mailbox } from "../../store.ts";
import type { FolderSearch } from "../../stored-folder.ts";
import { may } from "../access.ts";
import { choice, folderOf, required, requiredList, type Call } from "../call.ts";
import { EwsError } from "../error.ts";
import { viewOf } from "../fields/field.ts";
import { folderIdElement } from "../ids.ts";
import { readRestriction } from "../restriction.ts";
import { element, type Element } from "../xml.ts";

/** Reads `t:SearchParameters`. @throws EwsError when it cannot be evaluated, looks into another mailbox or into a search folder */
export function readSearch(call: Call, mailbox: Mailbox, given: Element): FolderSearch {
  const deep =
    given.attributes["Traversal"] !== undefined && choice(given, "Traversal", ["Shallow", "Deep"]) === "Deep";
  const [restriction = element("none")] = required(given, "t:Restriction").children;
  readRestriction(restriction, call.version);
  const baseFolderIds = requiredList(given, "t:BaseFolderIds").map((id) => {
    const found = folderOf(call, id);
    if (found.mailbox !== mailbox) throw new EwsError("ErrorEmailAddressMismatch");
    if (found.folder.search) throw new EwsError("ErrorCannotSpecifySearchFolderAsSourceFolder");
    return found.folder.id;
  });
  return { deep, baseFolderIds, restriction };
}

/** `t:SearchParameters` of a search folder; base folders that are gone are left out. */
export function searchElement(mailbox: Mailbox, search: FolderSearch): Element {
  const bases = search.baseFolderIds.flatMap((id) => mailbox.folders.get(id) ?? []);
  return element(
    "t:SearchParameters",
    { Traversal: search.deep ? "Deep" : "Shallow" },
    element("t:Restriction", {}, search.restriction as Element),
    element(
      "t:BaseFolderIds",
      {},
      ...bases.map((each) => folderIdElement("t:FolderId", mailbox.owner, each)),
    ),
  );
}

/** Folders that a search looks into. */
function searchedFolders(mailbox: Mailbox, { baseFolderIds, deep }: FolderSearch): Set<Folder> {
  const bases = baseFolderIds.flatMap((id) => mailbox.folders.get(id) ?? []);
  return new Set(bases.flatMap((each) => (deep ? [each, ...foldersBelow(mailbox, each.id)] : [each])));
}

/** The items that a folder shows, in the order of their creation: those in it, or those that a search folder finds. */
export function itemsIn(call: Call, mailbox: Mailbox, folder: Folder): Item[] {
  const { search } = folder;
  if (!search) return itemsOf(mailbox, folder.id);
  const matches = readRestriction(search.restriction as Element, call.version);
  const searched = [...searchedFolders(mailbox, search)].filter((each) => may(call, mailbox, each, "read"));
  return orderedItems(
    mailbox,
    searched.map(({ id }) => id),
    "arrived",
  )
    .slice(0, Infinity)
    .filter((item) => matches(viewOf(call, item)));
}
