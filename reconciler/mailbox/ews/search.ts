import { findFolder, type FolderPage } from "./find-folder.ts";
import { searchFolders } from "./search-folders.ts";
import { type FolderFacts, placeOf } from "../place.ts";
import type { Placed } from "../protocol.ts";
import type { Call } from "./operation.ts";

/** Folders that one request goes through: beyond, it would take the server too long. */
const atOnce = 100;
/** Above Deleted Items, and no part of what the owner sees. */
const recoverable = "recoverableitemsdeletions";

/** Looks for a Message-ID in all folders of a mailbox that may hold a sent copy, but Sent Items. */
export async function search(call: Call, mailbox: string, messageId: string): Promise<Placed[]> {
  const listed = await allFolders(call, mailbox);
  const tree = new Map<string, FolderFacts>(listed.map((folder) => [folder.id, folder]));
  const wanted = listed
    .filter(({ holdsMail }) => holdsMail)
    .map(({ id }) => ({ id, place: placeOf(id, tree) }))
    .filter(({ place }) => place === "own" || place === "deleted");
  const found: Placed[] = [];
  for (let start = 0; start < wanted.length || start === 0; start += atOnce) {
    const group = wanted.slice(start, start + atOnce);
    const last = start + atOnce >= wanted.length;
    const folders = group.map(({ id }) => id);
    const input = { messageId, folders, ...(last && { distinguished: recoverable }) };
    const lists = await call(searchFolders, input, mailbox);
    for (const [index, items] of lists.entries()) {
      const { id: folder, place } = group[index] ?? { id: recoverable, place: "deleted" };
      found.push(...items.map((item) => ({ ...item, folder, place })));
    }
  }
  return found;
}

async function allFolders(call: Call, mailbox: string): Promise<FolderPage["folders"]> {
  const folders: FolderPage["folders"] = [];
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const page: FolderPage = await call(findFolder, offset, mailbox);
    folders.push(...page.folders);
    offset = page.next;
  }
  return folders;
}
