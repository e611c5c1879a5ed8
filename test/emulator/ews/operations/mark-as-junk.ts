import { headersOf } from "../../item/headers.ts";
import { findFolder, moveItem } from "../../mailbox.ts";
import type { Mailbox } from "../../store.ts";
import { choice, itemOf, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { itemIdElement } from "../ids.ts";

/** MarkAsJunk: blocks each item's sender, or no longer, and moves the item to Junk Email or back to the Inbox where that is wanted. */
export const markAsJunk: Operation = (call, request) => {
  const yes = (name: string): boolean =>
    ["true", "1"].includes(choice(request, name, ["true", "false", "1", "0"]));
  const [isJunk, moves] = [yes("IsJunk"), yes("MoveItem")];
  return responses("MarkAsJunk", requiredList(request, "m:ItemIds"), (id) => {
    const { call: there, mailbox, item } = itemOf(call, id);
    if (there.visitor) throw new EwsError("ErrorAccessDenied");
    block(
      mailbox,
      headersOf(item.mime).from.map(({ address }) => address.toLowerCase()),
      isJunk,
    );
    call.organization.save();
    const place = moves ? findFolder(mailbox, isJunk ? "junkemail" : "inbox") : undefined;
    if (!place || place.id === item.folderId) return [];
    const { attributes } = itemIdElement(mailbox.owner, moveItem(call.organization, mailbox, item, place.id));
    return [{ name: "m:MovedItemId", attributes, children: [], text: "" }];
  });
};

function block(mailbox: Mailbox, senders: string[], blocked: boolean): void {
  const others = (mailbox.blockedSenders ?? []).filter((address) => !senders.includes(address));
  mailbox.blockedSenders = blocked ? [...others, ...senders] : others;
}
