import { hasExternalImages } from "../../item/html-options.ts";
import { bufferOf } from "../../item/bytes.ts";
import { EwsError } from "../error.ts";
import { storeEntry } from "../extended/identity.ts";
import { itemId } from "../ids.ts";
import { element, type Element } from "../xml.ts";
import { booleanOf, plain, timeOf, type Field, type View } from "./field.ts";

const minute = 60_000;

function query(view: View, action: string): string {
  const id = encodeURIComponent(itemId(view.call.acting.guid, view.item.id));
  return `https://mail.contoso.com/owa/?ItemID=${id}&exvsurl=1&viewmodel=${action}`;
}

function minutesOf(value: Element): number {
  const text = value.text.trim();
  if (!/^\d+$/.test(text) || Number(text) > 2_629_800) throw new EwsError("ErrorInvalidValueForProperty");
  return Number(text);
}

const none = { isSet: false, minutesBefore: 0 };

/** Reminders, between ResponseObjects and DisplayCc in the schema's order. */
export const reminderFields: Field[] = [
  plain("item:ReminderDueBy", "date", ({ item }) => item.reminder?.due, {
    shape: "AllProperties",
    set: ({ item }, value) => void (item.reminder = { ...none, ...item.reminder, due: timeOf(value) }),
  }),
  plain("item:ReminderIsSet", "boolean", ({ item }) => item.reminder?.isSet ?? false, {
    shape: "AllProperties",
    set: ({ item }, value) => void (item.reminder = { ...none, ...item.reminder, isSet: booleanOf(value) }),
  }),
  plain(
    "item:ReminderNextTime",
    "date",
    ({ item: { reminder } }) =>
      reminder?.isSet && reminder.due !== undefined
        ? reminder.due - reminder.minutesBefore * minute
        : undefined,
    { shape: "AllProperties", since: "Exchange2013" },
  ),
  plain("item:ReminderMinutesBeforeStart", "integer", ({ item }) => item.reminder?.minutesBefore, {
    shape: "AllProperties",
    set: ({ item }, value) =>
      void (item.reminder = { ...none, ...item.reminder, minutesBefore: minutesOf(value) }),
  }),
];

/** Query strings that open the item in a browser. */
export const webClientFields: Field[] = [
  plain("item:WebClientReadFormQueryString", "string", (view) => query(view, "ReadMessageItem"), {
    shape: "AllProperties",
    since: "Exchange2010",
  }),
  plain("item:WebClientEditFormQueryString", "string", (view) => query(view, "EditMessageItem"), {
    shape: "AllProperties",
    since: "Exchange2010",
  }),
];

/** The store that holds the item; what a client sends instead is ignored. */
export const storeEntryId: Field = {
  uri: "item:StoreEntryId",
  name: "t:StoreEntryId",
  shape: "AllProperties",
  since: "Exchange2010_SP2",
  read: (view) => element("t:StoreEntryId", {}, storeEntry(view).toString("base64")),
  set: () => undefined,
};

/** Pictures of a message are blocked only where a shape asks for that. */
export const blockFields: Field[] = [
  plain("item:BlockStatus", "boolean", ({ body }) => body?.blockExternalImages ?? false, {
    shape: "AllProperties",
    since: "Exchange2013",
  }),
  plain(
    "item:HasBlockedImages",
    "boolean",
    ({ body, item }) => (body?.blockExternalImages ?? false) && hasExternalImages(item.html ?? ""),
    { shape: "AllProperties", since: "Exchange2013" },
  ),
];

/** The message as UTF-8, only where asked for. */
export const mimeContentUtf8: Field = {
  uri: "item:MimeContentUTF8",
  name: "t:MimeContentUTF8",
  found: false,
  since: "Exchange2016",
  read: ({ item }) =>
    element("t:MimeContentUTF8", { CharacterSet: "UTF-8" }, bufferOf(item.mime).toString("base64")),
};
