import type { ExtendedProperty, Folder } from "../../store.ts";
import { keptValue } from "../extended/kept.ts";
import { keyOf, pathElement, type PropertyPath } from "../extended/path.ts";
import { valueElement } from "../extended/value.ts";
import { element, type Element } from "../xml.ts";

/** What the counted MAPI properties of a folder tell. */
export interface Counts {
  total: number;
  unread: number;
  children: number;
  /** Bytes of all items. */
  size: number;
}

/** MAPI properties that are another view of what a folder has anyway ([MS-OXPROPS]). */
const computed: Readonly<Record<string, (folder: Folder, counts: Counts) => string>> = {
  "0x0E08:Integer": (_, { size }) => String(size),
  "0x0E08:Long": (_, { size }) => String(size),
  "0x3001:String": ({ displayName }) => displayName,
  // Root, generic and search.
  "0x3601:Integer": ({ parentId, search }) => (parentId === undefined ? "0" : search ? "2" : "1"),
  "0x3602:Integer": (_, { total }) => String(total),
  "0x3603:Integer": (_, { unread }) => String(unread),
  "0x360A:Boolean": (_, { children }) => String(children > 0),
  "0x3613:String": ({ folderClass }) => folderClass,
};

export function isComputed(path: PropertyPath): boolean {
  return computed[keyOf(path)] !== undefined;
}

/** The value of a folder's property, or undefined when it has none. */
export function folderProperty(
  folder: Folder,
  path: PropertyPath,
  counts: () => Counts,
): ExtendedProperty["value"] | undefined {
  return computed[keyOf(path)]?.(folder, counts()) ?? keptValue(folder, path);
}

/** `t:ExtendedProperty`, or undefined when the folder has no such property. */
export function folderPropertyElement(
  folder: Folder,
  path: PropertyPath,
  counts: () => Counts,
): Element | undefined {
  const value = folderProperty(folder, path, counts);
  return value === undefined
    ? undefined
    : element("t:ExtendedProperty", {}, pathElement(path), valueElement(value));
}
