import { attachmentOf } from "../attached.ts";
import { requiredList, responses, type Operation } from "../call.ts";
import { attachedItem, attachmentElement } from "../fields/attachments.ts";
import { itemElement, readShape } from "../shape.ts";
import { child, element } from "../xml.ts";

/** What an attached message has not, since it lies in no folder. */
const ofStoreItems = ["t:ItemId", "t:ParentFolderId", "t:ResponseObjects"];

/** GetAttachment: the content of files, and attached messages as items. */
export const getAttachment: Operation = (call, request) => {
  const given = child(request, "m:AttachmentShape") ?? element("m:AttachmentShape");
  const shape = readShape(given, call.version);
  return responses("GetAttachment", requiredList(request, "m:AttachmentIds"), async (id) => {
    const { call: there, mailbox, item, parent, attachment } = await attachmentOf(call, id);
    if (!attachment.isItem) {
      const content = element("t:Content", {}, Buffer.from(attachment.content).toString("base64"));
      const more = attachment.reference ? [] : [content];
      return [element("m:Attachments", {}, attachmentElement(mailbox.owner, item, attachment, ...more))];
    }
    const inner = itemElement(there, await attachedItem(parent, attachment), shape);
    const children = inner.children.filter(({ name }) => !ofStoreItems.includes(name));
    const content = { ...inner, children };
    return [element("m:Attachments", {}, attachmentElement(mailbox.owner, item, attachment, content))];
  });
};
