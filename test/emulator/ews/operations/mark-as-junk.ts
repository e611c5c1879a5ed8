import { headerBytes } from "../../item/composed.ts";
import { headersOf } from "../../item/headers.ts";
import { findFolder, moveItem } from "../../mailbox.ts";
import type { Mailbox } from "../../store.ts";
import { itemOf, requiredList, responses, yes, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { itemIdElement } from "../ids.ts";
import { element } from "../xml.ts";

/** MarkAsJunk: blocks each item's sender, or no longer, and moves the item to Junk Email or back to the Inbox where that is wanted. */
export const markAsJunk: Operation = (call, request) => {
  const [isJunk, moves] = [yes(request, "IsJunk"), yes(request, "MoveItem")];
  return responses("MarkAsJunk", requiredList(request, "m:ItemIds"), (id) => {
    const { call: there, mailbox, item } = itemOf(call, id);
    if (there.visitor) throw new EwsError("ErrorAccessDenied");
    block(
      mailbox,
      headersOf(headerBytes(item)).from.map(({ address }) => address.toLowerCase()),
      isJunk,
    );
    call.organization.save();
    const place = moves ? findFolder(mailbox, isJunk ? "junkemail" : "inbox") : undefined;
    if (!place || place.id === item.folderId) return [];
    const { attributes } = itemIdElement(mailbox.owner, moveItem(call.organization, mailbox, item, place.id));
    return [element("m:MovedItemId", attributes)];
  });
};

function block(mailbox: Mailbox, senders: string[], blocked: boolean): void {
  const others = (mailbox.blockedSenders ?? []).filter((address) => !senders.includes(address));
  mailbox.blockedSenders = blocked ? [...others, ...senders] : others;
}
