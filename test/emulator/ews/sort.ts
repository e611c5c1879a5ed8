import { choice } from "./call.ts";
import { EwsError, schemaError } from "./error.ts";
import type { Value, View } from "./fields/field.ts";
import { kindOf, readFieldPath, valueAt, type Path } from "./path.ts";
import { compare } from "./restriction.ts";
import type { Version } from "./version.ts";
import type { Element } from "./xml.ts";

/** The property in an element that items are sorted or grouped by. @throws EwsError ErrorUnsupportedPathForSortGroup */
export function readSortPath({ name, children: [uri] }: Element, version: Version): Path {
  if (!uri) throw schemaError(`The element '${name}' has incomplete content.`);
  const path = readFieldPath(uri, version);
  if (!kindOf(path) || (path.is === "field" && path.field.uri === "item:Body"))
    throw new EwsError("ErrorUnsupportedPathForSortGroup");
  return path;
}

/** Which of two values comes first: what is not there, then the smaller one. */
export function order(left: Value, right: Value): number {
  if (left === undefined || right === undefined)
    return Number(left !== undefined) - Number(right !== undefined);
  return compare(left, right);
}

/** Reads `m:SortOrder`: a comparison of two items. Items without the property come first. @throws EwsError ErrorUnsupportedPathForSortGroup */
export function readSortOrder(given: Element, version: Version): (left: View, right: View) => number {
  const keys = given.children.map((each) => {
    const path = readSortPath(each, version);
    return { path, sign: choice(each, "Order", ["Ascending", "Descending"]) === "Ascending" ? 1 : -1 };
  });
  return (left, right) => {
    for (const { path, sign } of keys) {
      const result = order(valueAt(path, left), valueAt(path, right));
      if (result !== 0) return sign * result;
    }
    return 0;
  };
}
