import { moveItem, removeItem } from "../../mailbox.ts";
import { itemOf, requiredList, responses, type Operation } from "../call.ts";
import { readDeleteType } from "../delete-type.ts";

/** DeleteItem: moves each item to Deleted Items or to the dumpster, or removes it for good. */
export const deleteItem: Operation = (call, request) => {
  const placeIn = readDeleteType(request);
  return responses("DeleteItem", requiredList(request, "m:ItemIds"), (id) => {
    const { mailbox, item } = itemOf(call, id, "delete");
    const place = placeIn(mailbox);
    if (place) moveItem(call.organization, mailbox, item, place.id);
    else removeItem(call.organization, mailbox, item);
    return [];
  });
};
