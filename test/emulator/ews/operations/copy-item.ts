import { copyOf } from "../../item/composed.ts";
import { copyItem, moveItem } from "../../mailbox.ts";
import type { Item, Mailbox } from "../../store.ts";
import { demand, type Deed } from "../access.ts";
import { folderOr, itemOf, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { booleanOf } from "../fields/field.ts";
import { itemIdElement } from "../ids.ts";
import { elementName } from "../shape.ts";
import { child, element } from "../xml.ts";

type Move = (call: Call, mailbox: Mailbox, item: Item, folderId: string) => Item;

/** CopyItem and MoveItem: each item to another folder of the same mailbox, where it has a new id. */
function transfer(operation: "CopyItem" | "MoveItem", deed: Deed, move: Move): Operation {
  return (call, request) => {
    const [to = element("none")] = required(request, "m:ToFolderId").children;
    const wantsIds = child(request, "m:ReturnNewItemIds");
    return responses(operation, requiredList(request, "m:ItemIds"), (id) => {
      const target = folderOr("ErrorToFolderNotFound", call, to);
      const { mailbox, item } = itemOf(call, id, deed);
      if (target.mailbox !== mailbox) throw new EwsError("ErrorCrossMailboxMoveCopy");
      demand(target.call, mailbox, target.folder, "create");
      if (target.folder.search) throw new EwsError("ErrorMoveCopyFailed");
      const there = move(target.call, mailbox, item, target.folder.id);
      const told = !wantsIds || booleanOf(wantsIds) ? [itemIdElement(mailbox.owner, there)] : [];
      return [
        element("m:Items", {}, ...told.map((newId) => element(elementName(there.itemClass), {}, newId))),
      ];
    });
  };
}

/** A copy is whose who made it. */
const copy: Move = ({ organization, visitor }, mailbox, item, folderId) => {
  const own = copyOf(item);
  delete own.creator;
  if (visitor) own.creator = visitor.guid;
  return copyItem(organization, mailbox, own, folderId);
};

export const copyItemOperation: Operation = transfer("CopyItem", "read", copy);
export const moveItemOperation: Operation = transfer("MoveItem", "delete", ({ organization }, ...what) =>
  moveItem(organization, ...what),
);
