import { itemOf, required, requiredList, responses, type Operation } from "../call.ts";
import { attachmentIdElement, newAttachment } from "../fields/attachments.ts";
import { commitChange, startChange } from "../fields/field.ts";
import { element } from "../xml.ts";

/** CreateAttachment: adds to one item; each attachment gives the item a new change key. */
export const createAttachment: Operation = (call, request) => {
  const parent = required(request, "m:ParentItemId");
  return responses("CreateAttachment", requiredList(request, "m:Attachments"), async (given) => {
    const { mailbox, item } = itemOf(call, parent);
    const change = startChange(call, item);
    const attachment = newAttachment(change, given);
    change.item.attachments.push(attachment);
    change.body = true;
    const changed = await commitChange(change, mailbox);
    const id = attachmentIdElement(mailbox.owner, changed, attachment, true);
    return [element("m:Attachments", {}, element(given.name, {}, id))];
  });
};
