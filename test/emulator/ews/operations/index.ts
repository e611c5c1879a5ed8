import type { Readable } from "node:stream";
import type { EwsCall, Operation } from "../call.ts";
import type { Element } from "../xml.ts";
import { convertId } from "./convert-id.ts";
import { copyFolderOperation, moveFolderOperation } from "./copy-folder.ts";
import { copyItemOperation, moveItemOperation } from "./copy-item.ts";
import { createAttachment } from "./create-attachment.ts";
import { createFolderOperation } from "./create-folder.ts";
import { createManagedFolder } from "./create-managed-folder.ts";
import { createItem } from "./create-item.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { deleteFolder } from "./delete-folder.ts";
import { deleteItem } from "./delete-item.ts";
import { emptyFolder } from "./empty-folder.ts";
import { expandDl } from "./expand-dl.ts";
import { exportItems } from "./export-items.ts";
import { findFolders } from "./find-folder.ts";
import { findItem } from "./find-item.ts";
import { getAttachment } from "./get-attachment.ts";
import { getEvents } from "./get-events.ts";
import { getFolder } from "./get-folder.ts";
import { getItem } from "./get-item.ts";
import { getServerTimeZones } from "./get-server-time-zones.ts";
import { getStreamingEvents } from "./get-streaming-events.ts";
import { markAllItemsAsRead } from "./mark-all-items-as-read.ts";
import { markAsJunk } from "./mark-as-junk.ts";
import { resolveNames } from "./resolve-names.ts";
import { sendItem } from "./send-item.ts";
import { subscribe } from "./subscribe.ts";
import { syncFolderHierarchy } from "./sync-folder-hierarchy.ts";
import { syncFolderItems } from "./sync-folder-items.ts";
import { unsubscribe } from "./unsubscribe.ts";
import { updateFolder } from "./update-folder.ts";
import { updateItem } from "./update-item.ts";
import { uploadItems } from "./upload-items.ts";

/** What this server does, by the name of the request's element. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["ConvertId", convertId],
  ["CopyFolder", copyFolderOperation],
  ["CopyItem", copyItemOperation],
  ["CreateAttachment", createAttachment],
  ["CreateFolder", createFolderOperation],
  ["CreateManagedFolder", createManagedFolder],
  ["CreateItem", createItem],
  ["DeleteAttachment", deleteAttachment],
  ["DeleteFolder", deleteFolder],
  ["DeleteItem", deleteItem],
  ["EmptyFolder", emptyFolder],
  ["ExpandDL", expandDl],
  ["ExportItems", exportItems],
  ["FindFolder", findFolders],
  ["FindItem", findItem],
  ["GetAttachment", getAttachment],
  ["GetEvents", getEvents],
  ["GetFolder", getFolder],
  ["GetItem", getItem],
  ["GetServerTimeZones", getServerTimeZones],
  ["MarkAllItemsAsRead", markAllItemsAsRead],
  ["MarkAsJunk", markAsJunk],
  ["MoveFolder", moveFolderOperation],
  ["MoveItem", moveItemOperation],
  ["ResolveNames", resolveNames],
  ["SendItem", sendItem],
  ["Subscribe", subscribe],
  ["SyncFolderHierarchy", syncFolderHierarchy],
  ["SyncFolderItems", syncFolderItems],
  ["Unsubscribe", unsubscribe],
  ["UpdateFolder", updateFolder],
  ["UpdateItem", updateItem],
  ["UploadItems", uploadItems],
]);

/** What is answered with a stream, and takes no turn of a mailbox. */
export const hangingOperations: ReadonlyMap<string, (call: EwsCall, request: Element) => Readable> = new Map([
  ["GetStreamingEvents", getStreamingEvents],
]);
