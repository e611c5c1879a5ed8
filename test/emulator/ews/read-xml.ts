import { namespaces } from "./namespaces.ts";
import type { Element } from "./xml.ts";

const prefixes = new Map<string, string>(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix]));
const entities = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
/** Characters that XML 1.0 has no room for. */
const forbidden = /[^\t\n\r\u0020-\uFFFD]/;
const name = /[A-Za-z_:\u0080-\uFFFD][\w:.\-\u0080-\uFFFD]*/y;
const attribute = /\s+([A-Za-z_:\u0080-\uFFFD][\w:.\-\u0080-\uFFFD]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /\s*(\/?)>/y;
/** Elements within elements, and in all; a request of the protocol has a few dozen, and a few hundred thousand. */
const deepest = 256;
const most = 400_000;

/** An element that is not closed yet. */
interface Open {
  tag: string;
  element: Element;
  /** Namespaces by prefix. */
  scope: ReadonlyMap<string, string>;
}

/**
 * Parses a document in one pass; namespaces are resolved and text is decoded. @throws Error with line and position when it is not
 * well-formed, too deep or too large, or has a document type: nothing is expanded or fetched
 */
export function readXml(document: string): Element {
  const invalid = forbidden.exec(document);
  if (invalid) throw failure(document, invalid.index, "An invalid character was found.");
  const open: Open[] = [];
  let root: Element | undefined;
  let count = 0;
  for (let at = 0; at < document.length;) {
    const tag = document.indexOf("<", at);
    const end = tag < 0 ? document.length : tag;
    if (end > at) takeText(document, at, end, open.at(-1));
    if (tag < 0) break;
    const next = document.charCodeAt(tag + 1);
    if (next === 0x21) at = takeMarked(document, tag, open.at(-1));
    else if (next === 0x3f) at = after(document, "?>", tag);
    else if (next === 0x2f) at = close(document, tag, open.pop());
    else {
      if (root && open.length === 0) throw failure(document, tag, "There are multiple root elements.");
      if (open.length >= deepest) throw failure(document, tag, "The elements are nested too deep.");
      if (++count > most) throw failure(document, tag, `There are more than ${most} elements.`);
      const started = start(document, tag, open.at(-1));
      root ??= started.opened.element;
      if (!started.closed) open.push(started.opened);
      at = started.end;
    }
  }
  const left = open.pop();
  if (left) throw failure(document, document.length, `Unclosed tag '${left.tag}': a closing tag is missing.`);
  if (!root) throw failure(document, 0, "Start tag expected.");
  return root;
}

function start(
  document: string,
  at: number,
  parent: Open | undefined,
): { opened: Open; end: number; closed: boolean } {
  name.lastIndex = at + 1;
  const [tag] = name.exec(document) ?? [];
  if (tag === undefined) throw failure(document, at, "A tag has no valid name.");
  const attributes: Record<string, string> = {};
  const outer: ReadonlyMap<string, string> = parent?.scope ?? new Map();
  let inner: Map<string, string> | undefined;
  let end = name.lastIndex;
  for (attribute.lastIndex = end; ; end = attribute.lastIndex) {
    const found = attribute.exec(document);
    if (!found) break;
    const [, key = "", double, single = ""] = found;
    const value = decode(document, found.index, (double ?? single).replace(/\r\n|[\t\n\r]/g, " "));
    const prefix = key === "xmlns" ? "" : key.startsWith("xmlns:") ? key.slice(6) : undefined;
    if (prefix !== undefined) (inner ??= new Map(outer)).set(prefix, value);
    else if (Object.hasOwn(attributes, key))
      throw failure(document, found.index, `Attribute '${key}' is repeated.`);
    else attributes[key] = value;
  }
  tagEnd.lastIndex = end;
  const last = tagEnd.exec(document);
  if (!last) throw failure(document, end, `The tag '${tag}' is not well-formed.`);
  const scope = inner ?? outer;
  const element: Element = { name: qualified(document, at, tag, scope), attributes, children: [], text: "" };
  if (parent) {
    parent.element.children.push(element);
    parent.element.text = "";
  }
  return { opened: { tag, element, scope }, end: tagEnd.lastIndex, closed: last[1] === "/" };
}

/** Takes an end tag; answers where it ends. */
function close(document: string, at: number, opened: Open | undefined): number {
  const end = after(document, ">", at);
  const tag = document.slice(at + 2, end - 1).trimEnd();
  if (opened?.tag !== tag)
    throw failure(
      document,
      at,
      `'${opened?.tag ?? "Nothing"}' is open, and a closing tag '${tag}' was found.`,
    );
  return end;
}

/** Takes a comment or character data; answers where it ends. */
function takeMarked(document: string, at: number, parent: Open | undefined): number {
  if (document.startsWith("<!--", at)) return after(document, "-->", at + 4);
  if (document.startsWith("<!DOCTYPE", at))
    throw failure(document, at, "For security reasons DTD is prohibited in this XML document.");
  if (!document.startsWith("<![CDATA[", at) || !parent)
    throw failure(document, at, "The markup is not well-formed.");
  const end = after(document, "]]>", at + 9);
  append(parent, unixLines(document.slice(at + 9, end - 3)));
  return end;
}

function takeText(document: string, at: number, end: number, parent: Open | undefined): void {
  const source = document.slice(at, end);
  if (parent) return append(parent, decode(document, at, unixLines(own(source, document))));
  if (/[^\s\uFEFF]/.test(source)) throw failure(document, at, "Start tag expected.");
  return undefined;
}

/** Only elements without children have text of their own here. */
function append({ element }: Open, text: string): void {
  if (element.children.length === 0) element.text += text;
}

/** A short part of a long text would keep all of it in memory. */
function own(part: string, whole: string): string {
  return part.length * 2 < whole.length ? ` ${part}`.slice(1) : part;
}

function unixLines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** The place after a mark. @throws Error when it does not come */
function after(document: string, mark: string, from: number): number {
  const found = document.indexOf(mark, from);
  if (found < 0) throw failure(document, from, `'${mark}' is missing.`);
  return found + mark.length;
}

function qualified(document: string, at: number, tag: string, scope: Open["scope"]): string {
  const colon = tag.indexOf(":");
  const prefix = colon < 0 ? "" : tag.slice(0, colon);
  const uri = scope.get(prefix) ?? "";
  if (uri === "" && prefix !== "") throw failure(document, at, `'${prefix}' is an undeclared prefix.`);
  const local = tag.slice(colon + 1);
  return uri === "" ? local : `${prefixes.get(uri) ?? `{${uri}}`}:${local}`;
}

/** What most documents refer to; the ampersand last, so that nothing is decoded twice. */
const common = [
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&amp;", "&"],
] as const;
const uncommon = /&(?!(?:lt|gt|quot|amp);)/;

/** Text with its references replaced. @throws Error when one is none */
function decode(document: string, at: number, text: string): string {
  if (!text.includes("&")) return text;
  if (!uncommon.test(text)) return common.reduce((so, [name, is]) => so.replaceAll(name, is), text);
  return text.replace(/&(?:#x([0-9a-f]{1,8});|#(\d{1,8});|(\w+);)?/gi, (whole, hex, decimal, entity) => {
    const known = entity === undefined ? undefined : entities.get(String(entity));
    if (known !== undefined) return known;
    if (entity !== undefined)
      throw failure(document, at, `Reference to undeclared entity '${String(entity)}'.`);
    if (hex === undefined && decimal === undefined)
      throw failure(document, at, "'&' is not followed by a reference.");
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    const character = code > 0x10ffff ? "\uFFFF" : String.fromCodePoint(code);
    if (forbidden.test(character) || (code >= 0xd800 && code < 0xe000))
      throw failure(document, at, `'${String(whole)}' is not a character.`);
    return character;
  });
}

function failure(document: string, at: number, message: string): Error {
  const before = document.slice(0, at);
  const line = before.split("\n").length;
  return new Error(`${message} Line ${line}, position ${at - before.lastIndexOf("\n")}.`);
}
