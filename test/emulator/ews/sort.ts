import { choice } from "./call.ts";
import { EwsError, schemaError } from "./error.ts";
import type { View } from "./fields/field.ts";
import { kindOf, readFieldPath, valueAt } from "./path.ts";
import { compare } from "./restriction.ts";
import type { Version } from "./version.ts";
import type { Element } from "./xml.ts";

/** Reads `m:SortOrder`: a comparison of two items. Items without the property come first. @throws EwsError ErrorUnsupportedPathForSortGroup */
export function readSortOrder(order: Element, version: Version): (left: View, right: View) => number {
  const keys = order.children.map((each) => {
    const [uri] = each.children;
    if (!uri) throw schemaError(`The element '${each.name}' has incomplete content.`);
    const path = readFieldPath(uri, version);
    if (!kindOf(path) || (path.is === "field" && path.field.uri === "item:Body")) {
      throw new EwsError("ErrorUnsupportedPathForSortGroup");
    }
    return { path, sign: choice(each, "Order", ["Ascending", "Descending"]) === "Ascending" ? 1 : -1 };
  });
  return (left, right) => {
    for (const { path, sign } of keys) {
      const [a, b] = [valueAt(path, left), valueAt(path, right)];
      const result =
        a === undefined || b === undefined
          ? Number(a !== undefined) - Number(b !== undefined)
          : compare(a, b);
      if (result !== 0) return sign * result;
    }
    return 0;
  };
}
