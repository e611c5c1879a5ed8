import { linesOf, type Body, type Line } from "./body-lines.ts";

/** What was answered: its body, and what else an answer says of it. */
export interface Original {
  body: Body;
  /** Name and address of who wrote it, as far as it has them. */
  sender: string[];
  subject: string;
}

/** So many words of the original, at its beginning and end, have to stand in the answer one after the other. */
const enough = 8;
/** Lines that say who wrote what follows. */
const longestHead = 12;
/** Places where the original might begin. */
const most = 50;

/**
 * The part of an answer that is not quoted from the original: where the original's words stand below a line that names its sender, marked as
 * a quotation, or at the very end, they go with what introduces them. The tags of HTML stay balanced. Undefined when it quotes nothing of it.
 */
export function uniquePart(body: Body, original: Original): string | undefined {
  const lines = linesOf(body);
  const quoted = quotation(lines, original);
  if (!quoted) return undefined;
  const [start, end] = [quoted.from, quoted.to].map((line) => lines[line]?.start ?? body.text.length);
  const removed = body.text.slice(start, end);
  const kept = body.type === "HTML" ? unbalanced(removed) : "";
  return body.text.slice(0, start) + kept + body.text.slice(end);
}

/** The lines from (and up to, without) which the original is quoted. */
function quotation(lines: Line[], original: Original): { from: number; to: number } | undefined {
  const old = linesOf(original.body).flatMap((line) => line.words);
  const words = lines.flatMap((line, at) => line.words.map((text) => ({ text, at })));
  const texts = words.map(({ text }) => text);
  const few = Math.min(enough, old.length);
  if (few === 0) return undefined;
  const [opening, closing] = [old.slice(0, few), old.slice(-few)];
  for (let at = -1, tries = 0; tries < most; tries++) {
    at = find(texts, opening, at + 1);
    if (at < 0) return undefined;
    const tail = find(texts, closing, at + Math.floor((old.length - few) / 2));
    const end = tail < 0 ? texts.length : tail + few;
    const first = words[at]?.at ?? 0;
    const head = headAbove(lines, first, original);
    const isLast = at > 0 && tail >= 0 && end === texts.length;
    if (head < first || lines[first]?.isQuoted || isLast)
      return { from: blankAbove(lines, head), to: blankBelow(lines, words[end - 1]?.at ?? first) + 1 };
  }
  return undefined;
}

function find(texts: string[], wanted: string[], from: number): number {
  for (let at = texts.indexOf(wanted[0] ?? "", from); at >= 0; at = texts.indexOf(wanted[0] ?? "", at + 1))
    if (wanted.every((text, index) => texts[at + index] === text)) return at;
  return -1;
}

/** The first of the lines right above that introduce a quotation, where one of them names its sender or subject; else the line itself. */
function headAbove(lines: Line[], line: number, { sender, subject }: Original): number {
  let top = line;
  let isNamed = false;
  for (let at = line - 1; at >= 0 && at >= line - longestHead; at--) {
    const { text = "" } = lines[at] ?? {};
    if (text.trim() === "") continue;
    const says = (what: string): boolean => what !== "" && text.toLowerCase().includes(what.toLowerCase());
    const names = sender.some(says) || (isLabelled.test(text) && says(subject));
    if (!names && !isLabelled.test(text) && !isBare.test(text)) break;
    // A labelled line that says nothing of the original may be the answer's last.
    if (names || isBare.test(text)) top = at;
    isNamed ||= names;
  }
  return isNamed ? top : line;
}

/** `Sent: Friday`; in any language. */
const isLabelled = /^[*\s]*\p{L}[\p{L} -]{0,24}[*\s]*:(?:\s|$)/u;
/** `wrote:`, `From:`, `-----Original Message-----`, `______`. */
const isBare = /^[*\s]*\p{L}+[*\s]*:\s*$|^\s*[-_=*]{3,}/u;

function blankAbove(lines: Line[], line: number): number {
  let at = line;
  while (at > 0 && lines[at - 1]?.text.trim() === "") at--;
  return at;
}

function blankBelow(lines: Line[], line: number): number {
  let at = line;
  while (lines[at + 1]?.text.trim() === "") at++;
  return at;
}

/** The tags of a piece of HTML that have no partner in it. */
function unbalanced(html: string): string {
  const open: { name: string; tag: string }[] = [];
  const closing: string[] = [];
  for (const [tag, slash, name = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^<>]*>/gi)) {
    if (/^(?:br|hr|img|input|meta|link|col|wbr|area|base)$/i.test(name) || tag.endsWith("/>")) continue;
    if (!slash) open.push({ name: name.toLowerCase(), tag });
    else {
      const partner = open.findLastIndex((each) => each.name === name.toLowerCase());
      if (partner < 0) closing.push(tag);
      else open.splice(partner);
    }
  }
  return [...closing, ...open.map(({ tag }) => tag)].join("");
}
