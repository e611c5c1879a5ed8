/** A body in RTF, as Outlook keeps one that was written otherwise ([MS-OXRTFEX]): readers get the HTML or the text back from it. */

const head = (from: string): string =>
  String.raw`{\rtf1\ansi\ansicpg1252` +
  from +
  String.raw` \deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fmodern Courier New;}}` +
  "\r\n" +
  String.raw`{\colortbl\red0\green0\blue0;}` +
  "\r\n" +
  String.raw`\uc1\pard\plain\deftab360 \f0\fs20 `;

/** Plain text as RTF. */
export function textAsRtf(text: string): Buffer {
  return Buffer.from(`${head(String.raw`\fromtext`)}${escaped(text, "\\par\r\n")}}`, "latin1");
}

/** HTML as RTF: tags and entities travel as they are, the text between them is also there for readers of RTF alone. */
export function htmlAsRtf(html: string): Buffer {
  const tokens =
    html.match(/<!--[^]*?-->|<(style|script|head)\b[^]*?<\/\1\s*>|<[^>]*>|&[#\w]+;|[^<&]+|[<&]/gi) ?? [];
  const written = tokens.map((token) => {
    if (token.startsWith("<") && token.length > 1) return tag(token) + lineBreak(token);
    if (token.startsWith("&") && token.length > 1)
      return `${tag(token)}\\htmlrtf ${escaped(character(token), "")}\\htmlrtf0 `;
    return text(token);
  });
  return Buffer.from(`${head(String.raw`\fromhtml1`)}${written.join("")}}`, "latin1");
}

function tag(content: string): string {
  return `{\\*\\htmltag64 ${escaped(content, "\\par ")}}`;
}

/** Line ends of the source are no line ends of the text. */
function text(content: string): string {
  return content
    .split(/\r\n|\r|\n/)
    .map((line) => escaped(line, ""))
    .join(tag("\r\n"));
}

function lineBreak(content: string): string {
  return /^<(br\b|\/(p|div|tr|li|h\d)\b)/i.test(content) ? String.raw`\htmlrtf \par\htmlrtf0 ` : "";
}

function character(entity: string): string {
  const known: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
  const name = entity.slice(1, -1);
  const [, hex, decimal] = /^#(?:x([\da-f]{1,5})|(\d{1,6}))$/i.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return known[name.toLowerCase()] ?? (code > 0 && code < 0x11_00_00 ? String.fromCodePoint(code) : "?");
}

function escaped(content: string, lineEnd: string): string {
  return content.replaceAll(/\r\n|[\r\n\t\\{}]|[^ -~]/g, (found) => {
    if (/^[\r\n]/.test(found)) return lineEnd;
    if (found === "\t") return "\\tab ";
    if ("\\{}".includes(found)) return `\\${found}`;
    const units = Array.from({ length: found.length }, (_, index) => found.charCodeAt(index));
    return units.map((unit) => `\\u${unit > 32_767 ? unit - 65_536 : unit}?`).join("");
  });
}
