import { headerValue } from "../item/headers.ts";
import type { Item } from "../store.ts";
import { chosen, required, type Call } from "./call.ts";
import { EwsError, schemaError } from "./error.ts";
import type { PropertyPath } from "./extended/path.ts";
import { extendedElement } from "./extended/property.ts";
import { mimeContent } from "./fields/body.ts";
import { booleanOf, viewOf, type BodyOptions, type BodyType, type Field, type View } from "./fields/field.ts";
import { headerElement, itemFields } from "./fields/item.ts";
import { fields, readFieldPath } from "./path.ts";
import { knows, type Version } from "./version.ts";
import { child, element, type Element } from "./xml.ts";

/** Which properties of an item a request wants. */
export interface Shape {
  fields: ReadonlySet<Field>;
  extended: PropertyPath[];
  /** Header lines asked for one by one. */
  headers: string[];
  bodyType: BodyType;
  body: BodyOptions;
}

const shapes = ["IdOnly", "Default", "AllProperties"] as const;
type BaseShape = (typeof shapes)[number];
const allHeaders = fields.find(({ uri }) => uri === "item:InternetMessageHeaders");

/** The base shape of `m:ItemShape` or `m:FolderShape`. @throws EwsError ErrorSchemaValidation */
export function baseShapeOf(shape: Element): BaseShape {
  return chosen(required(shape, "t:BaseShape"), shapes);
}

/** Whether a client of a version gets a property with a base shape. */
export function isInShape(
  { shape, since }: Pick<Field, "shape" | "since">,
  base: BaseShape,
  version: Version,
): boolean {
  const isThere = shape !== undefined && shapes.indexOf(shape) <= shapes.indexOf(base);
  return isThere && (since === undefined || knows(version, since));
}

/** Reads `m:ItemShape` (lists leave out, or refuse, what takes the whole message; or, without a base shape, `m:AttachmentShape`). @throws EwsError when it names what cannot be had */
export function readShape(
  shape: Element,
  version: Version,
  finding: boolean | "unless named" = false,
): Shape {
  const base = shape.name === "m:AttachmentShape" ? "AllProperties" : baseShapeOf(shape);
  const wanted = new Set(
    fields.filter((field) => isInShape(field, base, version) && !(finding && field.found === false)),
  );
  const result: Shape = {
    fields: wanted,
    extended: [],
    headers: [],
    bodyType: bodyTypeOf(shape) ?? "Best",
    body: bodyOptions(shape),
  };
  const mime = child(shape, "t:IncludeMimeContent");
  if (mime && booleanOf(mime)) {
    if (finding) throw new EwsError("ErrorInvalidPropertyRequest");
    wanted.add(mimeContent);
  }
  for (const uri of child(shape, "t:AdditionalProperties")?.children ?? []) {
    const path = readFieldPath(uri, version);
    if (path.is === "extended") result.extended.push(path.property);
    else if (path.is === "header") result.headers.push(path.name);
    else if (finding === true && path.field.found === false)
      throw new EwsError("ErrorInvalidPropertyRequest");
    else wanted.add(path.field);
  }
  if (!allHeaders || wanted.has(allHeaders)) return { ...result, headers: [] };
  if (result.headers.length > 0) wanted.add(allHeaders);
  return result;
}

function bodyTypeOf(shape: Element, name = "t:BodyType"): BodyType | undefined {
  const given = child(shape, name);
  return given && chosen(given, ["Best", "HTML", "Text"]);
}

function bodyOptions(shape: Element): BodyOptions {
  const is = (name: string): boolean | undefined => {
    const given = child(shape, name);
    return given && booleanOf(given);
  };
  const [uniqueType, normalizedType] = [
    bodyTypeOf(shape, "t:UniqueBodyType"),
    bodyTypeOf(shape, "t:NormalizedBodyType"),
  ];
  const template = child(shape, "t:InlineImageUrlTemplate")?.text;
  const most = child(shape, "t:MaximumBodySize")?.text.trim() ?? "0";
  if (!/^-?\d+$/.test(most)) throw schemaError(`The 'MaximumBodySize' element is invalid: '${most}'.`);
  return {
    filter: is("t:FilterHtmlContent") ?? false,
    blockExternalImages: is("t:BlockExternalImages") ?? false,
    blankTarget: is("t:AddBlankTargetToLinks") ?? false,
    keepCharset: is("t:ConvertHtmlCodePageToUTF8") === false,
    most: Number(most),
    ...(uniqueType ? { uniqueType } : {}),
    ...(normalizedType ? { normalizedType } : {}),
    ...(template === undefined ? {} : { inlineTemplate: template }),
  };
}

/** An item with the properties of a shape, in the schema's order. */
export function itemElement(call: Call, item: Item, shape: Shape): Element {
  const view = viewOf(call, item, shape.bodyType, shape.body);
  const name = elementName(item.itemClass);
  const isMessage = name !== "t:Item";
  const shown = (field: Field) =>
    shape.fields.has(field) && (isMessage || field.uri.startsWith("item:"))
      ? read(field, view, shape)
      : undefined;
  return element(
    name,
    {},
    ...itemFields.map(shown),
    ...shape.extended.map((path) => extendedElement(view, path)),
    ...fields.slice(itemFields.length).map(shown),
  );
}

/** Header lines asked for by name come in the same element as all of them. */
function read(field: Field, view: View, shape: Shape): Element | undefined {
  if (field !== allHeaders || shape.headers.length === 0) return field.read(view);
  const chosen = shape.headers.flatMap((name) => {
    const value = headerValue(view.headers, name);
    return value === undefined ? [] : [headerElement(name, value)];
  });
  return chosen.length > 0 ? element("t:InternetMessageHeaders", {}, ...chosen) : undefined;
}

/** The schema's element for a message class. */
export function elementName(itemClass: string): string {
  if (/^IPM\.Schedule\.Meeting\.Request/i.test(itemClass)) return "t:MeetingRequest";
  if (/^IPM\.Schedule\.Meeting\.Resp/i.test(itemClass)) return "t:MeetingResponse";
  if (/^IPM\.Schedule\.Meeting\.Canceled/i.test(itemClass)) return "t:MeetingCancellation";
  if (/^IPM\.Schedule\.Meeting(?:\.|$)/i.test(itemClass)) return "t:MeetingMessage";
  return /^(?:IPM\.Note|REPORT)(?:\.|$)/i.test(itemClass) ? "t:Message" : "t:Item";
}
