import type { Operation } from "../call.ts";
import { copyItemOperation, moveItemOperation } from "./copy-item.ts";
import { createAttachment } from "./create-attachment.ts";
import { createItem } from "./create-item.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { deleteItem } from "./delete-item.ts";
import { expandDl } from "./expand-dl.ts";
import { findFolders } from "./find-folder.ts";
import { findItem } from "./find-item.ts";
import { getAttachment } from "./get-attachment.ts";
import { getFolder } from "./get-folder.ts";
import { getItem } from "./get-item.ts";
import { resolveNames } from "./resolve-names.ts";
import { updateItem } from "./update-item.ts";

/** What this server does, by the name of the request's element. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["CopyItem", copyItemOperation],
  ["CreateAttachment", createAttachment],
  ["CreateItem", createItem],
  ["DeleteAttachment", deleteAttachment],
  ["DeleteItem", deleteItem],
  ["ExpandDL", expandDl],
  ["FindFolder", findFolders],
  ["FindItem", findItem],
  ["GetAttachment", getAttachment],
  ["GetFolder", getFolder],
  ["GetItem", getItem],
  ["MoveItem", moveItemOperation],
  ["ResolveNames", resolveNames],
  ["UpdateItem", updateItem],
]);
