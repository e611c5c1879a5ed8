import { convert } from "html-to-text";
import { Fault } from "./fault.ts";
import { bareContentId } from "./content-id.ts";
import type { Body } from "./mailbox/port.ts";

/** What is not compared: more characters (of HTML, the library would leave out the rest), and more depth (its stack would run over). */
const most = { html: 2 ** 24, text: 2 ** 26, depth: 400 };

/** Visible lines of bodies, joined by LF and by nothing, as long as the bodies are there: large ones take seconds to read. */
const known = new WeakMap<Body, { lines: string; text: string }>();

/**
 * What a reader sees of a body, line by line, with everything that mail systems change on the way taken out.
 * @throws Fault TOO_COMPLEX
 */
export function visibleLines(body: Body): string[] {
  return visible(body).lines.split("\n").filter(Boolean);
}

/** The visible lines as one string: equal for two bodies that show the same. */
export function visibleText(body: Body): string {
  return visible(body).text;
}

/** Whether what a body shows has been read. */
export function knownVisible(body: Body): boolean {
  return known.has(body);
}

/** Tells what a body shows: its visible lines, joined by LF. */
export function rememberVisible(body: Body, lines: string): void {
  known.set(body, { lines, text: lines.replaceAll("\n", "") });
}

function visible(body: Body): { lines: string; text: string } {
  if (!known.has(body)) rememberVisible(body, readLines(body));
  return known.get(body) ?? { lines: "", text: "" };
}

function readLines({ type, content }: Body): string {
  if (content.length > most[type] || (type === "html" && isDeeper(content, most.depth)))
    throw new Fault("TOO_COMPLEX", "The body is too large, or nested too deeply, to be compared.");
  const text = type === "html" ? convert(content, options) : content;
  return text
    .split(/[\r\n]+/)
    .map(normal)
    .filter(Boolean)
    .join("\n");
}

/**
 * Whether every visible line of the original stands in the stamped body, in the same order. A service may have put
 * its signature above, below or between (under the newest part of a conversation), and lines may be wrapped anew.
 */
export function containsOriginal(stamped: Body, original: Body): boolean {
  const text = visibleText(stamped);
  let from = 0;
  for (const line of visibleLines(original)) {
    const at = text.indexOf(line, from);
    if (at < 0) return false;
    from = at + line.length;
  }
  return true;
}

/** Content ids that an HTML body refers to, lower case. */
export function referencedPictures(body: Body): Set<string> {
  if (body.type === "text") return new Set();
  return new Set(
    [...body.content.matchAll(/\bcid:([^"'\s<>)]+)/gi)].map((found) => contentId(decoded(found[1] ?? ""))),
  );
}

/** Addresses of what an HTML body shows from elsewhere: linked pictures. */
export function linkedPictures({ type, content }: Body): Set<string> {
  if (type === "text") return new Set();
  const found = content.matchAll(/\bsrc\s*=\s*["']?(https?:[^"'\s>]+)/gi);
  return new Set([...found].map(([, link = ""]) => link.replaceAll("&amp;", "&")));
}

/** A Content-ID in the form in which two are compared: lower case, without angle brackets. */
export function contentId(value: string): string {
  return (bareContentId(value) ?? "").toLowerCase();
}

const options = {
  wordwrap: false as const,
  selectors: [
    { selector: "img", format: "skip" },
    { selector: "a", options: { ignoreHref: true } },
    { selector: "ul", options: { itemPrefix: "" } },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** Elements that never hold others, or that the next one of their kind ends. */
const flat =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dd|dt|tr|td|th|option)$/i;

/** Whether elements are open within each other beyond a depth; in one pass, because parsing such HTML takes quadratic time. */
function isDeeper(html: string, limit: number): boolean {
  let depth = 0;
  for (const [, end, name = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9:-]*)/gi)) {
    if (flat.test(name)) continue;
    depth = end ? Math.max(0, depth - 1) : depth + 1;
    if (depth > limit) return true;
  }
  return false;
}

/** Takes out white space (no-break and zero-width too) and quoting, and makes typographic quotation marks plain. */
function normal(line: string): string {
  return line
    .normalize("NFKC")
    .replace(/^[\s>]+/, "")
    .replace(/[\s\u00ad\u200b-\u200f\u2060\ufeff]+/g, "")
    .replace(/[\u2018\u2019\u201a\u201b]/g, "'")
    .replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
