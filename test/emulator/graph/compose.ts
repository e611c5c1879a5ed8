import { EwsError } from "../ews/error.ts";
import { finishChange, type Change } from "../ews/fields/field.ts";
import { deepest } from "../ews/new-message.ts";
import { newItem } from "../mailbox.ts";
import type { Attachment, Item } from "../store.ts";
import { isObject, type Opened } from "./call.ts";
import { badBody, badRequest } from "./error.ts";
import { setProperties, startMessage } from "./message-change.ts";

type Given = Record<string, unknown>;

/** A draft of properties, not yet in the mailbox; attached so many times (`depth`) to another message. @throws GraphError | EwsError */
export async function composed(opened: Opened, folderId: string, given: Given, depth = 0): Promise<Item> {
  const { organization } = opened.store;
  const at = organization.now();
  const blank = await newItem(organization, folderId, new Uint8Array(), { at, isDraft: true, isRead: true });
  const change = startMessage(opened, blank);
  setProperties(change, given);
  const { attachments = [] } = given;
  if (!Array.isArray(attachments)) throw badBody("The property 'attachments' has to be a list.");
  for (const each of attachments as unknown[]) {
    if (!isObject(each)) throw badBody("An attachment has to be an object.");
    await addAttachment(opened, change, each, depth);
  }
  change.mail.date = new Date(change.item.sent);
  return finishChange(change);
}

/** Adds the file or message that a body describes to a message. @throws GraphError | EwsError when it is neither, or cannot be attached */
export async function addAttachment(
  opened: Opened,
  change: Change,
  given: Given,
  depth = 0,
): Promise<Attachment> {
  const type = String(given["@odata.type"] ?? "");
  if (/^#?microsoft\.graph\.fileAttachment$/i.test(type))
    return addFile(change, given, base64(text(given, "contentBytes") ?? ""));
  if (!/^#?microsoft\.graph\.itemAttachment$/i.test(type))
    throw badRequest(
      type === ""
        ? "The property '@odata.type' is missing: an attachment has to say that it is a '#microsoft.graph.fileAttachment' or a '#microsoft.graph.itemAttachment'."
        : `Attachments of the type '${type}' cannot be created here: only '#microsoft.graph.fileAttachment' and '#microsoft.graph.itemAttachment'.`,
    );
  const { item } = given;
  if (!isObject(item)) throw new EwsError("ErrorMissingItemForCreateItemAttachment");
  if (!/^#?microsoft\.graph\.message$/i.test(String(item["@odata.type"] ?? "")))
    throw badBody("The property 'item' has to say that it is a '#microsoft.graph.message'.");
  if (depth >= deepest) throw new EwsError("ErrorAttachmentNestLevelLimitExceeded");
  const { mime } = await composed(opened, change.item.folderId, item, depth + 1);
  return add(change, given, { content: mime, contentType: "message/rfc822", isItem: true });
}

/** Adds a file of so many bytes. @throws GraphError when it has no name */
export function addFile(change: Change, given: Given, content: Uint8Array): Attachment {
  const contentId = text(given, "contentId")?.replace(/^<|>$/g, "");
  const contentLocation = text(given, "contentLocation");
  return add(change, given, {
    contentType: text(given, "contentType") ?? "application/octet-stream",
    ...(contentId === undefined ? {} : { contentId }),
    ...(contentLocation === undefined ? {} : { contentLocation }),
    content,
    isItem: false,
  });
}

function add(
  change: Change,
  given: Given,
  what: Omit<Attachment, "id" | "name" | "isInline" | "lastModified">,
): Attachment {
  const { organization } = change.call;
  const name = text(given, "name");
  if (name === undefined) throw badBody("The property 'name' is required of an attachment.");
  const attachment: Attachment = {
    id: String(organization.nextId()),
    name,
    isInline: given["isInline"] === true,
    lastModified: organization.now(),
    ...what,
  };
  change.item.attachments.push(attachment);
  change.body = true;
  return attachment;
}

function text(given: Given, name: string): string | undefined {
  return typeof given[name] === "string" ? given[name] : undefined;
}

/** @throws GraphError RequestBodyRead */
function base64(value: string): Uint8Array {
  if (!/^[\w+/-]*={0,2}$/.test(value))
    throw badBody("Cannot convert the value of 'contentBytes' to the expected type 'Edm.Binary'.");
  return new Uint8Array(Buffer.from(value, "base64"));
}
