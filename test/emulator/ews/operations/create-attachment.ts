import type { Attachment, Item } from "../../store.ts";
import { attachmentOf, changeAttachments } from "../attached.ts";
import { itemOf, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { attachedItem, attachmentIdElement } from "../fields/attachments.ts";
import { startChange } from "../fields/field.ts";
import { deepest, newAttachment } from "../new-message.ts";
import { element, type Element } from "../xml.ts";

/** CreateAttachment: adds to one item, or to a message attached to it; each attachment gives the item a new change key. */
export const createAttachment: Operation = (call, request) => {
  const parent = required(request, "m:ParentItemId");
  return responses("CreateAttachment", requiredList(request, "m:Attachments"), async (given) => {
    const { call: there, mailbox, item, wire } = itemOf(call, parent, "edit");
    const path = wire.attachment === undefined ? [] : await pathOf(there, parent);
    const attachment = await newAttachment(startChange(there, item), given, path.length);
    const changed = await changeAttachments(there, mailbox, item, path, (all) => [...all, attachment]);
    const attached = await placed(changed, path, attachment);
    const id = attachmentIdElement(mailbox.owner, changed, attached, true);
    return [element("m:Attachments", {}, element(given.name, {}, id))];
  });
};

/** The way to an attached message. @throws EwsError ErrorInvalidIdNotAnItemAttachmentId | ErrorAttachmentNestLevelLimitExceeded */
async function pathOf(call: Call, parent: Element): Promise<string[]> {
  const { attachment, path } = await attachmentOf(call, parent);
  if (!attachment.isItem) throw new EwsError("ErrorInvalidIdNotAnItemAttachmentId");
  if (path.length >= deepest) throw new EwsError("ErrorAttachmentNestLevelLimitExceeded");
  return path;
}

/** The attachment where it is now: within an attached message its id is its place. */
async function placed(item: Item, path: string[], attachment: Attachment): Promise<Attachment> {
  let parent = item;
  for (const id of path) {
    const next = parent.attachments.find((each) => each.id === id);
    if (next) parent = await attachedItem(parent, next);
  }
  if (path.length === 0) return attachment;
  return parent.attachments.findLast(({ name }) => name === attachment.name) ?? attachment;
}
