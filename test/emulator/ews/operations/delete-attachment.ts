import { requiredList, responses, type Operation } from "../call.ts";
import { commitChange, startChange } from "../fields/field.ts";
import { changeKey, itemId } from "../ids.ts";
import { element } from "../xml.ts";
import { attachmentOf } from "./get-attachment.ts";

/** DeleteAttachment: each one gives its item a new change key. */
export const deleteAttachment: Operation = (call, request) =>
  responses("DeleteAttachment", requiredList(request, "m:AttachmentIds"), async (id) => {
    const { mailbox, item, attachment } = attachmentOf(call, id);
    const change = startChange(call, item);
    change.item.attachments = item.attachments.filter((each) => each !== attachment);
    change.body = true;
    const changed = await commitChange(change, mailbox);
    return [
      element("m:RootItemId", {
        RootItemId: itemId(mailbox.owner, changed.id),
        RootItemChangeKey: changeKey("item", changed.change),
      }),
    ];
  });
