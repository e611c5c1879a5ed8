import { decodeWords } from "../../item/encoded-words.ts";
import { headerValue } from "../../item/headers.ts";
import { sizeOf } from "../../storage/stored-item.ts";
import { carries } from "../../store.ts";
import { effectiveRights } from "../access.ts";
import { changeKey, conversationId, folderId, itemIdElement } from "../ids.ts";
import { element, type Element } from "../xml.ts";
import { EwsError } from "../error.ts";
import { instanceKey } from "../extended/identity.ts";
import { shown } from "../extended/people.ts";
import { awaitsReceipt } from "../read-receipt.ts";
import { attachments } from "./attachments.ts";
import { body, mimeContent, normalizedBody, previewOf, textBody, uniqueBody } from "./body.ts";
import { entityExtractionResult } from "./entities.ts";
import { oneOf, plain, type Change, type Field, type View } from "./field.ts";
import { culture } from "./culture.ts";
import { flag } from "./flag.ts";
import { iconIndex } from "./icon.ts";
import { mentionFields } from "./mentions.ts";
import { retentionFields } from "./retention.ts";
import { blockFields, mimeContentUtf8, reminderFields, storeEntryId, webClientFields } from "./store.ts";

const importances = ["Low", "Normal", "High"] as const;
const sensitivities = ["Normal", "Personal", "Private", "Confidential"] as const;
const sensitivityHeader = {
  Normal: "",
  Personal: "Personal",
  Private: "Private",
  Confidential: "Company-Confidential",
};

/** Sets a header line of the item's MIME that nodemailer has no option for; an empty value removes it. */
export function setHeader(change: Change, name: string, value: string): void {
  if (value !== "") change.mail.headers[name] = value;
  else delete change.mail.headers[name];
  change.headers.add(name.toLowerCase());
}

export function setSubject(change: Change, subject: string): void {
  change.item.subject = subject.replace(/[\r\n]+/g, " ");
  change.mail.subject = change.item.subject;
  change.headers.add("subject");
}

/** Replies that a client may make of the item. */
function responseObjects({ item, call }: View): Element {
  const kinds = item.isDraft ? ["ForwardItem"] : ["ReplyToItem", "ReplyAllToItem", "ForwardItem"];
  if (!item.isRead && awaitsReceipt({ call, item })) kinds.push("SuppressReadReceipt");
  const reference = () => {
    const { attributes } = itemIdElement(call.acting.guid, item);
    return element("t:ReferenceItemId", attributes);
  };
  return element("t:ResponseObjects", {}, ...kinds.map((kind) => element(`t:${kind}`, {}, reference())));
}

/** Properties that every kind of item has, in the schema's order, before its extended properties. */
export const itemFields: Field[] = [
  mimeContent,
  {
    uri: "item:ItemId",
    name: "t:ItemId",
    shape: "IdOnly",
    read: ({ call, item }) => itemIdElement(call.acting.guid, item),
  },
  {
    uri: "item:ParentFolderId",
    name: "t:ParentFolderId",
    shape: "AllProperties",
    read: ({ call, item }) => {
      const folder = call.side.mailboxes.get(call.acting.guid)?.folders.get(item.folderId);
      const ChangeKey = changeKey("folder", folder?.change ?? 0);
      return element("t:ParentFolderId", { Id: folderId(call.acting.guid, item.folderId), ChangeKey });
    },
  },
  plain("item:ItemClass", "string", ({ item }) => item.itemClass, {
    shape: "AllProperties",
    set: ({ item }, value) => {
      if (/^IPM\.(?:Contact|Appointment|Task|DistList|Post)(?:\.|$)/i.test(value.text))
        throw new EwsError("ErrorObjectTypeChanged");
      item.itemClass = value.text;
    },
  }),
  plain("item:Subject", "string", ({ item }) => item.subject, {
    shape: "Default",
    set: (change, value) => setSubject(change, value.text),
    clear: (change) => setSubject(change, ""),
  }),
  plain("item:Sensitivity", "string", ({ item }) => item.sensitivity, {
    shape: "Default",
    set: (change, value) => {
      change.item.sensitivity = oneOf(value, sensitivities);
      setHeader(change, "Sensitivity", sensitivityHeader[change.item.sensitivity]);
    },
  }),
  body,
  attachments,
  plain("item:DateTimeReceived", "date", ({ item }) => item.received, { shape: "AllProperties" }),
  plain("item:Size", "integer", ({ item }) => sizeOf(item), { shape: "Default" }),
  plain(
    "item:Categories",
    "strings",
    ({ item }) => (item.categories.length > 0 ? item.categories : undefined),
    {
      shape: "AllProperties",
      set: ({ item }, value) => void (item.categories = value.children.map(({ text }) => text)),
      clear: ({ item }) => void (item.categories = []),
    },
  ),
  plain("item:Importance", "string", ({ item }) => item.importance, {
    shape: "AllProperties",
    set: (change, value) => {
      change.item.importance = oneOf(value, importances);
      change.headers.add("x-priority").add("x-msmail-priority");
      setHeader(change, "Importance", change.item.importance.toLowerCase());
    },
  }),
  plain("item:InReplyTo", "string", ({ headers }) => headerValue(headers, "In-Reply-To"), {
    shape: "AllProperties",
    set: (change, value) => setHeader(change, "In-Reply-To", value.text),
    clear: (change) => setHeader(change, "In-Reply-To", ""),
  }),
  plain("item:IsSubmitted", "boolean", () => false, { shape: "AllProperties" }),
  plain("item:IsDraft", "boolean", ({ item }) => item.isDraft, { shape: "AllProperties" }),
  plain(
    "item:IsFromMe",
    "boolean",
    ({ headers, call }) => headers.from.some(({ address }) => carries(call.acting, address.toLowerCase())),
    { shape: "AllProperties" },
  ),
  plain("item:IsResend", "boolean", () => false, { shape: "AllProperties" }),
  // That it was read is no modification.
  plain("item:IsUnmodified", "boolean", ({ item }) => item.isModified !== true, {
    shape: "AllProperties",
  }),
  {
    uri: "item:InternetMessageHeaders",
    name: "t:InternetMessageHeaders",
    shape: "AllProperties",
    found: false,
    read: ({ headers }) =>
      headers.lines.length > 0
        ? element(
            "t:InternetMessageHeaders",
            {},
            ...headers.lines.map(({ name, value }) => headerElement(name, value)),
          )
        : undefined,
  },
  plain("item:DateTimeSent", "date", ({ item }) => item.sent, { shape: "Default" }),
  plain("item:DateTimeCreated", "date", ({ item }) => item.created, { shape: "Default" }),
  {
    uri: "item:ResponseObjects",
    name: "t:ResponseObjects",
    shape: "Default",
    found: false,
    read: responseObjects,
  },
  ...reminderFields,
  plain("item:DisplayCc", "string", ({ headers }) => shown(headers.cc), { shape: "AllProperties" }),
  plain("item:DisplayTo", "string", ({ headers }) => shown(headers.to), { shape: "AllProperties" }),
  // Pictures in the text do not count as attachments.
  plain("item:HasAttachments", "boolean", ({ item }) => item.attachments.some(({ isInline }) => !isInline), {
    shape: "Default",
  }),
];

/** Properties that every kind of item has, in the schema's order, after its extended properties. */
export const laterItemFields: Field[] = [
  culture,
  {
    uri: "item:EffectiveRights",
    name: "t:EffectiveRights",
    shape: "AllProperties",
    read: ({ call, item }) =>
      effectiveRights(call, call.side.mailboxes.get(call.acting.guid)?.folders.get(item.folderId), item),
  },
  plain("item:LastModifiedName", "string", ({ call }) => call.acting.displayName, { shape: "AllProperties" }),
  plain("item:LastModifiedTime", "date", ({ item }) => item.lastModified, { shape: "AllProperties" }),
  plain("item:IsAssociated", "boolean", () => false, { shape: "Default", since: "Exchange2010" }),
  ...webClientFields,
  {
    uri: "item:ConversationId",
    name: "t:ConversationId",
    shape: "AllProperties",
    since: "Exchange2010",
    read: ({ call, item }) =>
      element("t:ConversationId", { Id: conversationId(call.acting.guid, item.conversationId) }),
  },
  uniqueBody,
  flag,
  storeEntryId,
  {
    uri: "item:InstanceKey",
    name: "t:InstanceKey",
    shape: "AllProperties",
    since: "Exchange2013",
    read: (view) => element("t:InstanceKey", {}, instanceKey(view).toString("base64")),
  },
  normalizedBody,
  entityExtractionResult,
  ...retentionFields,
  plain("item:Preview", "string", ({ item }) => previewOf(item), {
    shape: "AllProperties",
    since: "Exchange2013",
  }),
  ...blockFields,
  textBody,
  iconIndex,
  mimeContentUtf8,
  ...mentionFields,
];

/** `t:InternetMessageHeader` of a header line as it stands in the message. */
export function headerElement(name: string, value: string): Element {
  return element("t:InternetMessageHeader", { HeaderName: name }, decodeWords(value));
}
