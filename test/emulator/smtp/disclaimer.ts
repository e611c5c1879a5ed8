import { convert } from "html-to-text";
import { stamp } from "../relay/stamp.ts";
import type { Disclaimer } from "./actions.ts";
import { readMessage } from "./headers.ts";
import { composed, messagePart, textPart } from "./multipart.ts";

/** A message with disclaimers written into its text and HTML. Where that would break a signature, the message as each says instead. */
export async function disclaimed(
  mime: Buffer,
  disclaimers: Disclaimer[],
): Promise<{ mime: Buffer } | { reject: string }> {
  let changed = mime;
  for (const { html, place, fallback } of disclaimers) {
    const stamped = await stamp(changed, { html, text: convert(html) }, place);
    if (stamped.untouched === undefined || fallback === "Wrap")
      changed = stamped.untouched === undefined ? stamped.mime : wrapped(changed, html);
    else if (fallback === "Reject")
      return { reject: "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message cannot take a disclaimer" };
  }
  return { mime: changed };
}

/** A new message with the disclaimer as its text and the old one attached, byte for byte. */
function wrapped(mime: Buffer, html: string): Buffer {
  const kept = readMessage(mime).fields.filter(({ name }) => !/^(content-.*|mime-version)$/.test(name));
  return composed(kept, "multipart/mixed", [textPart("text/html", html), messagePart(mime)]);
}
