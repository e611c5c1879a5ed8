import { element } from "./xml.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import { itemId } from "./item.ts";
import type { Operation } from "./operation.ts";

/** Which messages, and whether their owner can recover them (`SoftDelete`). */
export interface DeleteItemInput {
  ids: string[];
  how: "HardDelete" | "SoftDelete";
}

/** Deletes messages, passing over those that are gone. */
export const deleteItem: Operation<DeleteItemInput, void> = {
  name: "DeleteItem",
  repeatable: true,
  request: ({ ids, how }) =>
    element(
      "m:DeleteItem",
      { DeleteType: how },
      element("m:ItemIds", {}, ...ids.map((id) => itemId("t:ItemId", { id }))),
    ),
  parse: (answer, about) => {
    for (const response of responsesOf(answer, about))
      if (codeOf(response) !== "ErrorItemNotFound") succeeded(response, about);
  },
};
