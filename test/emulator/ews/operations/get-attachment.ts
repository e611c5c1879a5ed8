import type { Attachment, Item } from "../../store.ts";
import { itemOf, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { attachedItem, attachmentElement } from "../fields/attachments.ts";
import { itemElement, readShape } from "../shape.ts";
import { child, element, type Element } from "../xml.ts";

/** GetAttachment: the content of files, and attached messages as items. */
export const getAttachment: Operation = (call, request) => {
  const shape = readShape(child(request, "m:AttachmentShape") ?? element("m:AttachmentShape"), call.version);
  return responses("GetAttachment", requiredList(request, "m:AttachmentIds"), async (id) => {
    const { mailbox, item, attachment } = attachmentOf(call, id);
    if (!attachment.isItem) {
      const content = element("t:Content", {}, Buffer.from(attachment.content).toString("base64"));
      return [element("m:Attachments", {}, attachmentElement(mailbox.owner, item, attachment, content))];
    }
    const inner = itemElement(call, await attachedItem(item, attachment), shape);
    const withoutId = {
      ...inner,
      children: inner.children.filter(
        ({ name }) => !["t:ItemId", "t:ParentFolderId", "t:ResponseObjects"].includes(name),
      ),
    };
    return [element("m:Attachments", {}, attachmentElement(mailbox.owner, item, attachment, withoutId))];
  });
};

/** The attachment that a `t:AttachmentId` names, and its item. @throws EwsError ErrorInvalidAttachmentId | ErrorItemNotFound */
export function attachmentOf(
  call: Call,
  id: Element,
): ReturnType<typeof itemOf> & { attachment: Attachment; item: Item } {
  const found = itemOf(call, id);
  const attachment = found.item.attachments.find((each) => each.id === found.wire.attachment);
  if (!attachment) throw new EwsError("ErrorInvalidAttachmentId");
  return { ...found, attachment };
}
