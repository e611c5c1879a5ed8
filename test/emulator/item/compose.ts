import { randomBytes } from "node:crypto";
import { bufferOf } from "./bytes.ts";
import type { Attachment, Item } from "../store.ts";
import { htmlToPlain } from "./html.ts";

/** A part of a message: its header lines and its content, made when it is wanted. */
interface Part {
  lines: string[];
  content: () => Uint8Array[];
}

type Composed = Pick<Item, "html" | "text" | "attachments">;

/**
 * The content of a message in MIME (RFC 2045 and 2387): text beside HTML, pictures that belong to the HTML next to it, attachments around
 * both. `lines` are its `Content-...` lines and `MIME-Version`, without line ends; the same item and boundary give the same bytes.
 */
export function composeContent(
  item: Composed,
  boundary: string,
): { lines: string[]; content: () => Uint8Array[] } {
  const belongs = ({ isInline, contentId }: Attachment): boolean =>
    item.html !== undefined && isInline && contentId !== undefined;
  const beside = item.attachments.filter(belongs).map(attachmentPart);
  // What is only referred to is known to the mailbox alone.
  const around = item.attachments.filter((each) => !belongs(each) && !each.reference).map(attachmentPart);
  const whole = multipart("mixed", boundary, [bodyPart(item, boundary, beside), ...around]);
  return { lines: [...whole.lines, "MIME-Version: 1.0"], content: whole.content };
}

/** Something to put between parts that comes in none of them. */
export function newBoundary(): string {
  return randomBytes(16).toString("hex");
}

function bodyPart({ html, text }: Composed, boundary: string, beside: Part[]): Part {
  if (html === undefined) return textPart("plain", text ?? "");
  const related = multipart(
    "related",
    boundary,
    [textPart("html", html), ...beside],
    ';\r\n type="text/html"',
  );
  // Written only when somebody reads it: most messages are changed more often than read as MIME.
  const plain: Part = { lines: [], content: () => [] };
  const parts = (): Part[] => [textPart("plain", text ?? htmlToPlain(html)), related];
  const { lines } = multipart("alternative", boundary, [plain, related]);
  return { lines, content: () => multipart("alternative", boundary, parts()).content() };
}

/** Several parts as one; a single one needs no wrapping. */
function multipart(subtype: string, boundary: string, parts: Part[], parameters = ""): Part {
  const [only, ...more] = parts;
  if (only && more.length === 0) return only;
  const mark = `_${subtype}_${boundary}_`;
  return {
    lines: [`Content-Type: multipart/${subtype};\r\n boundary="${mark}"${parameters}`],
    content: () => [
      ...parts.flatMap(({ lines, content }) => [
        Buffer.from(`--${mark}\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1"),
        ...content(),
        Buffer.from("\r\n"),
      ]),
      Buffer.from(`--${mark}--\r\n`),
    ],
  };
}

function textPart(subtype: string, text: string): Part {
  const bytes = Buffer.from(text.replace(/\r\n|\r|\n/g, "\r\n"));
  const plain = /^[\t\r\n -~]*$/.test(text) && longestLine(bytes) <= 990;
  return {
    lines: [
      `Content-Type: text/${subtype}; charset=utf-8`,
      `Content-Transfer-Encoding: ${plain ? "7bit" : "base64"}`,
    ],
    content: () => [plain ? bytes : base64(bytes)],
  };
}

function longestLine(bytes: Buffer): number {
  let longest = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    longest = Math.max(longest, (end < 0 ? bytes.length : end) - start);
    start = end < 0 ? bytes.length : end + 1;
  }
  return longest;
}

function attachmentPart(attachment: Attachment): Part {
  const { name, contentType, contentId, contentLocation, isInline, isItem, content } = attachment;
  const type = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/.exec(contentType)?.[0] ?? "application/octet-stream";
  // A message may not be encoded (RFC 2046, 5.2.1).
  const raw = isItem || type.toLowerCase() === "message/rfc822";
  return {
    lines: [
      `Content-Type: ${type}${parameter("name", name)}`,
      `Content-Transfer-Encoding: ${raw ? "8bit" : "base64"}`,
      `Content-Disposition: ${isInline ? "inline" : "attachment"}${parameter("filename", name)}`,
      ...(contentId === undefined ? [] : [`Content-ID: <${oneLine(contentId)}>`]),
      ...(contentLocation === undefined ? [] : [`Content-Location: ${oneLine(contentLocation)}`]),
    ],
    content: () => [raw ? content : base64(content)],
  };
}

/** A parameter of a header line; other characters than ASCII as RFC 2231 has it. */
function parameter(name: string, value: string): string {
  if (value === "") return "";
  if (/^[ -~]*$/.test(value)) return `;\r\n ${name}="${value.replace(/["\\]/g, String.raw`\$&`)}"`;
  const encoded = encodeURIComponent(value.toWellFormed()).replace(/['()*!~]/g, percent);
  return `;\r\n ${name}*=utf-8''${encoded}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** A value that came from a client stays in its line, and in Latin-1 as header lines are kept. */
function oneLine(value: string): string {
  return Buffer.from(value.replace(/[\r\n]+/g, " ")).toString("latin1");
}

/** Lines of 76 characters. */
function base64(bytes: Uint8Array): Buffer {
  const width = 76;
  const text = bufferOf(bytes).toString("base64");
  const whole = Buffer.from(text, "latin1");
  const lines = Math.max(1, Math.ceil(whole.length / width));
  const folded = Buffer.allocUnsafe(whole.length + (lines - 1) * 2);
  for (let line = 0, at = 0; line < lines; line++) {
    if (line > 0) {
      folded[at++] = 13;
      folded[at++] = 10;
    }
    at += whole.copy(folded, at, line * width, (line + 1) * width);
  }
  return folded;
}
