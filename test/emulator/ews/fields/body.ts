import type { Body } from "../../item/body-lines.ts";
import { beginningOfPlain, htmlToPlain, normalHtml, plainToHtml } from "../../item/html.ts";
import { bufferOf } from "../../item/bytes.ts";
import { htmlCharset, shapeHtml, type HtmlOptions } from "../../item/html-options.ts";
import type { Item } from "../../store.ts";
import { choice } from "../call.ts";
import { element, type Element } from "../xml.ts";
import { attachmentId } from "../ids.ts";
import { uniqueText } from "./original.ts";
import { viewOf, type Change, type Field, type View } from "./field.ts";

const previewLength = 255;

/** A body in the type that was asked for, converted where the item has the other one. `Best` is the item's own type. */
export function bodyOf(item: Item, type: View["bodyType"]): Body {
  const isHtml = type === "HTML" || (type === "Best" && item.html !== undefined);
  if (isHtml) return { type: "HTML", text: item.html ?? plainToHtml(item.text ?? "") };
  return { type: "Text", text: plainBody(item) };
}

/** The plain text that Exchange shows: made of the HTML body where there is one, whatever text part came with it. */
export function plainBody(item: Item): string {
  return item.html === undefined ? (item.text ?? "") : htmlToPlain(item.html);
}

/** How the body begins, as lists of messages show it. */
export function previewOf({ html, text = "" }: Item): string {
  return html === undefined ? text.slice(0, previewLength) : beginningOfPlain(html, previewLength);
}

export function setHtml(change: Change, html: string): void {
  change.item.html = normalHtml(html);
  // The text beside it is made of it.
  delete change.item.text;
  change.body = true;
}

export function setText(change: Change, text: string): void {
  delete change.item.html;
  change.item.text = text;
  change.body = true;
}

function set(change: Change, value: Element): void {
  if (choice(value, "BodyType", ["HTML", "Text"]) === "HTML") setHtml(change, value.text);
  else setText(change, value.text);
}

/** Exchange puts an appended HTML fragment before the end of the body. */
function append(change: Change, value: Element): void {
  const { html, text = "" } = change.item;
  if (choice(value, "BodyType", ["HTML", "Text"]) === "Text" && html === undefined)
    return setText(change, text + value.text);
  const before = html ?? plainToHtml(text);
  const end = before.toLowerCase().lastIndexOf("</body>");
  const at = end < 0 ? before.length : end;
  return setHtml(change, before.slice(0, at) + value.text + before.slice(at));
}

function bodyElement(name: string, view: View, { type, text }: Body): Element {
  const { item, body: options = {} } = view;
  const shaped = type === "HTML" ? shapeHtml(text, item.attachments, htmlOptions(view)) : text;
  const most = options.most ?? 0;
  const isTruncated = most > 0 && shaped.length > most;
  return element(
    name,
    { BodyType: type, IsTruncated: isTruncated },
    isTruncated ? shaped.slice(0, most) : shaped,
  );
}

function htmlOptions({
  call,
  item,
  body: { inlineTemplate: template, keepCharset, ...options } = {},
}: View): HtmlOptions {
  const idOf = ({ id }: { id: string }): string => attachmentId(call.acting.guid, item.id, id);
  const charset = keepCharset ? htmlCharset(item.mime) : undefined;
  return {
    ...options,
    ...(template === undefined ? {} : { inlineImages: { template, idOf } }),
    ...(charset === undefined ? {} : { charset }),
  };
}

export const body: Field = {
  uri: "item:Body",
  name: "t:Body",
  shape: "Default",
  found: false,
  read: (view) => bodyElement("t:Body", view, bodyOf(view.item, view.bodyType)),
  query: { kind: "string", value: ({ item }) => plainBody(item) },
  set,
  append,
  clear: (change) => setText(change, ""),
};

/** The body without what it quotes of the message that it answers. */
export const uniqueBody: Field = {
  uri: "item:UniqueBody",
  name: "t:UniqueBody",
  found: false,
  since: "Exchange2010",
  read: (view) => {
    const whole = bodyOf(view.item, view.body?.uniqueType ?? view.bodyType);
    return bodyElement("t:UniqueBody", view, { ...whole, text: uniqueText(view, whole) });
  },
};

/** The body as clients may show it without further care: HTML is filtered, whatever the shape says. */
export const normalizedBody: Field = {
  uri: "item:NormalizedBody",
  name: "t:NormalizedBody",
  found: false,
  since: "Exchange2013",
  read: (view) => {
    const whole = bodyOf(view.item, view.body?.normalizedType ?? view.bodyType);
    const { call, item, bodyType } = view;
    return bodyElement(
      "t:NormalizedBody",
      viewOf(call, item, bodyType, { ...view.body, filter: true }),
      whole,
    );
  },
};

export const textBody: Field = {
  uri: "item:TextBody",
  name: "t:TextBody",
  found: false,
  since: "Exchange2013",
  read: (view) => bodyElement("t:TextBody", view, bodyOf(view.item, "Text")),
};

export const mimeContent: Field = {
  uri: "item:MimeContent",
  name: "t:MimeContent",
  found: false,
  read: ({ item }) =>
    element("t:MimeContent", { CharacterSet: "UTF-8" }, bufferOf(item.mime).toString("base64")),
};
