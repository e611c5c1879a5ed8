import { EwsError } from "./error.ts";
import type { Element } from "./xml.ts";

/** The bytes of `t:MimeContent`. @throws EwsError ErrorMimeContentInvalidBase64String */
export function mimeBytes(content: Element): Uint8Array {
  const bare = content.text.replace(/\s+/g, "");
  const bytes = Buffer.from(bare, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") !== bare.replace(/=+$/, "")) {
    throw new EwsError("ErrorMimeContentInvalidBase64String");
  }
  return new Uint8Array(bytes);
}
