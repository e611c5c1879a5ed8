import { carriedProperties, type CarriedProperty } from "../carried.ts";
import { Fault } from "../../fault.ts";
import { field, itemId } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import { at, element, textAt } from "./xml.ts";
import type { Carried } from "../protocol.ts";
import type { Operation } from "./operation.ts";
import type { Element, Xml } from "./xml.ts";

/** Properties that EWS names itself and that a client can set at creation, in the schema's order. */
export const carriedElements = {
  item: ["Subject", "Sensitivity", "Categories", "Importance"],
  message: (
    "Sender ToRecipients CcRecipients BccRecipients IsReadReceiptRequested IsDeliveryReceiptRequested From IsRead " +
    "ReplyTo"
  ).split(" "),
};

/** The path of a property. */
export function extendedField({ tag, type, set, number }: CarriedProperty): Xml {
  const place =
    tag === undefined ? { DistinguishedPropertySetId: set, PropertyId: number } : { PropertyTag: tag };
  return element("t:ExtendedFieldURI", { ...place, PropertyType: type });
}

/** A property by a name of its own. */
export function nameOf({ tag, set, number }: CarriedProperty): string {
  return tag ?? `${set}/${number}`;
}

/** Reads what an item that takes this one's place gets: elements as they came, and extended properties by name. */
export const getCarried: Operation<string, Carried> = {
  name: "GetItem",
  repeatable: true,
  request: (id) =>
    element(
      "m:GetItem",
      {},
      element(
        "m:ItemShape",
        {},
        element("t:BaseShape", {}, "IdOnly"),
        element(
          "t:AdditionalProperties",
          {},
          ...carriedElements.item.map((name) => field(`item:${name}`)),
          ...carriedElements.message.map((name) => field(`message:${name}`)),
          ...carriedProperties.map(extendedField),
        ),
      ),
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) => {
    const item = at(onlyResponse(answer, about), "Items")?.children[0];
    if (item === undefined)
      throw new Fault("UNEXPECTED", `${about}: Exchange answered no item and no error.`);
    const names = [...carriedElements.item, ...carriedElements.message];
    return Object.fromEntries([
      ...names.map((name) => [name, at(item, name)]),
      ...carriedProperties.map((property) => [nameOf(property), valueOf(item, property)]),
    ]);
  },
};

function valueOf({ children }: Element, { tag, set, number }: CarriedProperty): string | undefined {
  const found = children.find((child) => {
    const path = at(child, "ExtendedFieldURI")?.attributes;
    if (path === undefined) return false;
    return tag === undefined
      ? path["DistinguishedPropertySetId"] === set && Number(path["PropertyId"]) === number
      : Number(path["PropertyTag"]) === Number(tag);
  });
  return textAt(found, "Value");
}
