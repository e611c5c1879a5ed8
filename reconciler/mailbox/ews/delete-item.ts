import { element } from "./xml.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import { itemId } from "./item.ts";
import type { Operation } from "./operation.ts";

/** Deletes messages for good, passing over those that are gone. */
export const deleteItem: Operation<string[], void> = {
  name: "DeleteItem",
  repeatable: true,
  request: (ids) =>
    element(
      "m:DeleteItem",
      { DeleteType: "HardDelete" },
      element("m:ItemIds", {}, ...ids.map((id) => itemId("t:ItemId", { id }))),
    ),
  parse: (answer, about) => {
    for (const response of responsesOf(answer, about))
      if (codeOf(response) !== "ErrorItemNotFound") succeeded(response, about);
  },
};
