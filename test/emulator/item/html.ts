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

/** The HTML that Exchange makes of a plain text body. */
export function plainToHtml(text: string): string {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return normalHtml(`<div class="PlainText">${escaped.replace(/\r\n|\r|\n/g, "<br>\r\n")}</div>`);
}
