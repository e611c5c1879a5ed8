import { randomUUID } from "node:crypto";
import { encode, wrap } from "nodemailer/lib/qp";
import { field, writeMessage, type Field } from "./headers.ts";

/** One part of a multipart body: its header fields and its bytes, as they go out. */
export interface Part {
  fields: Field[];
  body: Uint8Array;
}

/** A multipart body: the Content-Type that goes with it, and its bytes from the first boundary on. */
export function multipart(type: string, parts: Part[]): { contentType: string; body: Buffer } {
  const boundary = `_${randomUUID().replaceAll("-", "")}_`;
  const written = parts.flatMap(({ fields, body }) => [
    Buffer.from(`--${boundary}\r\n`),
    writeMessage({ fields, rest: Buffer.from("\r\n") }),
    body,
    Buffer.from("\r\n"),
  ]);
  return {
    contentType: `${type};\r\n\tboundary="${boundary}"`,
    body: Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** A text part: ASCII as it is, anything else as quoted-printable UTF-8. */
export function textPart(type: string, content: string): Part {
  const plain = /^[\t\r\n -~]*$/.test(content) && !/[^\r\n]{998}/.test(content);
  return {
    fields: [
      field("Content-Type", `${type}; charset="${plain ? "us-ascii" : "utf-8"}"`),
      field("Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable"),
    ],
    body: Buffer.from(plain ? content : wrap(encode(Buffer.from(content)))),
  };
}

/** A message as a part, byte for byte. */
export function messagePart(mime: Uint8Array): Part {
  const eightBit = mime.some((byte) => byte > 127);
  return {
    fields: [
      field("Content-Type", "message/rfc822"),
      ...(eightBit ? [field("Content-Transfer-Encoding", "8bit")] : []),
    ],
    body: mime,
  };
}

/** Bytes as a base64 part. */
export function binaryPart(fields: Field[], content: Uint8Array): Part {
  return {
    fields: [...fields, field("Content-Transfer-Encoding", "base64")],
    body: Buffer.from(base64(content)),
  };
}

/** Base64 in lines of 76 characters. */
export function base64(content: Uint8Array): string {
  return (
    Buffer.from(content)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\r\n");
}

/** A message of header fields and a multipart body. */
export function composed(fields: Field[], type: string, parts: Part[]): Buffer {
  const { contentType, body } = multipart(type, parts);
  return writeMessage({
    fields: [...fields, field("MIME-Version", "1.0"), field("Content-Type", contentType)],
    rest: Buffer.concat([Buffer.from("\r\n"), body]),
  });
}
