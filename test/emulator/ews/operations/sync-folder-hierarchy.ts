import { foldersBelow } from "../../folder-tree.ts";
import { findFolder } from "../../mailbox.ts";
import type { Folder, Mailbox } from "../../store.ts";
import { may } from "../access.ts";
import { folderOr, ownMailbox, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { readFolderShape } from "../folder.ts";
import { folderIdElement } from "../ids.ts";
import { readChanges, readSyncState, writeSyncState } from "../sync-state.ts";
import { child, element } from "../xml.ts";

/**
 * SyncFolderHierarchy: what happened to the folders below a folder since a state. The state holds the known folders with their
 * change numbers, so that a folder that was moved out of sight counts as deleted, and one that came into sight as new.
 */
export const syncFolderHierarchy: Operation = (call, request) =>
  responses("SyncFolderHierarchy", [request], () => {
    const show = readFolderShape(call, request);
    const [id] = child(request, "m:SyncFolderId")?.children ?? [];
    const {
      call: there,
      mailbox,
      folder: root,
    } = id ? folderOr("ErrorSyncFolderNotFound", call, id) : everything(call);
    const given = child(request, "m:SyncState")?.text ?? "";
    const known = readChanges(
      given.trim() === "" ? [] : readSyncState(given, root.id)["folders"],
      call.organization.store.sequence,
    );
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
