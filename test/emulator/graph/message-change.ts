import { randomUUID } from "node:crypto";
import { EwsError } from "../ews/error.ts";
import { finishChange, startChange, type Change } from "../ews/fields/field.ts";
import { fields } from "../ews/path.ts";
import { element, type Element } from "../ews/xml.ts";
import { replaceItem } from "../mailbox.ts";
import type { Item } from "../store.ts";
import { isObject, type Opened } from "./call.ts";
import { badBody, badRequest } from "./error.ts";
import { extendedNames, setExtendedValues } from "./extended.ts";
import { messageProperties } from "./message.ts";

const setters = new Map(fields.map(({ uri, set }) => [uri, set]));

function text(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "string") throw new TypeError("Edm.String");
  return value;
}

function truth(value: unknown): string {
  if (typeof value !== "boolean") throw new TypeError("Edm.Boolean");
  return String(value);
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError("Collection");
  return value;
}

function capital(value: unknown): string {
  const word = text(value);
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function property(value: unknown, name: string): unknown {
  if (!isObject(value)) throw new TypeError("ComplexType");
  return value[name];
}

function mailbox(value: unknown): Element {
  const address = property(value, "emailAddress");
  return element(
    "t:Mailbox",
    {},
    element("t:Name", {}, text(property(address, "name") ?? null)),
    element("t:EmailAddress", {}, text(property(address, "address") ?? null)),
  );
}

function mailboxes(value: unknown): Element {
  return element("t:List", {}, ...list(value).map(mailbox));
}

function flagDate(name: string, value: unknown): Element | undefined {
  if (value === undefined || value === null) return undefined;
  const time = text(property(value, "dateTime")).replace(/(\.\d{3})\d*$/, "$1");
  return element(`t:${name}`, {}, /(?:Z|[+-]\d\d:\d\d)$/.test(time) ? time : `${time}Z`);
}

function flag(value: unknown): Element {
  return element(
    "t:Flag",
    {},
    element("t:FlagStatus", {}, capital(property(value, "flagStatus"))),
    flagDate("StartDate", property(value, "startDateTime")),
    flagDate("DueDate", property(value, "dueDateTime")),
    flagDate("CompleteDate", property(value, "completedDateTime")),
  );
}

function body(value: unknown): Element {
  const type = text(property(value, "contentType") ?? "text").toLowerCase();
  return element(
    "t:Body",
    { BodyType: type === "html" ? "HTML" : "Text" },
    text(property(value, "content") ?? null),
  );
}

function plain(read: (value: unknown) => string): (value: unknown) => Element {
  return (value) => element("t:Value", {}, read(value));
}

/** Properties that clients can set: the item property behind each, and its value as that property takes it. */
const settable = new Map<string, [uri: string, convert: (value: unknown) => Element]>(
  Object.entries({
    subject: ["item:Subject", plain(text)],
    body: ["item:Body", body],
    importance: ["item:Importance", plain(capital)],
    categories: [
      "item:Categories",
      (value) =>
        element("t:Categories", {}, ...list(value).map((each) => element("t:String", {}, text(each)))),
    ],
    isRead: ["message:IsRead", plain(truth)],
    isReadReceiptRequested: ["message:IsReadReceiptRequested", plain(truth)],
    isDeliveryReceiptRequested: ["message:IsDeliveryReceiptRequested", plain(truth)],
    flag: ["item:Flag", flag],
    internetMessageId: ["message:InternetMessageId", plain(text)],
    from: ["message:From", (value) => element("t:From", {}, mailbox(value))],
    sender: ["message:Sender", (value) => element("t:Sender", {}, mailbox(value))],
    toRecipients: ["message:ToRecipients", mailboxes],
    ccRecipients: ["message:CcRecipients", mailboxes],
    bccRecipients: ["message:BccRecipients", mailboxes],
    replyTo: ["message:ReplyTo", mailboxes],
  }),
);

/**
 * Sets what a body says. What only the server can set (dates, header lines, the draft flag ...) is ignored without a word.
 * `attachments` are the caller's. @throws GraphError RequestBodyRead | EwsError
 */
export function setProperties(change: Change, given: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(given)) {
    if (name.includes("@odata.") || name === "attachments") continue;
    const extended = extendedNames.find((each) => each === name);
    if (extended) setExtendedValues(change, extended, value);
    else setProperty(change, name, value);
  }
}

function setProperty(change: Change, name: string, value: unknown): void {
  const [uri = "", convert] = settable.get(name) ?? [];
  const set = setters.get(uri);
  if (!convert || !set) {
    if (messageProperties.includes(name)) return;
    throw badBody(
      `The property '${name}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`,
    );
  }
  try {
    const draft = name === "internetMessageId" && change.item.isDraft;
    set(draft ? { ...change, creating: true } : change, convert(value));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw badRequest(`Cannot convert the value of '${name}' to the expected type '${error.message}'.`);
  }
}

/** A new message's properties, from a body, on an item without any. */
export function startMessage({ store }: Opened, blank: Item): Change {
  const change = startChange(store, blank, true);
  change.body = true;
  change.item.internetMessageId = `<${randomUUID()}@${store.organization.store.domain}>`;
  change.mail.messageId = change.item.internetMessageId;
  change.headers.add("message-id").add("date");
  return change;
}

/** Puts a changed item back. @throws EwsError ErrorIrresolvableConflict when somebody else changed it meanwhile */
export async function commit(opened: Opened, before: Item, change: Change): Promise<Item> {
  const key = before.change;
  const changed = await finishChange(change);
  if (opened.mailbox.items.get(changed.id)?.change !== key) throw new EwsError("ErrorIrresolvableConflict");
  replaceItem(opened.store.organization, opened.mailbox, changed);
  return changed;
}
