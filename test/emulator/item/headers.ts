import addressparser from "nodemailer/lib/addressparser";
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
  const bytes = Buffer.from(mime.buffer, mime.byteOffset, mime.byteLength);
  const found = /^\r?\n|\r?\n\r?\n/.exec(bytes.toString("latin1"));
  const end = found?.index ?? bytes.length;
  return {
    lines: bytes
      .toString("latin1", 0, end)
      .split(/\r?\n(?![ \t])/)
      .filter((line) => line !== ""),
    body: bytes.subarray(end + (found?.[0].length ?? 0)),
  };
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
