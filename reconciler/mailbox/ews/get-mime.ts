import { at, element, textAt } from "./xml.ts";
import { codeOf, onlyResponse, responsesOf } from "./soap.ts";
import { field, itemId } from "./item.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";

/** Reads a message as MIME; undefined for one that is gone. */
export const getMime: Operation<string, Uint8Array | undefined> = {
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
        element("t:IncludeMimeContent", {}, "true"),
        // Transport headers are not part of what Exchange makes MIME of, as far as the item has them as properties.
        element("t:AdditionalProperties", {}, field("item:MimeContent")),
      ),
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) => {
    if (responsesOf(answer, about).some((one) => codeOf(one) === "ErrorItemNotFound")) return undefined;
    const text = textAt(at(onlyResponse(answer, about), "Items")?.children[0], "MimeContent");
    if (text === undefined) throw new Fault("UNEXPECTED", `${about}: Exchange answered no MIME content.`);
    return Buffer.from(text, "base64");
  },
};
