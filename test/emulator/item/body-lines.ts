import { htmlToPlain } from "./html.ts";

export interface Body {
  type: "HTML" | "Text";
  text: string;
}

/** A line as it is shown: of HTML, what stands between two tags that break it. */
export interface Line {
  /** Where it begins in the source, with the tag that began it. */
  start: number;
  text: string;
  /** Marked as a quotation: with `>`, or inside a `blockquote`. */
  isQuoted: boolean;
  /** Letters and digits alone, in lower case; a picture counts as one. */
  words: string[];
}

const picture = "\uFFFC";
const word = /[\p{L}\p{N}\uFFFC]+/gu;
// Nothing here looks ahead further than to the next tag, whatever a sender wrote.
const pieces = /<!--|-->|<\/?([a-z][a-z0-9]*)[^<>]*>|[^<>-]+|[^]/gi;
const breaks = /^(?:p|div|br|hr|tr|td|th|table|li|ul|ol|dl|dt|dd|h[1-6]|blockquote|pre|body|center|section)$/;
const hidden = /^(?:style|script|head|title)$/;

/** The lines of a body. */
export function linesOf({ type, text }: Body): Line[] {
  const lines = type === "HTML" ? htmlLines(text) : textLines(text);
  for (const line of lines) {
    line.isQuoted ||= /^\s*>/.test(line.text);
    line.text = line.text.replace(/^[>\s]+/, "");
    line.words = line.text.toLowerCase().match(word) ?? [];
  }
  return lines;
}

function textLines(text: string): Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const made = { start, text: line, isQuoted: false, words: [] };
    start += line.length + 1;
    return made;
  });
}

function htmlLines(html: string): Line[] {
  const lines: Line[] = [{ start: 0, text: "", isQuoted: false, words: [] }];
  let quotes = 0;
  let within: string | undefined;
  for (const { 0: piece, 1: tag, index } of html.matchAll(pieces)) {
    const name = tag?.toLowerCase();
    const isEnd = piece.startsWith("</");
    if (within !== undefined) {
      if (piece === within || (isEnd && name === within)) within = undefined;
    } else if (piece === "<!--") within = "-->";
    else if (name === undefined) add(lines, piece);
    else if (hidden.test(name)) within = isEnd ? undefined : name;
    else if (name === "img") add(lines, picture);
    else if (breaks.test(name)) {
      if (name === "blockquote") quotes = Math.max(0, quotes + (isEnd ? -1 : 1));
      lines.push({ start: index, text: "", isQuoted: quotes > 0, words: [] });
    }
  }
  for (const line of lines) if (line.text.includes("&")) line.text = htmlToPlain(line.text);
  return lines;
}

function add(lines: Line[], text: string): void {
  const line = lines.at(-1);
  if (line) line.text += text.replace(/\s+/g, " ");
}
