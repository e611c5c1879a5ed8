import { simpleParser, type AddressObject } from "mailparser";

export interface Address {
  name: string;
  address: string;
}

/** The header of a message, decoded. */
export interface MessageHeaders {
  /** Every line in order, unfolded, the value as it stands in the message. */
  lines: { name: string; value: string }[];
  subject: string;
  messageId?: string;
  inReplyTo?: string;
  /** Message ids, separated by spaces. */
  references?: string;
  from: Address[];
  sender: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  replyTo: Address[];
}

const parsed = new WeakMap<Uint8Array, Promise<MessageHeaders>>();

/** The decoded header of a message; parsed once for each byte array. */
export function headersOf(mime: Uint8Array): Promise<MessageHeaders> {
  const known = parsed.get(mime);
  if (known) return known;
  const headers = parse(mime);
  parsed.set(mime, headers);
  return headers;
}

/** The first value of a header, without regard to letter case. */
export function headerValue(headers: MessageHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.lines.find((line) => line.name.toLowerCase() === wanted)?.value;
}

/** A message cut at its first empty line; the header keeps its last line end. */
export function splitMime(mime: Uint8Array): { header: string; body: Uint8Array } {
  const bytes = Buffer.from(mime.buffer, mime.byteOffset, mime.byteLength);
  const found = /\r?\n\r?\n/.exec(bytes.toString("latin1"));
  if (!found) return { header: `${bytes.toString("latin1").trimEnd()}\r\n`, body: new Uint8Array() };
  return {
    header: `${bytes.toString("latin1", 0, found.index)}\r\n`,
    body: bytes.subarray(found.index + found[0].length),
  };
}

async function parse(mime: Uint8Array): Promise<MessageHeaders> {
  const { header } = splitMime(mime);
  const mail = await simpleParser(Buffer.from(`${header}\r\n`, "latin1"));
  const references = mail.references;
  return {
    lines: mail.headerLines.map(({ line }) => {
      const colon = line.indexOf(":");
      return {
        name: line.slice(0, colon).trim(),
        value: line
          .slice(colon + 1)
          .replace(/\r?\n(?=\s)/g, "")
          .trim(),
      };
    }),
    subject: mail.subject ?? "",
    ...(mail.messageId === undefined ? {} : { messageId: mail.messageId }),
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: mail.inReplyTo }),
    ...(references === undefined ? {} : { references: [references].flat().join(" ") }),
    from: addresses(mail.from),
    sender: addresses(mail.headers.get("sender") as AddressObject | undefined),
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    bcc: addresses(mail.bcc),
    replyTo: addresses(mail.replyTo),
  };
}

function addresses(header: AddressObject | AddressObject[] | undefined): Address[] {
  const all = [header ?? []].flat().flatMap((each) => each.value);
  return all
    .flatMap((entry) => entry.group ?? [entry])
    .flatMap(({ name, address }) => (address === undefined ? [] : [{ name: name || address, address }]));
}
