import { EwsError } from "../ews/error.ts";
import { readPath, type PropertyPath } from "../ews/extended/path.ts";
import { clearExtended, readExtended, setExtended } from "../ews/extended/property.ts";
import type { Change, View } from "../ews/fields/field.ts";
import { element } from "../ews/xml.ts";
import { isObject } from "./call.ts";
import { badBody, badRequest, GraphError } from "./error.ts";
import { parseFilter, parts, type Filter } from "./query/filter.ts";

export const extendedNames = ["singleValueExtendedProperties", "multiValueExtendedProperties"] as const;
export type ExtendedName = (typeof extendedNames)[number];

/** `Integer 0x0E07`, `String {guid} Name x-siu` or `Integer {guid} Id 0x8503`. @throws GraphError ErrorInvalidProperty... when it is none */
export function readExtendedId(id: string): PropertyPath {
  const [, PropertyType = "", PropertyTag, PropertySetId, kind, rest = ""] =
    /^(\w+)\s+(?:(0x[0-9a-f]+|\d+)|\{?([0-9a-f-]{36})\}?\s+(Name|Id)\s+(.+))$/i.exec(id.trim()) ?? [];
  try {
    if (PropertyType === "") throw new EwsError("ErrorInvalidExtendedProperty");
    const named =
      kind?.toLowerCase() === "id" ? { PropertyId: String(Number(rest)) } : { PropertyName: rest };
    return readPath(
      element(
        "t:ExtendedFieldURI",
        PropertyTag === undefined ? { PropertySetId, ...named, PropertyType } : { PropertyTag, PropertyType },
      ),
    );
  } catch (error) {
    if (!(error instanceof EwsError)) throw error;
    throw new GraphError(
      400,
      "ErrorInvalidProperty",
      `PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'; not '${id}'.`,
    );
  }
}

/** An id as Graph spells it in answers: short hexadecimal tags, sets in lower case. */
function writeExtendedId({ type, tag, setId, name, propertyId }: PropertyPath): string {
  if (tag !== undefined) return `${type} 0x${Number(tag).toString(16)}`;
  return `${type} {${setId ?? ""}} ${name === undefined ? `Id 0x${Number(propertyId).toString(16)}` : `Name ${name}`}`;
}

/** Properties that a filter compares an id with: `id eq '...'`, or `ep/id eq '...'` within a lambda; each with its id as spelled there. */
export function pathsIn(filter: Filter): (PropertyPath & { spelled: string })[] {
  return parts(filter).flatMap((part) => {
    if (part.is !== "eq" || part.left.is !== "path" || part.right.is !== "literal") return [];
    const spelled = String(part.right.value);
    return part.left.path.at(-1) === "id" ? [{ ...readExtendedId(spelled), spelled }] : [];
  });
}

/** Properties that an entry of `$expand` asks for; it has to name them. @throws GraphError BadRequest */
export function pathsOfExpand(name: ExtendedName, filter: string | undefined): PropertyPath[] {
  const paths = filter === undefined ? [] : pathsIn(parseFilter(filter));
  if (paths.length === 0)
    throw badRequest(
      `${name} can only be expanded with a filter on their ids.`,
      "ErrorInvalidUrlQueryFilter",
    );
  return paths;
}

/** What an item has of these properties; what it lacks is left out. */
export function extendedValues(
  view: View,
  name: ExtendedName,
  paths: readonly PropertyPath[],
): { id: string; value: string | string[] }[] {
  const multi = name === "multiValueExtendedProperties";
  return paths.flatMap((path) => {
    const value = readExtended(view, path);
    if (value === undefined || Array.isArray(value) !== multi) return [];
    return [{ id: writeExtendedId(path), value }];
  });
}

/** Sets properties from `[{id, value}]`; a value of null deletes. @throws GraphError | EwsError when id or value is invalid */
export function setExtendedValues(change: Change, name: ExtendedName, given: unknown): void {
  if (!Array.isArray(given)) throw badBody(`The property '${name}' has to be a list.`);
  for (const each of given as unknown[]) {
    if (!isObject(each) || typeof each["id"] !== "string")
      throw badBody(`Each of '${name}' has to have an id and a value.`);
    const path = readExtendedId(each["id"]);
    const { value } = each;
    if (value === null) clearExtended(change, path);
    else if (Array.isArray(value)) {
      const values = value.map((one) => element("t:Value", {}, String(one)));
      setExtended(change, element("t:ExtendedProperty", {}, element("t:Values", {}, ...values)), path);
    } else
      setExtended(change, element("t:ExtendedProperty", {}, element("t:Value", {}, String(value))), path);
  }
}
