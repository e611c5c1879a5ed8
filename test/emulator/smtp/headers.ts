import { bufferOf } from "../item/bytes.ts";

/**
 * The header block of a message as bytes. Nothing here decodes or folds anew: what is not removed or added leaves
 * as it came, because transport may not change what a signature or a digest covers.
 */

/** One field as it stands in the message, folding and line end included; `raw` has one character per byte. */
export interface Field {
  /** Lower case; empty for a line that is no field. */
  name: string;
  raw: string;
}

/** A message as header fields and the bytes after them. */
export interface Message {
  fields: Field[];
  /** From the empty line on. */
  rest: Buffer;
}

/** Splits a message into its header fields and everything after them. */
export function readMessage(mime: Uint8Array): Message {
  const bytes = bufferOf(mime);
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    const line = bytes.toString("latin1", at, end);
    if (line === "\r\n" || line === "\n") break;
    const last = fields.at(-1);
    if (last && /^[ \t]/.test(line)) last.raw += line;
    else
      fields.push({
        name: line
          .slice(0, Math.max(0, line.indexOf(":")))
          .trim()
          .toLowerCase(),
        raw: line,
      });
    at = end;
  }
  return { fields, rest: bytes.subarray(at) };
}

/** The message as bytes again; the inverse of readMessage. */
export function writeMessage(message: Message): Buffer {
  return Buffer.concat([Buffer.from(message.fields.map(({ raw }) => raw).join(""), "latin1"), message.rest]);
}

/** A field to add. @throws Error when the value would end the line. */
export function field(name: string, value: string): Field {
  if (/[\r\n]/.test(value.replaceAll("\r\n\t", "")))
    throw new Error(`The value of ${name} holds a line end.`);
  return { name: name.toLowerCase(), raw: Buffer.from(`${name}: ${value}\r\n`).toString("latin1") };
}

/** The values of every field of a name, top first: unfolded, UTF-8, RFC 2047 left encoded. */
export function valuesOf(message: Message, name: string): string[] {
  return message.fields.filter((each) => each.name === name.toLowerCase()).map(valueOf);
}

/** The topmost value of a name; undefined when there is none. */
export function firstValue(message: Message, name: string): string | undefined {
  return valuesOf(message, name)[0];
}

function valueOf({ raw }: Field): string {
  const value = raw.slice(raw.indexOf(":") + 1).replaceAll(/\r?\n(?=[ \t])/g, "");
  return Buffer.from(value, "latin1").toString("utf8").trim();
}

/** A copy of the message with fields put above all others. */
export function prepend(message: Message, ...added: Field[]): Message {
  return { ...message, fields: [...added, ...message.fields] };
}

/** A copy without the fields that `unwanted` names. */
export function without(message: Message, unwanted: (name: string) => boolean): Message {
  return { ...message, fields: message.fields.filter(({ name }) => !unwanted(name)) };
}

/** A copy in which a field has this value only: at its old place, or on top when it is new. */
export function set(message: Message, name: string, value: string): Message {
  const key = name.toLowerCase();
  const at = message.fields.findIndex((each) => each.name === key);
  if (at < 0) return prepend(message, field(name, value));
  const fields = message.fields.filter((each, index) => each.name !== key || index === at);
  return { ...message, fields: fields.map((each) => (each.name === key ? field(name, value) : each)) };
}
