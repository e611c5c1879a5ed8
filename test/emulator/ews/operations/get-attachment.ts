import { safeHtml } from "../../item/safe-html.ts";
import type { Item } from "../../store.ts";
import { attachmentOf } from "../attached.ts";
import { requiredList, responses, type Operation } from "../call.ts";
import { attachedItem, attachmentElement } from "../fields/attachments.ts";
import { booleanOf } from "../fields/field.ts";
import { itemElement, readShape } from "../shape.ts";
import { child, element } from "../xml.ts";

/** What an attached message has not, since it lies in no folder. */
const ofStoreItems = ["t:ItemId", "t:ParentFolderId", "t:ResponseObjects"];

/** GetAttachment: the content of files, and attached messages as items. */
export const getAttachment: Operation = (call, request) => {
  const given = child(request, "m:AttachmentShape") ?? element("m:AttachmentShape");
  const shape = readShape(given, call.version);
  const filter = child(given, "t:FilterHtmlContent");
  const shown = (item: Item): Item =>
    filter && booleanOf(filter) && item.html !== undefined ? { ...item, html: safeHtml(item.html) } : item;
  return responses("GetAttachment", requiredList(request, "m:AttachmentIds"), async (id) => {
    const { call: there, mailbox, item, parent, attachment } = await attachmentOf(call, id);
    if (!attachment.isItem) {
      const content = element("t:Content", {}, Buffer.from(attachment.content).toString("base64"));
      const more = attachment.reference ? [] : [content];
      return [element("m:Attachments", {}, attachmentElement(mailbox.owner, item, attachment, ...more))];
    }
    const inner = itemElement(there, shown(await attachedItem(parent, attachment)), shape);
    const children = inner.children.filter(({ name }) => !ofStoreItems.includes(name));
    const content = { ...inner, children };
    return [element("m:Attachments", {}, attachmentElement(mailbox.owner, item, attachment, content))];
  });
};
