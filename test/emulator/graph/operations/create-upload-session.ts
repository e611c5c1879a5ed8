import { isObject, jsonBody, messageOf, openMailbox, parameter, type Operation } from "../call.ts";
import { badBody, badRequest } from "../error.ts";
import { beginUpload } from "../uploads.ts";
import { largestSinglePost } from "./create-attachment.ts";

const largest = 150 * 1024 * 1024;
const lifetimeMs = 86_400_000;

/** POST messages/{id}/attachments/createUploadSession: for files from 3 to 150 MB. */
export const createUploadSession: Operation = (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  const body = jsonBody(call);
  const given = parameter(body, "AttachmentItem");
  if (!isObject(given)) throw badBody("The parameter 'AttachmentItem' is missing.");
  const { size, name } = given;
  if (typeof size !== "number" || !Number.isInteger(size) || typeof name !== "string")
    throw badBody("The AttachmentItem lacks its name or size.");
  if (size < largestSinglePost)
    throw badRequest(
      "Attachment size must be greater than the minimum size of an upload session.",
      "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
    );
  if (size > largest)
    throw badRequest("The attachment size exceeds the limit.", "ErrorAttachmentSizeLimitExceeded");
  const expires = call.organization.now() + lifetimeMs;
  const { id, secret } = beginUpload(call.organization, {
    appId: call.application.appId,
    owner: opened.owner.guid,
    itemId: item.id,
    item: given,
    size,
    expires,
  });
  return {
    status: 201,
    body: {
      "@odata.context": `${call.root}/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: `${call.root}/users('${opened.owner.guid}')/messages('${call.params["message"] ?? ""}')/attachmentSessions('${id}')?authtoken=${secret}`,
      expirationDateTime: new Date(expires).toISOString(),
      nextExpectedRanges: ["0-"],
    },
  };
};
