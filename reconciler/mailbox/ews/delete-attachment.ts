import { element } from "./xml.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Codes for an attachment that is not there (any more). */
const missing = new Set([
  "ErrorItemNotFound",
  "ErrorInvalidAttachmentId",
  "ErrorInvalidIdNotAnItemAttachmentId",
]);

/** Deletes attachments by id, passing over those that are gone. */
export const deleteAttachment: Operation<string[], void> = {
  name: "DeleteAttachment",
  repeatable: true,
  request: (ids) =>
    element(
      "m:DeleteAttachment",
      {},
      element("m:AttachmentIds", {}, ...ids.map((id) => element("t:AttachmentId", { Id: id }))),
    ),
  parse: (answer, about) => {
    for (const response of responsesOf(answer, about))
      if (!missing.has(codeOf(response))) succeeded(response, about);
  },
};
