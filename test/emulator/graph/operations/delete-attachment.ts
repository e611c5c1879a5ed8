import { startChange } from "../../ews/fields/field.ts";
import { attachmentOf } from "../attachment.ts";
import { messageOf, openMailbox, type Operation } from "../call.ts";
import { commit } from "../message-change.ts";

/** DELETE messages/{id}/attachments/{id}. */
export const deleteAttachment: Operation = async (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  const { id } = attachmentOf(item, call.params["attachment"] ?? "");
  const change = startChange(opened.store, item);
  change.item.attachments = change.item.attachments.filter((each) => each.id !== id);
  change.body = true;
  await commit(opened, item, change);
  return { status: 204 };
};
