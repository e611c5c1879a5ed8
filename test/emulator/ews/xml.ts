import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An XML element, read or to be written. Names carry the prefix of `namespaces`, whatever the document used. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  /** Elements only, in order. */
  children: Element[];
  /** The element's own text, of elements without children. */
  text: string;
}

export const namespaces = {
  s: "http://schemas.xmlsoap.org/soap/envelope/",
  m: "http://schemas.microsoft.com/exchange/services/2006/messages",
  t: "http://schemas.microsoft.com/exchange/services/2006/types",
  e: "http://schemas.microsoft.com/exchange/services/2006/errors",
} as const;

const prefixes = new Map<string, string>(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix]));
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: "#cdata",
});

/** Makes an element; parts that are undefined or false are left out. */
export function element(
  name: string,
  attributes: Record<string, string | number | boolean | undefined> = {},
  ...content: (Element | string | undefined)[]
): Element {
  return {
    name,
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, String(value)]],
      ),
    ),
    children: content.filter((part) => typeof part === "object"),
    text: content.filter((part) => typeof part === "string").join(""),
  };
}

/** The first child of that name. */
export function child(parent: Element | undefined, name: string): Element | undefined {
  return parent?.children.find((each) => each.name === name);
}

/**
 * XML text of an element, with its namespaces declared on it. The SOAP envelope goes without a prefix: some clients look for
 * `Envelope` and `Body` by these very names. Characters that XML 1.0 forbids are left out. `declaration`: whether it begins with one.
 */
export function writeXml(root: Element, declaration = true): string {
  const declared = Object.entries(namespaces).map(([prefix, uri]) =>
    prefix === "s" ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`,
  );
  const start = declaration ? '<?xml version="1.0" encoding="utf-8"?>' : "";
  return `${start}${write(root, declared.join(""))}`;
}

function write({ name: prefixed, attributes, children, text }: Element, declarations = ""): string {
  const name = prefixed.startsWith("s:") ? prefixed.slice(2) : prefixed;
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value, true)}"`);
  const content = children.length > 0 ? children.map((each) => write(each)).join("") : escape(text, false);
  // What has no namespace (a fault's own parts) has to say so where there is a default one.
  const none = prefixed.includes(":") ? "" : ' xmlns=""';
  const start = `${name}${declarations}${none}${written.join("")}`;
  return content === "" ? `<${start}/>` : `<${start}>${content}</${name}>`;
}

/** A literal CR would be read as LF, and in attributes every white space as a space: they travel as references. */
function escape(text: string, attribute: boolean): string {
  const plain = text
    .replace(/(?![\t\n\r\u007F-\u009F])\p{Cc}|[\uFFFE\uFFFF]|\p{Cs}/gu, "")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\r/g, "&#xD;");
  return attribute ? plain.replace(/"/g, "&quot;").replace(/\n/g, "&#xA;").replace(/\t/g, "&#x9;") : plain;
}

/** Parses a document; namespaces are resolved and text is decoded. @throws Error when it is not well-formed or has a document type. */
export function readXml(document: string): Element {
  if (document.includes("<!DOCTYPE"))
    throw new Error("For security reasons DTD is prohibited in this XML document.");
  const valid = XMLValidator.validate(document);
  if (valid !== true) throw new Error(`${valid.err.msg} Line ${valid.err.line}, position ${valid.err.col}.`);
  const [root] = (parser.parse(document) as Node[]).flatMap((node) => toElement(node, new Map()) ?? []);
  if (!root) throw new Error("Root element is missing.");
  return root;
}

/** fast-xml-parser's ordered form: one key that is the tag's name (or `#text`), and `:@` with its attributes. */
type Node = Record<string, unknown>;

function toElement(node: Node, outer: ReadonlyMap<string, string>): Element | undefined {
  const tag = Object.keys(node).find((key) => key !== ":@");
  if (tag === undefined || tag.startsWith("#")) return undefined;
  const given = (node[":@"] ?? {}) as Record<string, string>;
  const scope = new Map(outer);
  const attributes: Record<string, string> = {};
  for (const [name, raw] of Object.entries(given)) {
    const value = decode(raw);
    if (name === "xmlns") scope.set("", value);
    else if (name.startsWith("xmlns:")) scope.set(name.slice(6), value);
    else attributes[name] = value;
  }
  const nodes = node[tag] as Node[];
  const children = nodes.flatMap((each) => toElement(each, scope) ?? []);
  return {
    name: qualified(tag, scope),
    attributes,
    children,
    text: children.length > 0 ? "" : textOf(nodes),
  };
}

function textOf(nodes: Node[]): string {
  return nodes
    .map((node) => {
      if (typeof node["#text"] === "string") return decode(node["#text"]);
      return Array.isArray(node["#cdata"])
        ? (node["#cdata"] as Node[]).map((part) => String(part["#text"])).join("")
        : "";
    })
    .join("");
}

function qualified(tag: string, scope: ReadonlyMap<string, string>): string {
  const colon = tag.indexOf(":");
  const uri = scope.get(colon < 0 ? "" : tag.slice(0, colon)) ?? "";
  const local = tag.slice(colon + 1);
  return uri === "" ? local : `${prefixes.get(uri) ?? `{${uri}}`}:${local}`;
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[String(name)] ?? String(whole);
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    if (code > 0x10ffff) throw new Error(`${String(whole)} is not a character.`);
    return String.fromCodePoint(code);
  });
}
