import { foldersBelow } from "../../folder-tree.ts";
import { findFolder } from "../../mailbox.ts";
import type { Folder, Mailbox } from "../../store.ts";
import { may } from "../access.ts";
import { ownMailbox, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { readFolderShape } from "../folder.ts";
import { folderIdElement } from "../ids.ts";
import { changeIn, readSyncState, writeSyncState } from "../sync-state.ts";
import { child, element } from "../xml.ts";
import { syncedFolder } from "./sync-folder-items.ts";

/**
 * SyncFolderHierarchy: what happened to the folders below a folder since a state. The state holds the known folders with their
 * change numbers, so that a folder that was moved out of sight counts as deleted, and one that came into sight as new.
 */
export const syncFolderHierarchy: Operation = (call, request) =>
  responses("SyncFolderHierarchy", [request], () => {
    const show = readFolderShape(call, request);
    const [id] = child(request, "m:SyncFolderId")?.children ?? [];
    const { call: there, mailbox, folder: root } = id ? syncedFolder(call, id) : everything(call);
    const given = child(request, "m:SyncState")?.text ?? "";
    const known = given.trim() === "" ? new Map<string, number>() : knownFolders(call, given, root.id);
    const folders = foldersBelow(mailbox, root.id).filter((each) => may(there, mailbox, each, "see"));
    const present = new Set(folders.map((each) => each.id));
    const changed = folders.filter((each) => known.get(each.id) !== each.change);
    const gone = [...known].filter(([each]) => !present.has(each));
    const state = { of: root.id, folders: folders.map((each) => [each.id, each.change]) };
    return [
      element("m:SyncState", {}, writeSyncState(state)),
      element("m:IncludesLastFolderInRange", {}, "true"),
      element(
        "m:Changes",
        {},
        ...changed.map((each) =>
          element(known.has(each.id) ? "t:Update" : "t:Create", {}, show(mailbox, each)),
        ),
        ...gone.map(([each, change]) =>
          element("t:Delete", {}, folderIdElement("t:FolderId", mailbox.owner, { id: each, change })),
        ),
      ),
    ];
  });

function everything(call: Call): { call: Call; mailbox: Mailbox; folder: Folder } {
  const mailbox = ownMailbox(call);
  const folder = findFolder(mailbox, "msgfolderroot");
  if (!folder) throw new EwsError("ErrorSyncFolderNotFound");
  return { call, mailbox, folder };
}

function knownFolders(call: Call, state: string, root: string): Map<string, number> {
  const { folders } = readSyncState(state, root);
  if (!Array.isArray(folders)) throw new EwsError("ErrorInvalidSyncStateData");
  return new Map(
    folders.map((pair: unknown) => {
      const [id, change] = Array.isArray(pair) ? (pair as unknown[]) : [];
      return [String(id), changeIn(change, call.organization.store.sequence)];
    }),
  );
}
