import { at, element } from "./xml.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Codes for an attachment that is not there (any more). */
const missing = new Set([
  "ErrorItemNotFound",
  "ErrorInvalidAttachmentId",
  "ErrorInvalidIdNotAnItemAttachmentId",
]);

/** Deletes attachments by id and answers the item's new version, undefined when none of them was there. */
export const deleteAttachment: Operation<string[], string | undefined> = {
  name: "DeleteAttachment",
  repeatable: true,
  request: (ids) =>
    element(
      "m:DeleteAttachment",
      {},
      element("m:AttachmentIds", {}, ...ids.map((id) => element("t:AttachmentId", { Id: id }))),
    ),
  parse: (answer, about) =>
    responsesOf(answer, about)
      .filter((response) => !missing.has(codeOf(response)))
      .map((response) => at(succeeded(response, about), "RootItemId")?.attributes["RootItemChangeKey"])
      .at(-1),
};
