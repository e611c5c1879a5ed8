import { randomUUID } from "node:crypto";
import { newItem } from "../mailbox.ts";
import type { Attachment, Folder, Item } from "../store.ts";
import type { Call } from "./call.ts";
import { EwsError, schemaError } from "./error.ts";
import { pathOf, setExtended } from "./extended/property.ts";
import { attachedElement, attachmentFrom } from "./fields/attachments.ts";
import { finishChange, startChange, type Change } from "./fields/field.ts";
import { mimeBytes } from "./mime-content.ts";
import { absentNames, fields } from "./path.ts";
import { ofResponses, replies, respond } from "./response-object.ts";
import { addSender } from "./sending.ts";
import { child, type Element } from "./xml.ts";

const byName = new Map(fields.map((field) => [field.name, field]));

/** A message as its element describes it, not yet in any mailbox. */
export async function make(
  call: Call,
  folder: Folder,
  message: Element,
  sends: boolean,
  depth = 0,
): Promise<Item> {
  const content = child(message, "t:MimeContent");
  const at = call.organization.now();
  const blank = await newItem(call.organization, folder.id, content ? mimeBytes(content) : new Uint8Array(), {
    at,
    isDraft: true,
    isRead: true,
  });
  const change = startChange(call, blank, true);
  if (!content) compose(change);
  if (replies.includes(message.name)) respond(change, message);
  for (const property of message.children) await set(change, property, depth);
  if (sends) addSender(change);
  if (!content) change.mail.date = new Date(change.item.sent);
  return finishChange(change);
}

/** A message without MIME gets all of it from its properties. */
function compose(change: Change): void {
  change.body = true;
  change.item.internetMessageId = `<${randomUUID()}@${change.call.organization.store.domain}>`;
  change.mail.messageId = change.item.internetMessageId;
  change.headers.add("message-id").add("date");
}

async function set(change: Change, property: Element, depth: number): Promise<void> {
  if (property.name === "t:MimeContent" || ofResponses.has(property.name)) return;
  if (property.name === "t:ExtendedProperty") return setExtended(change, property, pathOf(property));
  if (property.name === "t:Attachments") return attach(change, property, depth);
  const field = byName.get(property.name);
  // In the schema, but of no message of this server: nothing that a client could set.
  if (!field && absentNames.has(property.name)) throw new EwsError("ErrorInvalidPropertySet");
  if (!field) throw schemaError(`The element '${property.name}' is not expected in a message.`);
  if (!field.set) throw new EwsError("ErrorInvalidPropertySet");
  field.set(change, property);
}

async function attach(change: Change, { children }: Element, depth: number): Promise<void> {
  for (const each of children) change.item.attachments.push(await newAttachment(change, each, depth));
  change.body = true;
}

/** Messages within messages. */
export const deepest = 10;

/**
 * An attachment as its element describes it, of a message that itself is attached so many times (`depth`); an attached message that is
 * given by its properties is made first. @throws EwsError ErrorAttachmentNestLevelLimitExceeded and those of the attachment and the message
 */
export async function newAttachment(change: Change, given: Element, depth: number): Promise<Attachment> {
  const message = attachedElement(given);
  if (message && depth >= deepest) throw new EwsError("ErrorAttachmentNestLevelLimitExceeded");
  if (!message || child(message, "t:MimeContent")) return attachmentFrom(change, given);
  const { call, item } = change;
  const folder = call.side.mailboxes.get(call.acting.guid)?.folders.get(item.folderId);
  if (!folder) throw new EwsError("ErrorFolderNotFound");
  return attachmentFrom(change, given, (await make(call, folder, message, false, depth + 1)).mime);
}
