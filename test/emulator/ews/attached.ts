import type { Attachment, Item, Mailbox } from "../store.ts";
import type { Deed } from "./access.ts";
import { itemOf, type Call } from "./call.ts";
import { EwsError } from "./error.ts";
import { attachedItem } from "./fields/attachments.ts";
import { commitChange, finishChange, startChange } from "./fields/field.ts";
import type { Element } from "./xml.ts";

/**
 * Attachments by their ids. One of the item itself has an id of the store; what lies within an attached message is named by its place there,
 * `12.0.1`: the second attachment of the first attachment of the attached message 12.
 */
export interface Attached {
  /** The request as it works in that mailbox. */
  call: Call;
  mailbox: Mailbox;
  /** The item in the mailbox. */
  item: Item;
  attachment: Attachment;
  /** What it is attached to: the item, or an attached message as an item. */
  parent: Item;
  /** Ids on the way down to it. */
  path: string[];
}

/** The attachment that a `t:AttachmentId` names. @throws EwsError ErrorInvalidAttachmentId | ErrorItemNotFound */
export async function attachmentOf(call: Call, id: Element, deed?: Deed): Promise<Attached> {
  const { call: there, mailbox, item, wire } = itemOf(call, id, deed);
  const places = wire.attachment?.split(".") ?? [];
  const path: string[] = [];
  let parent = item;
  let attachment: Attachment | undefined;
  for (const [depth] of places.entries()) {
    if (attachment) parent = await attachedItem(parent, attachment);
    const wanted = places.slice(0, depth + 1).join(".");
    attachment = parent.attachments.find((each) => each.id === wanted);
    if (!attachment || (!attachment.isItem && depth + 1 < places.length))
      throw new EwsError("ErrorInvalidAttachmentId");
    path.push(wanted);
  }
  if (!attachment) throw new EwsError("ErrorInvalidAttachmentId");
  return { call: there, mailbox, item, attachment, parent, path };
}

type Update = (attachments: Attachment[]) => Attachment[];

/** Changes the attachments of an item, or (with `path`) of a message attached to it; the item's new state. */
export async function changeAttachments(
  call: Call,
  mailbox: Mailbox,
  item: Item,
  path: string[],
  update: Update,
): Promise<Item> {
  return commitChange(await changed(call, item, path, update), mailbox);
}

async function changed(call: Call, item: Item, [id, ...rest]: string[], update: Update) {
  const change = startChange(call, item);
  change.body = true;
  const within = item.attachments.find((each) => each.id === id);
  if (within) {
    const inner = await finishChange(await changed(call, await attachedItem(item, within), rest, update));
    const renewed = { ...within, content: inner.mime, lastModified: call.organization.now() };
    change.item.attachments = item.attachments.map((each) => (each === within ? renewed : each));
  } else change.item.attachments = update(change.item.attachments);
  return change;
}
