import { findFolder, moveItem, removeItem } from "../../mailbox.ts";
import { choice, itemOf, requiredList, responses, type Operation } from "../call.ts";

const places = { MoveToDeletedItems: "deleteditems", SoftDelete: "recoverableitemsdeletions" } as const;

/** DeleteItem: moves each item to Deleted Items or to the dumpster, or removes it for good. */
export const deleteItem: Operation = (call, request) => {
  const type = choice(request, "DeleteType", ["HardDelete", "SoftDelete", "MoveToDeletedItems"]);
  return responses("DeleteItem", requiredList(request, "m:ItemIds"), (id) => {
    const { mailbox, item } = itemOf(call, id, "delete");
    const place = type === "HardDelete" ? undefined : findFolder(mailbox, places[type]);
    if (place) moveItem(call.organization, mailbox, item, place.id);
    else removeItem(call.organization, mailbox, item);
    return [];
  });
};
