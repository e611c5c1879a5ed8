import { readMime } from "../../mime.ts";
import type { Attachment, Item } from "../../store.ts";
import { EwsError, schemaError } from "../error.ts";
import { attachmentId, changeKey, itemId } from "../ids.ts";
import { base64Bytes } from "../mime-content.ts";
import { dateTime } from "../time.ts";
import { child, element, type Element } from "../xml.ts";
import { booleanOf, type Change, type Field } from "./field.ts";

/** Bytes. */
const largest = 36_700_160;
/** What is said of every attachment, whatever it is. */
const described = ["AttachmentId", "Name", "ContentType", "ContentId", "ContentLocation"]
  .concat(["Size", "LastModifiedTime", "IsInline"])
  .map((name) => `t:${name}`);
/** What only a reference has, in the schema's order. */
const references = [
  "AttachLongPathName",
  "ProviderType",
  "ProviderEndpointUrl",
  "AttachmentThumbnailUrl",
].concat(["AttachmentPreviewUrl", "PermissionType", "AttachmentIsFolder"]);

/** `t:AttachmentId`; with the root item when its change key changed along. */
export function attachmentIdElement(
  owner: string,
  item: Item,
  attachment: Attachment,
  root: boolean,
): Element {
  return element("t:AttachmentId", {
    Id: attachmentId(owner, item.id, attachment.id),
    RootItemId: root ? itemId(owner, item.id) : undefined,
    RootItemChangeKey: root ? changeKey("item", item.change) : undefined,
  });
}

/** What GetItem tells about an attachment; `content` are the elements that GetAttachment adds. */
export function attachmentElement(
  owner: string,
  item: Item,
  attachment: Attachment,
  ...content: Element[]
): Element {
  const { isItem, reference } = attachment;
  return element(
    reference ? "t:ReferenceAttachment" : isItem ? "t:ItemAttachment" : "t:FileAttachment",
    {},
    attachmentIdElement(owner, item, attachment, false),
    element("t:Name", {}, attachment.name),
    element("t:ContentType", {}, attachment.contentType),
    attachment.contentId === undefined ? undefined : element("t:ContentId", {}, attachment.contentId),
    attachment.contentLocation === undefined
      ? undefined
      : element("t:ContentLocation", {}, attachment.contentLocation),
    element("t:Size", {}, String(attachment.content.length)),
    element("t:LastModifiedTime", {}, dateTime(attachment.lastModified)),
    element("t:IsInline", {}, String(attachment.isInline)),
    reference || isItem
      ? undefined
      : element("t:IsContactPhoto", {}, String(attachment.isContactPhoto ?? false)),
    ...references.flatMap((name) => {
      const value = reference?.[name];
      return value === undefined ? [] : [element(`t:${name}`, {}, value)];
    }),
    ...content,
  );
}

/**
 * Makes an attachment of `t:FileAttachment`, `t:ReferenceAttachment` or `t:ItemAttachment`; `composed` is the MIME of an attached message
 * that was given by its properties. @throws EwsError ErrorSchemaValidation | ErrorAttachmentSizeLimitExceeded ...
 */
export function attachmentFrom(change: Change, given: Element, composed?: Uint8Array): Attachment {
  const text = (name: string) => child(given, name)?.text;
  const isInline = child(given, "t:IsInline");
  const isContactPhoto = child(given, "t:IsContactPhoto");
  const contentId = text("t:ContentId");
  const contentLocation = text("t:ContentLocation");
  const { isItem, content } = composed ? { isItem: true, content: composed } : contentOf(given);
  if (content.length > largest) throw new EwsError("ErrorAttachmentSizeLimitExceeded");
  const { organization } = change.call;
  return {
    id: String(organization.nextId()),
    name: text("t:Name") ?? "",
    contentType: isItem ? "message/rfc822" : (text("t:ContentType") ?? "application/octet-stream"),
    ...(contentId === undefined ? {} : { contentId: contentId.replace(/^<|>$/g, "") }),
    ...(contentLocation === undefined ? {} : { contentLocation }),
    isInline: isInline !== undefined && booleanOf(isInline),
    content,
    isItem,
    lastModified: organization.now(),
    ...(isContactPhoto && booleanOf(isContactPhoto) ? { isContactPhoto: true } : {}),
    ...(given.name === "t:ReferenceAttachment" ? { reference: referenceOf(given) } : {}),
  };
}

function referenceOf(given: Element): Record<string, string> {
  return Object.fromEntries(
    references.flatMap((name) => {
      const found = child(given, `t:${name}`);
      return found ? [[name, found.text]] : [];
    }),
  );
}

function contentOf(given: Element): { isItem: boolean; content: Uint8Array } {
  if (given.name === "t:FileAttachment")
    return { isItem: false, content: base64(child(given, "t:Content")?.text ?? "") };
  if (given.name === "t:ReferenceAttachment") return { isItem: false, content: new Uint8Array() };
  const mime = child(attachedElement(given), "t:MimeContent");
  if (given.name !== "t:ItemAttachment") throw schemaError(`The element '${given.name}' is no attachment.`);
  return { isItem: true, content: base64(mime?.text ?? "") };
}

/** The message in `t:ItemAttachment`. @throws EwsError when there is none, or one that cannot be attached */
export function attachedElement(given: Element): Element | undefined {
  if (given.name !== "t:ItemAttachment") return undefined;
  const found = given.children.find(({ name }) => !described.includes(name));
  if (!found) throw new EwsError("ErrorMissingItemForCreateItemAttachment");
  if (found.name.startsWith("t:Meeting"))
    throw new EwsError("ErrorInvalidItemForOperationCreateItemAttachment");
  if (!["t:Message", "t:Item"].includes(found.name))
    throw new EwsError("ErrorInvalidOperation", `This server attaches messages, not ${found.name.slice(2)}.`);
  return found;
}

/** @throws EwsError ErrorSchemaValidation */
function base64(text: string): Uint8Array {
  const bytes = base64Bytes(text);
  if (!bytes || text.replace(/\s+/g, "").length % 4 !== 0) {
    throw schemaError(
      "The 'Content' element is invalid: the value is not valid according to its datatype 'base64Binary'.",
    );
  }
  return bytes;
}

/** The attached message as an item of its own, for GetAttachment's shape. */
export async function attachedItem(item: Item, attachment: Attachment): Promise<Item> {
  const {
    internetMessageId = "",
    sent = item.sent,
    attachments,
    ...content
  } = await readMime(attachment.content);
  const { html: _html, text: _text, ...rest } = item;
  return {
    ...rest,
    ...content,
    internetMessageId,
    sent,
    mime: attachment.content,
    attachments: attachments.map((each, index) => ({
      ...each,
      id: `${attachment.id}.${index}`,
      lastModified: item.lastModified,
    })),
    extended: [],
  };
}

export const attachments: Field = {
  uri: "item:Attachments",
  name: "t:Attachments",
  shape: "Default",
  found: false,
  read: ({ call, item }) =>
    item.attachments.length > 0
      ? element(
          "t:Attachments",
          {},
          ...item.attachments.map((each) => attachmentElement(call.acting.guid, item, each)),
        )
      : undefined,
};
