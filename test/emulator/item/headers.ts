import addressparser from "nodemailer/lib/addressparser";
import { bufferOf } from "./bytes.ts";
import { decodeWords } from "./encoded-words.ts";

export interface Address {
  /** The address itself when the header gives no name. */
  name: string;
  address: string;
}

/** The header of a message, decoded. */
export interface MessageHeaders {
  /** Every line in order, unfolded, the value as it stands in the message. */
  lines: { name: string; value: string }[];
  subject: string;
  from: Address[];
  sender: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  replyTo: Address[];
}

const parsed = new WeakMap<Uint8Array, MessageHeaders>();

/** The decoded header of a message; parsed once for each byte array. */
export function headersOf(mime: Uint8Array): MessageHeaders {
  const known = parsed.get(mime);
  if (known) return known;
  const headers = parse(mime);
  parsed.set(mime, headers);
  return headers;
}

/** The first value of a header as it stands in the message, without regard to letter case. */
export function headerValue(headers: MessageHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.lines.find((line) => line.name.toLowerCase() === wanted)?.value;
}

/** A message cut at its first empty line; `lines` are the header's, still folded, without line ends. */
export function splitMime(mime: Uint8Array): { lines: string[]; body: Uint8Array } {
  const bytes = bufferOf(mime);
  const { end, next } = headerEnd(bytes);
  return {
    lines: bytes
      .toString("latin1", 0, end)
      .split(/\r?\n(?![ \t])/)
      .filter((line) => line !== ""),
    body: bytes.subarray(next),
  };
}

/** Where the header ends and what follows its empty line begins; a long body is not looked at. */
function headerEnd(bytes: Buffer): { end: number; next: number } {
  const leading = /^\r?\n/.exec(bytes.toString("latin1", 0, 2));
  if (leading) return { end: 0, next: leading[0].length };
  const crlf = bytes.indexOf("\n\r\n");
  const lf = bytes.subarray(0, crlf < 0 ? bytes.length : crlf + 1).indexOf("\n\n");
  const found = lf < 0 ? crlf : lf;
  if (found < 0) return { end: bytes.length, next: bytes.length };
  return { end: bytes[found - 1] === 13 ? found - 1 : found, next: found + (lf < 0 ? 3 : 2) };
}

function parse(mime: Uint8Array): MessageHeaders {
  const lines = splitMime(mime).lines.flatMap((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) return [];
    const value = utf8(line.slice(colon + 1)).replace(/\r?\n(?=[ \t])/g, "");
    return [{ name: line.slice(0, colon).trim(), value: value.trim() }];
  });
  const value = (name: string) => lines.find((line) => line.name.toLowerCase() === name)?.value ?? "";
  return {
    lines,
    subject: decodeWords(value("subject")),
    from: addresses(value("from")),
    sender: addresses(value("sender")),
    to: addresses(value("to")),
    cc: addresses(value("cc")),
    bcc: addresses(value("bcc")),
    replyTo: addresses(value("reply-to")),
  };
}

/** Header bytes read as UTF-8 where they are (RFC 6532), else as Latin-1. */
function utf8(latin1: string): string {
  const text = Buffer.from(latin1, "latin1").toString("utf8");
  return text.includes("\uFFFD") ? latin1 : text;
}

function addresses(value: string): Address[] {
  return addressparser(value, { flatten: true }).flatMap(({ name, address }) =>
    address ? [{ name: decodeWords(name) || address, address }] : [],
  );
}
