import { escape } from "../escape.ts";
import { compile } from "html-to-text";

const contentType = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
const html = /<html(?:\s[^>]*)?>/i;
const head = /<head(?:\s[^>]*)?>(?:\r\n)?/i;
const body = /<body(?:\s[^>]*)?>/i;

/** An HTML body as Exchange keeps it: a whole document with CRLF line ends whose head declares utf-8. Idempotent. */
export function normalHtml(source: string): string {
  const lines = source.replace(/\r\n|\r|\n/g, "\r\n");
  const inner = body.test(lines) ? lines : `<body>\r\n${lines}\r\n</body>`;
  const document = html.test(lines) ? lines : `<html>\r\n<head>\r\n</head>\r\n${inner}\r\n</html>\r\n`;
  const headed = head.test(document)
    ? document
    : document.replace(html, (tag) => `${tag}\r\n<head>\r\n</head>`);
  return headed
    .replace(/<meta\s[^>]*charset[^>]*>(?:\r\n)?/gi, "")
    .replace(head, (tag) => `${tag.trimEnd()}\r\n${contentType}\r\n`);
}

const convert = compile({ wordwrap: false });

/** The plain text that Exchange makes of an HTML body, CRLF line ends. */
export function htmlToPlain(source: string): string {
  return convert(source).replace(/\r?\n/g, "\r\n");
}

/** Stands where HTML was cut; no message has it. */
const cutMark = "\uE000";
const firstCut = 1024;

/** The first characters of an HTML body's plain text; no more of it is converted than that takes. */
export function beginningOfPlain(source: string, characters: number): string {
  const start = Math.max(0, source.search(body));
  for (let length = firstCut; start + length < source.length; length *= 4) {
    // Before a tag, so that neither a tag nor an entity is cut.
    const part = source.slice(start, Math.max(start, source.lastIndexOf("<", start + length)));
    const text = htmlToPlain(part + cutMark);
    // White space counts only where something comes after it.
    const known = text.slice(0, Math.max(0, text.indexOf(cutMark))).trimEnd();
    if (!isInList(part) && known.length >= characters) return known.slice(0, characters);
  }
  return htmlToPlain(source).slice(0, characters);
}

/** The numbers of a list are as wide as its last one. */
function isInList(part: string): boolean {
  return (part.match(/<ol\b/gi)?.length ?? 0) > (part.match(/<\/ol\b/gi)?.length ?? 0);
}

/** The HTML that Exchange makes of a plain text body. */
export function plainToHtml(text: string): string {
  return normalHtml(`<div class="PlainText">${escape(text).replace(/\r\n|\r|\n/g, "<br>\r\n")}</div>`);
}
