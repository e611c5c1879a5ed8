import { attachmentOf, changeAttachments } from "../attached.ts";
import { requiredList, responses, type Operation } from "../call.ts";
import { changeKey, itemId } from "../ids.ts";
import { element } from "../xml.ts";

/** DeleteAttachment: each one gives its item a new change key. */
export const deleteAttachment: Operation = (call, request) =>
  responses("DeleteAttachment", requiredList(request, "m:AttachmentIds"), async (id) => {
    const { call: there, mailbox, item, attachment, path } = await attachmentOf(call, id, "edit");
    const changed = await changeAttachments(there, mailbox, item, path.slice(0, -1), (all) =>
      all.filter((each) => each.id !== attachment.id),
    );
    return [
      element("m:RootItemId", {
        RootItemId: itemId(mailbox.owner, changed.id),
        RootItemChangeKey: changeKey("item", changed.change),
      }),
    ];
  });
