import { XMLParser, XMLValidator } from "fast-xml-parser";

/** Markup that is already escaped; only `element` makes it. */
export interface Xml {
  readonly xml: string;
}

/** An element as read, without namespace prefixes; `text` joins its own text, entities decoded. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

type Scalar = string | number | boolean;

/** XML 1.0 cannot carry these in any spelling: most control characters, lone surrogates, U+FFFE and U+FFFF. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A reader turns a raw CR into LF, and raw white space of an attribute into spaces; references keep them. */
function escaped(value: string, special: RegExp): string {
  return value
    .replaceAll(forbidden, "")
    .replaceAll(special, (character) => escapes[character] ?? `&#${character.charCodeAt(0)};`);
}

/** An element; strings among the content become text, undefined content and attributes are left out. */
export function element(
  name: string,
  attributes: Record<string, Scalar | undefined>,
  ...content: (Xml | string | undefined)[]
): Xml {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value), /[&<>"\t\n\r]/g)}"`)
    .join("");
  const inner = content
    .map((part) => (typeof part === "string" ? escaped(part, /[&<>\r]/g) : (part?.xml ?? "")))
    .join("");
  return { xml: inner === "" ? `<${name}${head}/>` : `<${name}${head}>${inner}</${name}>` };
}

/** The library decodes no entities: it stops at a fixed expanded length, which a mail body exceeds. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  cdataPropName: "#cdata",
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  trimValues: false,
  parseTagValue: false,
  processEntities: false,
});

const named = new Map(Object.entries({ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }));

function decoded(text: string): string {
  return text.replaceAll(/&([^;\s&]*)(;?)/g, (reference: string, name: string, end: string) => {
    const character = named.get(name);
    if (end !== "" && character !== undefined) return character;
    const digits = /^#(?:x([\dA-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
    if (end === "" || digits === null) throw new SyntaxError(`unknown reference '${reference.slice(0, 12)}'`);
    const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
    return code > 0x10_ff_ff ? "\u{FFFD}" : String.fromCodePoint(code).toWellFormed();
  });
}

/** A node as the library gives it: `{name: children, ":@": attributes}`, `{"#text": text}` or `{"#cdata": [text]}`. */
type Node = Record<string, unknown>;

function textOf(node: Node): string | undefined {
  if (typeof node["#text"] === "string") return decoded(node["#text"]);
  const cdata = node["#cdata"];
  return Array.isArray(cdata) ? (cdata as Node[]).map((part) => String(part["#text"])).join("") : undefined;
}

function built(node: Node): Element {
  const name = Object.keys(node).find((key) => key !== ":@") ?? "";
  const result: Element = { name, attributes: {}, children: [], text: "" };
  for (const [key, value] of Object.entries((node[":@"] ?? {}) as Record<string, string>)) {
    result.attributes[key] = decoded(value);
  }
  for (const inner of node[name] as Node[]) {
    const text = textOf(inner);
    if (text === undefined) result.children.push(built(inner));
    else result.text += text;
  }
  return result;
}

function parsed(document: string): Node[] {
  const verdict = XMLValidator.validate(document);
  if (verdict !== true) {
    throw new SyntaxError(`not well-formed at line ${verdict.err.line}: ${verdict.err.code}`);
  }
  try {
    return parser.parse(document) as Node[];
  } catch (cause) {
    throw new SyntaxError("not an acceptable document", { cause });
  }
}

/** Reads a document strictly and answers its root. @throws SyntaxError when it is not well-formed XML */
export function readXml(document: string): Element {
  const [root, ...more] = parsed(document).filter((node) => textOf(node) === undefined);
  if (root === undefined || more.length > 0) throw new SyntaxError("not a document with one root element");
  return built(root);
}

/** The first child of a name, at the end of a path of names. */
export function at(from: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce(
    (parent: Element | undefined, name) => parent?.children.find((child) => child.name === name),
    from,
  );
}

/** The text at the end of a path, undefined where there is no such element. */
export function textAt(from: Element | undefined, ...path: string[]): string | undefined {
  return at(from, ...path)?.text;
}

/** The first element of a name at any depth, the element itself included. */
export function anywhere(from: Element, name: string): Element | undefined {
  if (from.name === name) return from;
  for (const child of from.children) {
    const found = anywhere(child, name);
    if (found) return found;
  }
  return undefined;
}
