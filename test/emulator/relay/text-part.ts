import type { MimeNode } from "@zone-eu/mailsplit";
import { encode, wrap } from "nodemailer/lib/qp";
import { base64 } from "../smtp/multipart.ts";
import { decoded } from "./parts.ts";

/** A text part as rewritten. */
export interface TextPart {
  body: Buffer;
  /** What the part's headers have to say from now on; absent when they stay as they are. */
  charset?: string;
  encoding?: string;
}

/**
 * A text part with something written into it at the place that `where` finds. The charset stays when it can hold what is new, and
 * becomes UTF-8 when it cannot; the transfer encoding stays unless the bytes no longer fit it.
 */
export async function write(
  node: MimeNode,
  bytes: Buffer,
  addition: string,
  where: (content: string) => number,
): Promise<TextPart> {
  const before = await decoded(node, bytes);
  const charset = (node.charset || "us-ascii").toLowerCase();
  const kept = inCharset(addition, charset);
  const content = kept ? before : Buffer.from(raised(before, charset));
  // One character per byte: the place is an ASCII one, whatever the charset.
  const at = where(content.toString("latin1"));
  const written = Buffer.concat([
    content.subarray(0, at),
    kept ?? Buffer.from(addition),
    content.subarray(at),
  ]);
  const encoding = node.encoding || "7bit";
  const fits = encoding === "base64" || encoding === "quoted-printable" || fitsPlain(written, encoding);
  return {
    body: encoded(written, fits ? encoding : "quoted-printable"),
    ...(kept ? {} : { charset: "utf-8" }),
    ...(fits ? {} : { encoding: "quoted-printable" }),
  };
}

/** The text in a charset, byte for byte; undefined when that charset cannot hold it (or is none that starts out as ASCII). */
function inCharset(text: string, charset: string): Buffer | undefined {
  if (charset === "utf-8" || charset === "utf8") return Buffer.from(text);
  if (/^(utf-?16|utf-?32|ucs|utf-7|iso-2022|hz)/.test(charset)) return undefined;
  if (/^\p{ASCII}*$/u.test(text)) return Buffer.from(text, "latin1");
  const latin = charset === "iso-8859-1" || charset === "windows-1252";
  return latin && /^[\p{ASCII}\u00A0-\u00FF]*$/u.test(text) ? Buffer.from(text, "latin1") : undefined;
}

function raised(content: Buffer, charset: string): string {
  const text = decoderFor(charset).decode(content);
  return text.replace(/(<meta[^>]*charset=["']?)[\w-]+/i, "$1utf-8");
}

/** Browsers read ASCII and anything unknown as windows-1252; so do we. */
function decoderFor(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder("windows-1252");
  }
}

function fitsPlain(content: Buffer, encoding: string): boolean {
  const text = content.toString("latin1");
  if (/[^\r\n]{999}/.test(text)) return false;
  return encoding !== "7bit" || /^\p{ASCII}*$/u.test(text);
}

function encoded(content: Buffer, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(base64(content));
  return encoding === "quoted-printable" ? Buffer.from(wrap(encode(content))) : content;
}
