import { markProperty } from "../mark-property.ts";
import { wasReceived } from "../place.ts";
import { at, element, textAt } from "./xml.ts";
import { Fault } from "../../fault.ts";
import type { ItemRef, SentSummary } from "../port.ts";
import type { Element, Xml } from "./xml.ts";

/** A property of the schema: `item:Subject`. */
export function field(uri: string): Xml {
  return element("t:FieldURI", { FieldURI: uri });
}

/** PidTagInternetMessageId: unlike message:InternetMessageId, Exchange keeps an index of it. */
export const internetMessageIdField = element("t:ExtendedFieldURI", {
  PropertyTag: "0x1035",
  PropertyType: "String",
});

/** PidTagTransportMessageHeaders. */
export const transportHeaderField = element("t:ExtendedFieldURI", {
  PropertyTag: "0x007D",
  PropertyType: "String",
});

/** The product's mark. */
export const markField = element("t:ExtendedFieldURI", {
  PropertySetId: markProperty.setId,
  PropertyName: markProperty.name,
  PropertyType: "String",
});

/** An extended property with its value, to be written. */
export function extended(path: Xml, value: string): Xml {
  return element("t:ExtendedProperty", {}, path, element("t:Value", {}, value));
}

/** The properties that `summaryOf` reads. */
export const summaryFields = [
  field("item:ItemClass"),
  field("item:IsDraft"),
  field("item:DateTimeCreated"),
  field("message:InternetMessageId"),
  markField,
];

/** `<t:ItemId Id ChangeKey>` of a reference. */
export function itemId(name: "t:ItemId" | "m:ParentItemId", item: { id: string; version?: string }): Xml {
  return element(name, { Id: item.id, ChangeKey: item.version });
}

/** Id and version of an item in an answer. @throws Fault UNEXPECTED when it has none */
export function refOf(item: Element | undefined, about: string): ItemRef {
  const { Id: id, ChangeKey: version } = at(item, "ItemId")?.attributes ?? {};
  if (id !== undefined && version !== undefined) return { id, version };
  throw new Fault("UNEXPECTED", `${about}: Exchange answered an item without id or change key.`);
}

/** The value of the extended property whose URI is the wanted one. */
function extendedValue(
  item: Element,
  wanted: (uri: Record<string, string | undefined>) => boolean,
): string | undefined {
  return textAt(
    item.children.find((child) => wanted(at(child, "ExtendedFieldURI")?.attributes ?? {})),
    "Value",
  );
}

/** Whether an item, listed with its `transportHeaderField`, came in through transport. */
export function isReceived(item: Element): boolean {
  // Exchange answers the tag without its zeros.
  return wasReceived(extendedValue(item, ({ PropertyTag }) => Number(PropertyTag) === 0x7d));
}

/** What a listing or a reading tells about an item; an item of another kind than mail has no Message-ID. */
export function summaryOf(item: Element, about: string): SentSummary {
  const mark = extendedValue(
    item,
    ({ PropertySetId, PropertyName }) =>
      PropertySetId?.toLowerCase() === markProperty.setId && PropertyName === markProperty.name,
  );
  return {
    ...refOf(item, about),
    messageId: textAt(item, "InternetMessageId")?.trim() ?? "",
    itemClass: textAt(item, "ItemClass") ?? "",
    isDraft: textAt(item, "IsDraft") === "true",
    created: Date.parse(textAt(item, "DateTimeCreated") ?? ""),
    ...(mark === undefined ? {} : { mark }),
  };
}
