import { namespaces } from "./namespaces.ts";

export { namespaces } from "./namespaces.ts";
export { readXml } from "./read-xml.ts";

/** An XML element, read or to be written. Names carry the prefix of `namespaces`, whatever the document used. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  /** Elements only, in order. */
  children: Element[];
  /** The element's own text, of elements without children. */
  text: string;
}

/** Makes an element; parts that are undefined or false are left out. */
export function element(
  name: string,
  attributes: Record<string, string | number | boolean | undefined> = {},
  ...content: (Element | string | undefined)[]
): Element {
  const made: Element = { name, attributes: {}, children: [], text: "" };
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.attributes[key] = String(value);
  for (const part of content) {
    if (typeof part === "string") made.text += part;
    else if (part) made.children.push(part);
  }
  return made;
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

/** Whatever has to be escaped or left out somewhere. */
const special = /[^\u0020\u0021\u0023-\u0025\u0027-\u003B\u003D\u003F-\uD7FF\uE000-\uFFFD]/;

/** A literal CR would be read as LF, and in attributes every white space as a space: they travel as references. */
function escape(text: string, attribute: boolean): string {
  if (!special.test(text)) return text;
  const plain = text
    .replace(/(?![\t\n\r\u007F-\u009F])\p{Cc}|[\uFFFE\uFFFF]|\p{Cs}/gu, "")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\r/g, "&#xD;");
  return attribute ? plain.replace(/"/g, "&quot;").replace(/\n/g, "&#xA;").replace(/\t/g, "&#x9;") : plain;
}
