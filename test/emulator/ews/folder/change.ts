import { folderNamed } from "../../folder-tree.ts";
import type { Folder, Mailbox } from "../../store.ts";
import type { Call } from "../call.ts";
import { EwsError } from "../error.ts";
import { keepValue } from "../extended/kept.ts";
import { pathOf } from "../extended/property.ts";
import type { PropertyPath } from "../extended/path.ts";
import { readValue } from "../extended/value.ts";
import type { Element } from "../xml.ts";
import { isComputed } from "./extended.ts";
import { folderFields } from "./fields.ts";

const byName = new Map(folderFields.map((field) => [field.name, field]));

/** Sets one property of a folder that is being made or changed: a copy. @throws EwsError when it cannot be set, or not to this */
export function setFolderProperty(call: Call, mailbox: Mailbox, folder: Folder, value: Element): void {
  if (value.name === "t:DisplayName") return rename(mailbox, folder, folderName(value));
  if (value.name === "t:ExtendedProperty") {
    const path = pathOf(value);
    if (isComputed(path)) throw new EwsError("ErrorInvalidPropertySet");
    return keepValue(folder, path, readValue(path.type, value));
  }
  const set = byName.get(value.name)?.set;
  if (!set || (value.name === "t:SearchParameters" && !folder.search))
    throw new EwsError("ErrorInvalidPropertySet");
  return set(call, mailbox, folder, value);
}

/** Takes an extended property away from a copy of a folder. @throws EwsError ErrorInvalidPropertyDelete */
export function clearFolderProperty(folder: Folder, path: PropertyPath): void {
  if (isComputed(path)) throw new EwsError("ErrorInvalidPropertyDelete");
  keepValue(folder, path, undefined);
}

/** A folder's name as a client gives it. @throws EwsError ErrorFolderSavePropertyError when there is none */
export function folderName(given: Element | undefined): string {
  if (!given || given.text.trim() === "") throw new EwsError("ErrorFolderSavePropertyError");
  return given.text;
}

function rename(mailbox: Mailbox, folder: Folder, name: string): void {
  if (folder.distinguishedId !== undefined) throw new EwsError("ErrorAccessDenied");
  const other = folderNamed(mailbox, folder.parentId ?? "", name);
  if (other && other.id !== folder.id) throw new EwsError("ErrorFolderExists");
  folder.displayName = name;
}
