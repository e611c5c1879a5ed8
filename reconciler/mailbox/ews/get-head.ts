import { at, element, textAt } from "./xml.ts";
import { codeOf, onlyResponse, responsesOf } from "./soap.ts";
import { itemId } from "./item.ts";
import type { Operation } from "./operation.ts";

/** PidTagTransportMessageHeaders: what the message came in with. */
const headers = element("t:ExtendedFieldURI", { PropertyTag: "0x007D", PropertyType: "String" });

/** Reads a message's header alone; undefined for one that is gone. */
export const getHead: Operation<string, Uint8Array | undefined> = {
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
        element("t:AdditionalProperties", {}, headers),
      ),
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) => {
    if (responsesOf(answer, about).some((one) => codeOf(one) === "ErrorItemNotFound")) return undefined;
    const item = at(onlyResponse(answer, about), "Items")?.children[0];
    return Buffer.from(textAt(item, "ExtendedProperty", "Value") ?? "", "utf8");
  },
};
