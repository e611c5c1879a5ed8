import { decodeWords } from "../item/encoded-words.ts";
import { headerValue } from "../item/headers.ts";
import { EwsError, schemaError } from "./error.ts";
import { foreignFields } from "./foreign-fields.ts";
import { readPath, type PropertyPath } from "./extended/path.ts";
import { readExtended } from "./extended/property.ts";
import type { Field, Kind, Value, View } from "./fields/field.ts";
import { itemFields, laterItemFields } from "./fields/item.ts";
import { messageFields } from "./fields/message.ts";
import { readDateTime } from "./time.ts";
import { knows, type Version } from "./version.ts";
import type { Element } from "./xml.ts";

/** A property that a request names. */
export type Path =
  | { is: "field"; field: Field }
  | { is: "header"; name: string }
  | { is: "extended"; property: PropertyPath };

export const fields: readonly Field[] = [...itemFields, ...laterItemFields, ...messageFields];
const byUri = new Map(fields.map((field) => [field.uri, field]));

/** In the schema, but nothing that a message of this server ever has. */
const never = new Set(
  `item:NextPredictedAction item:GroupingAction item:PredictedActionReason item:IsClutter
  item:RightsManagementLicenseData message:ApprovalRequestData message:ReminderMessageData`.split(/\s+/),
);

/** Names of the elements that no message of this server ever has. */
export const absentNames: ReadonlySet<string> = new Set(
  [...never].map((uri) => `t:${uri.slice(uri.indexOf(":") + 1)}`),
);

/** Reads `t:FieldURI`, `t:IndexedFieldURI` or `t:ExtendedFieldURI`. @throws EwsError ErrorSchemaValidation | ErrorInvalidPropertyRequest | ErrorIncorrectSchemaVersion ... */
export function readFieldPath(uri: Element, version: Version): Path {
  const name = uri.attributes["FieldURI"] ?? "";
  if (uri.name === "t:ExtendedFieldURI") return { is: "extended", property: readPath(uri) };
  if (uri.name === "t:IndexedFieldURI") {
    if (foreignFields.has(name)) return absent(name);
    if (name !== "item:InternetMessageHeader") throw new EwsError("ErrorInvalidPropertyRequest");
    return { is: "header", name: uri.attributes["FieldIndex"] ?? "" };
  }
  if (uri.name !== "t:FieldURI") throw schemaError(`The element '${uri.name}' is no property path.`);
  const field = byUri.get(name);
  if (field) {
    if (field.since && !knows(version, field.since)) throw new EwsError("ErrorIncorrectSchemaVersion");
    return { is: "field", field };
  }
  if (never.has(name) || foreignFields.has(name)) return absent(name);
  if (!/^(?:folder|conversation|persona|person):/.test(name))
    throw schemaError(`The 'FieldURI' attribute is invalid: '${name}'.`);
  throw new EwsError("ErrorInvalidPropertyRequest");
}

/** A property that nothing here has: asking for it is no mistake, and setting it is. */
function absent(uri: string): Path {
  return { is: "field", field: { uri, name: `t:${uri.replace(/^\w+:/, "")}`, read: () => undefined } };
}

/** How a property is compared, or undefined when it is not for restrictions. */
export function kindOf(path: Path): Kind | undefined {
  if (path.is === "field") return path.field.query?.kind;
  if (path.is === "header") return "string";
  return kindOfType(path.property.type);
}

/** How values of a MAPI type are compared. */
export function kindOfType(type: string): Kind {
  if (type.endsWith("Array")) return "strings";
  if (type === "SystemTime") return "date";
  if (type === "Boolean") return "boolean";
  return ["Integer", "Short", "Long", "Double", "Float", "Currency", "ApplicationTime"].includes(type)
    ? "integer"
    : "string";
}

/** The value of a property for comparison; undefined when the item has none. */
export function valueAt(path: Path, view: View): Value {
  if (path.is === "field") return path.field.query?.value(view);
  if (path.is === "header") {
    const value = headerValue(view.headers, path.name);
    return value === undefined ? undefined : decodeWords(value);
  }
  const value = readExtended(view, path.property);
  return typeof value === "string" ? readConstant(kindOf(path) ?? "string", value) : value;
}

/** A text as a value of some kind. @throws EwsError ErrorInvalidValueForProperty */
export function readConstant(kind: Kind, text: string): Value {
  if (kind === "string") return text;
  if (kind === "strings") return [text];
  const value =
    kind === "date"
      ? readDateTime(text.trim())
      : kind === "integer"
        ? numberOf(text)
        : { true: true, "1": true, false: false, "0": false }[text.trim().toLowerCase()];
  if (value === undefined) throw new EwsError("ErrorInvalidValueForProperty");
  return value;
}

function numberOf(text: string): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
