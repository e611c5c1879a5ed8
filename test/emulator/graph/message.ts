import { readExtended } from "../ews/extended/property.ts";
import { bodyOf, previewOf } from "../ews/fields/body.ts";
import { conversationIndex } from "../ews/fields/conversation.ts";
import { uniqueText } from "../ews/fields/original.ts";
import { viewOf, type View } from "../ews/fields/field.ts";
import { changeKey, conversationId, folderId, itemId } from "../ews/ids.ts";
import { decodeWords } from "../item/encoded-words.ts";
import { headerValue, type Address } from "../item/headers.ts";
import type { Body } from "../item/body-lines.ts";
import { recipientByAddress, type Item } from "../store.ts";
import { preference, toUrl, type Call, type Opened } from "./call.ts";

/** How one property of a message is read; undefined leaves it out. */
type Reader = (view: View) => unknown;

/** `2026-11-22T10:00:00Z` */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** The item's weak entity tag, which is its change key. */
export function etagOf(item: Item): string {
  return `W/"${changeKey("item", item.change)}"`;
}

function recipient({ call: { side } }: View, { name, address }: Address): object {
  const known = name === address ? recipientByAddress(side, address)?.displayName : name;
  return { emailAddress: { name: known ?? name, address } };
}

function recipients(header: "to" | "cc" | "bcc" | "replyTo"): Reader {
  return (view) => view.headers[header].map((each) => recipient(view, each));
}

function first(...headers: ("from" | "sender")[]): Reader {
  return (view) => {
    const [found] = headers.flatMap((header) => view.headers[header]);
    return found && recipient(view, found);
  };
}

const body: Reader = ({ item, bodyType }) => written(bodyOf(item, bodyType));

const uniqueBody: Reader = (view) => {
  const whole = bodyOf(view.item, view.bodyType);
  return written({ ...whole, text: uniqueText(view, whole) });
};

function written({ type, text }: Body): object {
  return { contentType: type.toLowerCase(), content: text };
}

const flag: Reader = ({ item: { flag } }) => {
  const time = (at: number | undefined) =>
    at === undefined
      ? undefined
      : { dateTime: new Date(at).toISOString().replace("Z", "0000"), timeZone: "UTC" };
  return {
    flagStatus: `${flag.status.charAt(0).toLowerCase()}${flag.status.slice(1)}`,
    startDateTime: time(flag.startDate),
    dueDateTime: time(flag.dueDate),
    completedDateTime: time(flag.completeDate),
  };
};

/** Only what came through transport has a header; a copy in Sent Items was stored before. */
const internetMessageHeaders: Reader = (view) => {
  const block = readExtended(view, { tag: "0x007D", type: "String" });
  const lines = String(block ?? "").split(/\r?\n(?![ \t])/);
  const found = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 1
      ? []
      : [{ name: line.slice(0, colon), value: decodeWords(line.slice(colon + 1).trim()) }];
  });
  return found.length > 0 ? found : undefined;
};

const usual: Record<string, Reader> = {
  id: ({ call, item }) => toUrl(itemId(call.acting.guid, item.id)),
  createdDateTime: ({ item }) => instant(item.created),
  lastModifiedDateTime: ({ item }) => instant(item.lastModified),
  changeKey: ({ item }) => changeKey("item", item.change),
  categories: ({ item }) => item.categories,
  receivedDateTime: ({ item }) => instant(item.received),
  sentDateTime: ({ item }) => instant(item.sent),
  // Pictures in the text do not count as attachments.
  hasAttachments: ({ item }) => item.attachments.some(({ isInline }) => !isInline),
  internetMessageId: ({ item }) => item.internetMessageId,
  subject: ({ item }) => item.subject,
  bodyPreview: ({ item }) => previewOf(item),
  importance: ({ item }) => item.importance.toLowerCase(),
  parentFolderId: ({ call, item }) => toUrl(folderId(call.acting.guid, item.folderId)),
  conversationId: ({ call, item }) => toUrl(conversationId(call.acting.guid, item.conversationId)),
  conversationIndex: (view) => conversationIndex(view).toString("base64"),
  isDeliveryReceiptRequested: ({ headers }) => headerValue(headers, "Return-Receipt-To") !== undefined,
  isReadReceiptRequested: ({ headers }) => headerValue(headers, "Disposition-Notification-To") !== undefined,
  isRead: ({ item }) => item.isRead,
  isDraft: ({ item }) => item.isDraft,
  webLink: ({ call, item }) =>
    `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(itemId(call.acting.guid, item.id))}&exvsurl=1&viewmodel=ReadMessageItem`,
  inferenceClassification: () => "focused",
  body,
  // A message without a Sender line was sent by whom it is from.
  sender: first("sender", "from"),
  from: first("from"),
  toRecipients: recipients("to"),
  ccRecipients: recipients("cc"),
  bccRecipients: recipients("bcc"),
  replyTo: recipients("replyTo"),
  flag,
};
const asked: Record<string, Reader> = { internetMessageHeaders, uniqueBody };
const readers = new Map(Object.entries({ ...usual, ...asked }));

/** Names that `$select` may use. */
export const messageProperties: readonly string[] = [...readers.keys()];

/** Answers one property of a message; undefined for those that Graph answers only when they are expanded. */
export function messageProperty(view: View, name: string): unknown {
  return readers.get(name)?.(view);
}

/** A message as a call wants to see it: the body type that it prefers. */
export function messageView(call: Pick<Call, "headers">, { store }: Opened, item: Item): View {
  const preferred = preference(call, "outlook.body-content-type")?.toLowerCase();
  return viewOf(store, item, preferred === "text" ? "Text" : preferred === "html" ? "HTML" : "Best");
}

/** Properties of a message by name: the chosen ones, or those that it is answered with anyway. The id is always there. */
export function messageBody(view: View, select: readonly string[] | undefined): Record<string, unknown> {
  const names = select ? [...new Set(["id", ...select])] : Object.keys(usual);
  return {
    ...(view.item.itemClass.startsWith("IPM.Schedule.")
      ? { "@odata.type": "#microsoft.graph.eventMessage" }
      : {}),
    "@odata.etag": etagOf(view.item),
    ...Object.fromEntries(names.map((name) => [name, messageProperty(view, name)])),
  };
}
