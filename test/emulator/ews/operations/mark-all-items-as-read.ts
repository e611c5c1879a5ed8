import { copyOf } from "../../item/composed.ts";
import { replaceItem } from "../../mailbox.ts";
import { folderOf, required, requiredList, responses, type Operation } from "../call.ts";
import { booleanOf } from "../fields/field.ts";
import { itemsIn } from "../folder/search.ts";
import { settleReceipt } from "../read-receipt.ts";

/** MarkAllItemsAsRead: every item of each folder becomes read, or unread. */
export const markAllItemsAsRead: Operation = (call, request) => {
  const isRead = booleanOf(required(request, "m:ReadFlag"));
  const suppress = booleanOf(required(request, "m:SuppressReadReceipts"));
  return responses("MarkAllItemsAsRead", requiredList(request, "m:FolderIds"), async (id) => {
    const { call: there, mailbox, folder } = folderOf(call, id, "edit");
    const others = itemsIn(there, mailbox, folder).filter((item) => item.isRead !== isRead);
    for (const item of others) {
      const changed = Object.assign(copyOf(item), { isRead });
      if (isRead) await settleReceipt(there, changed, suppress);
      replaceItem(call.organization, mailbox, changed);
    }
    return [];
  });
};
