import { headerValue } from "../../item/headers.ts";
import { sizeOf } from "../../storage/stored-item.ts";
import type { Item } from "../../store.ts";
import { plainBody } from "../fields/body.ts";
import { conversationIndex, conversationTopic, topicOf } from "../fields/conversation.ts";
import type { Change, View } from "../fields/field.ts";
import { setHeader, setSubject } from "../fields/item.ts";
import { setMessageId } from "../fields/message-id.ts";
import { dateTime } from "../time.ts";
import { identities } from "./identity.ts";
import { keyOf, setGuid, type PropertyPath } from "./path.ts";
import { people } from "./people.ts";

/**
 * MAPI properties that are another view of what an item has anyway. A write to one without `write` is answered with
 * success and changes nothing, as MAPI does with computed properties.
 */
interface Computed {
  read: (view: View) => string | string[] | undefined;
  /** `kept`: what a client writes stands in for what is computed. */
  write?: "kept" | ((change: Change, value: string | string[]) => void);
  /** Absent where it cannot go. */
  clear?: (change: Change) => void;
}

const importances = ["Low", "Normal", "High"] as const;
const sensitivities = ["Normal", "Personal", "Private", "Confidential"] as const;
const mfRead = 0x1;
const mfUnsent = 0x8;
const mfHasAttachments = 0x10;
const messageObject = "5";
const minute = 60_000;

function flags(item: Item): number {
  return (
    (item.isRead ? mfRead : 0) |
    (item.isDraft ? mfUnsent : 0) |
    (item.attachments.length > 0 ? mfHasAttachments : 0)
  );
}

/** PR_MESSAGE_FLAGS counts only while the message is created. */
function setFlags(change: Change, value: string | string[]): void {
  if (!change.creating) return;
  const given = Number(value);
  change.item.isDraft = (given & mfUnsent) !== 0;
  change.item.isRead = (given & mfRead) !== 0;
}

/** A new message belongs to the conversation that its index names ([MS-OXOMSG] 2.2.1.3.1: the GUID of the header block). */
function setConversationIndex(change: Change, value: string | string[]): void {
  const guid = Buffer.from(String(value), "base64").subarray(6, 22);
  if (change.creating && guid.length === 16) change.item.conversationId = guid.toString("hex");
  setHeader(change, "Thread-Index", String(value));
}

function header(name: string): Computed {
  return {
    read: ({ headers }) => headerValue(headers, name),
    write: (change, value) => setHeader(change, name, String(value)),
    clear: (change) => setHeader(change, name, ""),
  };
}

function asked(name: string): Computed {
  return { read: ({ headers }) => String(headerValue(headers, name) !== undefined) };
}

/** The header block of a message that came through transport; one that was only stored has none. */
function transportHeaders({ headers }: View): string | undefined {
  if (headerValue(headers, "Received") === undefined) return undefined;
  return headers.lines.map(({ name, value }) => `${name}: ${value}\r\n`).join("");
}

const byKey: Record<string, Computed> = {
  "0x001A:String": {
    read: ({ item }) => item.itemClass,
    write: ({ item }, value) => void (item.itemClass = String(value)),
  },
  "0x0017:Integer": { read: ({ item }) => String(importances.indexOf(item.importance)) },
  "0x0023:Boolean": asked("Return-Receipt-To"),
  "0x0026:Integer": { read: ({ item }) => String(importances.indexOf(item.importance) - 1) },
  "0x0029:Boolean": asked("Disposition-Notification-To"),
  "0x0036:Integer": { read: ({ item }) => String(sensitivities.indexOf(item.sensitivity)) },
  "0x0037:String": {
    read: ({ item }) => item.subject,
    write: (change, value) => setSubject(change, String(value)),
  },
  "0x0039:SystemTime": {
    read: ({ item }) => dateTime(item.sent),
    write: ({ item }, value) => void (item.sent = Date.parse(String(value))),
  },
  "0x003D:String": {
    read: ({ item: { subject } }) => subject.slice(0, -topicOf(subject).length || undefined),
  },
  "0x0070:String": {
    ...header("Thread-Topic"),
    read: conversationTopic,
  },
  "0x0071:Binary": {
    read: (view) => conversationIndex(view).toString("base64"),
    write: setConversationIndex,
  },
  "0x007D:String": { read: transportHeaders, write: "kept" },
  "0x0E06:SystemTime": {
    read: ({ item }) => dateTime(item.received),
    write: ({ item }, value) => void (item.received = Date.parse(String(value))),
  },
  "0x0E07:Integer": { read: ({ item }) => String(flags(item)), write: setFlags },
  "0x0E08:Integer": { read: ({ item }) => String(sizeOf(item)) },
  "0x0E08:Long": { read: ({ item }) => String(sizeOf(item)) },
  "0x0E1B:Boolean": { read: ({ item }) => String(item.attachments.length > 0) },
  "0x0E1D:String": { read: ({ item }) => topicOf(item.subject) },
  "0x0E69:Boolean": { read: ({ item }) => String(item.isRead) },
  "0x0FFE:Integer": { read: () => messageObject },
  "0x1000:String": { read: ({ item }) => plainBody(item) },
  "0x1013:Binary": {
    read: ({ item: { html } }) => (html === undefined ? undefined : Buffer.from(html).toString("base64")),
  },
  "0x1016:Integer": { read: ({ item: { html } }) => (html === undefined ? "1" : "3") },
  "0x1035:String": {
    read: ({ item }) => item.internetMessageId,
    write: (change, value) => {
      if (change.creating) setMessageId(change, String(value));
    },
  },
  "0x1039:String": header("References"),
  "0x1042:String": header("In-Reply-To"),
  "0x1090:Integer": {
    read: ({ item }) => ({ NotFlagged: undefined, Complete: "1", Flagged: "2" })[item.flag.status],
    write: ({ item }, value) =>
      void (item.flag = { ...item.flag, status: String(value) === "2" ? "Flagged" : "Complete" }),
    clear: ({ item }) => void (item.flag = { status: "NotFlagged" }),
  },
  "0x3007:SystemTime": { read: ({ item }) => dateTime(item.created) },
  "0x3008:SystemTime": { read: ({ item }) => dateTime(item.lastModified) },
  "0x3FDE:Integer": { read: () => "65001" },
  ...Object.fromEntries(Object.entries(people).map(([tag, read]) => [`${tag}:String`, { read }])),
  ...Object.fromEntries(
    Object.entries(identities).map(([tag, read]): [string, Computed] => [
      `${tag}:Binary`,
      {
        read: (view) => read(view).toString("base64"),
        // A search key is whatever the message came with; the rest is the store's alone.
        ...(tag === "0x300B" ? { write: "kept" } : {}),
      },
    ]),
  ),
  [`${setGuid("Common")}/#34051:Boolean`]: { read: ({ item }) => String(item.reminder?.isSet ?? false) },
  [`${setGuid("Common")}/#34050:SystemTime`]: {
    read: ({ item: { reminder } }) => (reminder?.due === undefined ? undefined : dateTime(reminder.due)),
  },
  [`${setGuid("Common")}/#34144:SystemTime`]: {
    read: ({ item: { reminder } }) =>
      reminder?.due === undefined ? undefined : dateTime(reminder.due - reminder.minutesBefore * minute),
  },
  [`${setGuid("PublicStrings")}/Keywords:StringArray`]: {
    read: ({ item }) => (item.categories.length > 0 ? item.categories : undefined),
    write: ({ item }, value) => void (item.categories = [value].flat()),
    clear: ({ item }) => void (item.categories = []),
  },
};
const known = new Map(Object.entries(byKey));

/** The computed property of a path; one in the InternetHeaders set is a header line of the message. */
export function computedOf(path: PropertyPath): Computed | undefined {
  if (path.setId === setGuid("InternetHeaders") && path.name !== undefined && path.type === "String")
    return header(path.name);
  return known.get(keyOf(path));
}
