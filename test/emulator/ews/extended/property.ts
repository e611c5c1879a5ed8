import type { Change, View } from "../fields/field.ts";
import { element, type Element } from "../xml.ts";
import { computedOf } from "./computed.ts";
import { keepValue, keptValue } from "./kept.ts";
import { pathElement, readPath, type PropertyPath } from "./path.ts";
import { readValue, valueElement } from "./value.ts";

/** The value of an extended property, or undefined when the item has none. What was written goes before what is computed. */
export function readExtended(view: View, path: PropertyPath): string | string[] | undefined {
  return keptValue(view.item, path) ?? computedOf(path)?.read(view);
}

/** `t:ExtendedProperty`, or undefined when the item has no such property: Exchange leaves it out then. */
export function extendedElement(view: View, path: PropertyPath): Element | undefined {
  const value = readExtended(view, path);
  return value === undefined
    ? undefined
    : element("t:ExtendedProperty", {}, pathElement(path), valueElement(value));
}

/** Sets what a `t:ExtendedProperty` says. @throws EwsError when path or value is invalid */
export function setExtended(change: Change, property: Element, path: PropertyPath): void {
  const value = readValue(path.type, property);
  const computed = computedOf(path);
  if (typeof computed?.write === "function") return computed.write(change, value);
  if (!computed || computed.write === "kept") keepValue(change.item, path, value);
  return undefined;
}

/** Takes a property away; what is computed goes with what it is computed from, where that can be missing. */
export function clearExtended(change: Change, path: PropertyPath): void {
  computedOf(path)?.clear?.(change);
  keepValue(change.item, path, undefined);
}

/** The path inside a `t:ExtendedProperty`. @throws EwsError when it is invalid */
export function pathOf(property: Element): PropertyPath {
  const uri = property.children.find(({ name }) => name === "t:ExtendedFieldURI");
  return readPath(uri ?? element("t:ExtendedFieldURI"));
}
