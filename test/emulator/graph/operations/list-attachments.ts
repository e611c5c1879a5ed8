import { attachedMessage, attachmentBody, attachmentOf, attachmentProperties } from "../attachment.ts";
import { messageOf, openMailbox, option, type Call, type Operation } from "../call.ts";
import { bufferOf } from "../../item/bytes.ts";
import type { Attachment } from "../../store.ts";
import { collection } from "../query/collection.ts";
import { walk } from "../query/match.ts";
import { readSelect } from "../query/options.ts";

/** Writes attachments as the query asks: `$select`, and attached messages with `$expand=microsoft.graph.itemAttachment/item`. */
function writer(call: Call): (attachment: Attachment) => Promise<Record<string, unknown>> {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  const select = readSelect(call, "microsoft.graph.attachment", attachmentProperties);
  const expanded = /itemattachment\/item/i.test(option(call, "expand") ?? "");
  return async (attachment) => ({
    ...attachmentBody(opened, item, attachment, select),
    ...(expanded && attachment.isItem ? { item: await attachedMessage(opened, item, attachment) } : {}),
  });
}

/** GET messages/{id}/attachments: inline ones too. */
export const listAttachments: Operation = (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  return collection(call, {
    context: `users('${opened.owner.guid}')/messages('${call.params["message"] ?? ""}')/attachments`,
    things: item.attachments,
    reader: (attachment) => (path) => walk(attachmentBody(opened, item, attachment), path),
    write: writer(call),
    usualSize: 1000,
    largestSize: 1000,
  });
};

/** GET messages/{id}/attachments/{id}. */
export const getAttachment: Operation = async (call) => {
  const item = messageOf(call, openMailbox(call));
  const attachment = attachmentOf(item, call.params["attachment"] ?? "");
  const context = `${call.root}/$metadata#users('${call.params["user"] ?? ""}')/messages('${call.params["message"] ?? ""}')/attachments/$entity`;
  return { status: 200, body: { "@odata.context": context, ...(await writer(call)(attachment)) } };
};

/** GET messages/{id}/attachments/{id}/$value: the bytes; of an attached message its MIME. */
export const getAttachmentContent: Operation = (call) => {
  const item = messageOf(call, openMailbox(call));
  const { contentType, content } = attachmentOf(item, call.params["attachment"] ?? "");
  return { status: 200, headers: { "Content-Type": contentType }, body: bufferOf(content) };
};
