import { startChange } from "../../ews/fields/field.ts";
import { attachmentBody } from "../attachment.ts";
import { jsonBody, messageOf, openMailbox, type Operation } from "../call.ts";
import { addAttachment } from "../compose.ts";
import { GraphError } from "../error.ts";
import { commit } from "../message-change.ts";

/** Above this an upload session is wanted. */
export const largestSinglePost = 3 * 1024 * 1024;

/** POST messages/{id}/attachments: one small file or message. */
export const createAttachment: Operation = async (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  const change = startChange(opened.store, item);
  const attachment = await addAttachment(opened, change, jsonBody(call));
  if (attachment.content.length > largestSinglePost)
    throw new GraphError(
      413,
      "RequestEntityTooLarge",
      "The attachment is larger than 3 MB: use an upload session.",
    );
  const changed = await commit(opened, item, change);
  const context = `${call.root}/$metadata#users('${opened.owner.guid}')/messages('${call.params["message"] ?? ""}')/attachments/$entity`;
  return {
    status: 201,
    body: { "@odata.context": context, ...attachmentBody(opened, changed, attachment) },
  };
};
