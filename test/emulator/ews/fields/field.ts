import type Mail from "nodemailer/lib/mailer";
import { copyOf, headerBytes } from "../../item/composed.ts";
import { headersOf, type MessageHeaders } from "../../item/headers.ts";
import type { HtmlOptions } from "../../item/html-options.ts";
import { rewriteItem } from "../../item/rewrite.ts";
import { replaceItem } from "../../mailbox.ts";
import type { Item, Mailbox } from "../../store.ts";
import type { Call } from "../call.ts";
import { EwsError } from "../error.ts";
import { dateTime, readDateTime, type TimeForm } from "../time.ts";
import type { Version } from "../version.ts";
import { element, type Element } from "../xml.ts";

/** An item as a request looks at it. */
export interface View {
  call: Call;
  item: Item;
  headers: MessageHeaders;
  bodyType: BodyType;
  /** How bodies are to be answered beyond that, where a shape says. */
  body?: BodyOptions;
}

export type BodyType = "Best" | "HTML" | "Text";

/** What `t:ItemShape` says of bodies besides their type. */
export interface BodyOptions extends Pick<HtmlOptions, "filter" | "blockExternalImages" | "blankTarget"> {
  uniqueType?: BodyType;
  normalizedType?: BodyType;
  inlineTemplate?: string;
  keepCharset?: boolean;
  /** Characters. */
  most?: number;
}

/** An item being made or changed: a copy, committed when everything went well. */
export interface Change {
  call: Call;
  item: Item;
  /** While the item is being created, more can be set than afterwards. */
  creating: boolean;
  mail: Mail.Options & { headers: Record<string, string> };
  headers: Set<string>;
  body: boolean;
}

/** What restrictions and sort orders compare; times are milliseconds. */
export type Value = string | number | boolean | string[] | undefined;
export type Kind = "string" | "date" | "boolean" | "integer" | "strings";

/** One property of items, as `t:FieldURI` names it. */
export interface Field {
  /** `item:Subject` */
  uri: string;
  /** `t:Subject` */
  name: string;
  /** The smallest base shape that has it; absent: only when asked for. */
  shape?: "IdOnly" | "Default" | "AllProperties";
  /** False for what FindItem does not answer. */
  found?: false;
  since?: Version;
  read: (view: View) => Element | undefined;
  /** Present for what restrictions and sort orders may use. */
  query?: { kind: Kind; value: (view: View) => Value };
  /** Absent for what clients cannot set. @throws EwsError when the value or the moment is wrong */
  set?: (change: Change, value: Element) => void;
  append?: (change: Change, value: Element) => void;
  clear?: (change: Change) => void;
}

export function viewOf(call: Call, item: Item, bodyType: BodyType = "Best", body: BodyOptions = {}): View {
  let headers: MessageHeaders | undefined;
  return {
    call,
    item,
    // Not every question needs the message itself, and of some items it is composed on demand.
    get headers() {
      return (headers ??= headersOf(headerBytes(item)));
    },
    bodyType,
    body,
  };
}

export function startChange(call: Call, item: Item, creating = false): Change {
  const copy = copyOf(item);
  copy.attachments = [...item.attachments];
  copy.extended = [...item.extended];
  return { call, item: copy, creating, mail: { headers: {} }, headers: new Set(), body: false };
}

/** Brings the MIME of a changed item up to date with its properties. */
export async function finishChange(change: Change): Promise<Item> {
  await rewriteItem(change.item, change);
  return change.item;
}

/** Makes a change of an item that is in a mailbox: all of it at once, with a new change key. */
export async function commitChange(change: Change, mailbox: Mailbox): Promise<Item> {
  const changed = await finishChange(change);
  replaceItem(change.call.organization, mailbox, changed);
  return changed;
}

type Options = Partial<Pick<Field, "shape" | "found" | "since" | "set" | "append" | "clear">>;

/** A property with a plain value: it can be shown, compared and sorted by. */
export function plain(uri: string, kind: Kind, value: (view: View) => Value, options: Options = {}): Field {
  const name = `t:${uri.slice(uri.indexOf(":") + 1)}`;
  return {
    uri,
    name,
    ...options,
    query: { kind, value },
    read: (view) => {
      const found = value(view);
      return found === undefined ? undefined : element(name, {}, ...written(kind, found, view.call.times));
    },
  };
}

function written(
  kind: Kind,
  value: string | number | boolean | string[],
  times?: TimeForm,
): (string | Element)[] {
  if (Array.isArray(value)) return value.map((each) => element("t:String", {}, each));
  return [kind === "date" ? dateTime(Number(value), times) : String(value)];
}

/** The element's text as one of some values. @throws EwsError ErrorInvalidValueForProperty */
export function oneOf<const Text extends string>(value: Element, values: readonly Text[]): Text {
  const found = values.find((each) => each === value.text.trim());
  if (found === undefined) throw new EwsError("ErrorInvalidValueForProperty");
  return found;
}

/** @throws EwsError ErrorInvalidValueForProperty */
export function booleanOf(value: Element): boolean {
  const text = oneOf(value, ["true", "false", "1", "0"]);
  return text === "true" || text === "1";
}

/** Milliseconds. @throws EwsError ErrorInvalidValueForProperty */
export function timeOf(value: Element): number {
  const time = readDateTime(value.text.trim());
  if (time === undefined) throw new EwsError("ErrorInvalidValueForProperty");
  return time;
}
