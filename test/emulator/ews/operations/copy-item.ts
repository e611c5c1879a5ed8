import { copyItem, moveItem } from "../../mailbox.ts";
import { EwsError } from "../error.ts";
import { booleanOf } from "../fields/field.ts";
import { folderOf, itemOf, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { itemIdElement } from "../ids.ts";
import { elementName } from "../shape.ts";
import { child, element, type Element } from "../xml.ts";

/** CopyItem and MoveItem: each item to another folder of the same mailbox, where it has a new id. */
function transfer(operation: "CopyItem" | "MoveItem", move: typeof copyItem): Operation {
  return (call, request) => {
    const [to = element("none")] = required(request, "m:ToFolderId").children;
    const wantsIds = child(request, "m:ReturnNewItemIds");
    return responses(operation, requiredList(request, "m:ItemIds"), (id) => {
      const folder = destination(call, to);
      const { mailbox, item } = itemOf(call, id);
      const there = move(call.organization, mailbox, item, folder);
      const told = !wantsIds || booleanOf(wantsIds) ? [itemIdElement(mailbox.owner, there)] : [];
      return [
        element("m:Items", {}, ...told.map((newId) => element(elementName(there.itemClass), {}, newId))),
      ];
    });
  };
}

function destination(call: Call, to: Element): string {
  try {
    return folderOf(call, to).folder.id;
  } catch (error) {
    if (error instanceof EwsError && error.code === "ErrorFolderNotFound")
      throw new EwsError("ErrorToFolderNotFound");
    throw error;
  }
}

export const copyItemOperation: Operation = transfer("CopyItem", copyItem);
export const moveItemOperation: Operation = transfer("MoveItem", moveItem);
