import { EwsError } from "./error.ts";
import type { Element } from "./xml.ts";

/** The bytes of `t:MimeContent`. @throws EwsError ErrorMimeContentInvalidBase64String */
export function mimeBytes(content: Element): Uint8Array {
  const bytes = base64Bytes(content.text);
  if (!bytes) throw new EwsError("ErrorMimeContentInvalidBase64String");
  return bytes;
}

/** What base64 text stands for, white space aside; undefined when it is none. Large content is not copied on the way. */
export function base64Bytes(text: string): Uint8Array | undefined {
  const bare = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) return undefined;
  const length = bare.replace(/=+$/, "").length;
  const bytes = Buffer.from(bare, "base64");
  if (length % 4 === 1 || bytes.length !== Math.floor((length * 3) / 4)) return undefined;
  // Small ones lie in a buffer that many share.
  return bytes.length < bytes.buffer.byteLength
    ? new Uint8Array(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
