import { randomUUID } from "node:crypto";
import type { MimeNode } from "@zone-eu/mailsplit";
import { firstValue, readMessage, set, without, writeMessage, type Message } from "../smtp/headers.ts";
import { base64 } from "../smtp/multipart.ts";
import { takeApart, type Piece } from "./parts.ts";
import { protection } from "./protection.ts";
import type { Signature } from "./signature.ts";
import { write, type TextPart } from "./text-part.ts";

/** What is written into a message: a signature, or a text without a picture. */
export type Addition = Omit<Signature, "logo"> & Partial<Signature>;

/** What became of a message. */
export interface Stamped {
  mime: Buffer;
  /** Why the body was left alone; absent when it was signed. */
  untouched?: string;
}

/**
 * Writes a signature into a message: at the end (or the start) of its text body and of its HTML body, with the logo beside that. Every
 * other part, and every header field that need not change, keeps its bytes; a protected message keeps all of them.
 */
export async function stamp(
  mime: Buffer,
  signature: Addition,
  place: "end" | "start" = "end",
): Promise<Stamped> {
  const atStart = place === "start";
  const pieces = await takeApart(mime);
  const untouched = protection(pieces);
  if (untouched !== undefined) return { mime, untouched };
  const text = bodyOf(pieces, "text/plain");
  const html = bodyOf(pieces, "text/html");
  if (!text && !html) return { mime, untouched: "no text" };
  const written: Buffer[] = [];
  for (const piece of pieces) {
    if (piece.is === "header" && (piece.node === text || piece.node === html)) continue;
    if (piece.is === "body" && piece.node === text) {
      const part = await write(
        piece.node,
        piece.bytes,
        atStart ? `${signature.text}\r\n\r\n` : `\r\n\r\n${signature.text}`,
        (content) => (atStart ? 0 : content.length),
      );
      written.push(writeMessage(described(headersOf(pieces, piece.node), part)), part.body);
    } else if (piece.is === "body" && piece.node === html) {
      const part = await write(piece.node, piece.bytes, signature.html, atStart ? startOfHtml : endOfHtml);
      written.push(
        withLogo(described(headersOf(pieces, piece.node), part), piece.node, part.body, signature),
      );
    } else written.push(piece.bytes);
  }
  return { mime: Buffer.concat(written) };
}

/** The first part of a type that is the message's own text and not something attached to it. */
function bodyOf(pieces: Piece[], type: string): MimeNode | undefined {
  const bodies = pieces.flatMap((piece) => (piece.is === "body" ? [piece.node] : []));
  return bodies.find(
    (node) =>
      (node.contentType || "text/plain") === type &&
      node.disposition !== "attachment" &&
      !node.filename &&
      isOpen(node),
  );
}

function isOpen(node: MimeNode): boolean {
  for (let parent = node.parentNode; parent; parent = parent.parentNode) {
    if (parent.multipart !== "mixed" && parent.multipart !== "alternative" && parent.multipart !== "related")
      return false;
  }
  return true;
}

function headersOf(pieces: Piece[], node: MimeNode): Message {
  const header = pieces.find((piece) => piece.is === "header" && piece.node === node);
  return readMessage(header?.bytes ?? Buffer.from("\r\n"));
}

function described(headers: Message, { charset, encoding }: TextPart): Message {
  let changed = headers;
  if (charset !== undefined) {
    const type = firstValue(headers, "Content-Type") ?? "text/plain";
    const bare = type.replaceAll(/;\s*charset=("[^"]*"|[^;\s]+)/gi, "");
    changed = set(changed, "Content-Type", `${bare}; charset=${charset}`);
  }
  return encoding === undefined ? changed : set(changed, "Content-Transfer-Encoding", encoding);
}

/** Puts the logo, if there is one, beside the HTML: into the multipart/related that is there already, or into a new one around it. */
function withLogo(headers: Message, node: MimeNode, body: Buffer, { logo }: Addition): Buffer {
  if (!logo) return Buffer.concat([writeMessage(headers), body]);
  const picture = [
    `Content-Type: ${logo.contentType}; name="${logo.filename}"`,
    `Content-Disposition: inline; filename="${logo.filename}"`,
    `Content-ID: <${logo.contentId}>`,
    "Content-Transfer-Encoding: base64",
    "",
    base64(logo.content),
  ].join("\r\n");
  const parent = node.parentNode;
  if (parent && parent.multipart === "related" && node._parentBoundary) {
    return Buffer.concat([
      writeMessage(headers),
      body,
      Buffer.from(`\r\n--${node._parentBoundary.toString("latin1")}\r\n${picture}`, "latin1"),
    ]);
  }
  const boundary = `related-${randomUUID()}`;
  const isContent = (name: string): boolean => name.startsWith("content-");
  const outer = set(
    without(headers, isContent),
    "Content-Type",
    `multipart/related; type="text/html"; boundary="${boundary}"`,
  );
  const inner = without(headers, (name) => !isContent(name));
  return Buffer.concat([
    writeMessage(outer),
    Buffer.from(`--${boundary}\r\n`),
    writeMessage(inner),
    body,
    Buffer.from(`\r\n--${boundary}\r\n${picture}\r\n--${boundary}--\r\n`),
  ]);
}

function endOfHtml(content: string): number {
  const lower = content.toLowerCase();
  const ends = [lower.lastIndexOf("</body"), lower.lastIndexOf("</html")];
  return ends.find((at) => at >= 0) ?? content.length;
}

function startOfHtml(content: string): number {
  const body = /<body\b[^>]*>/i.exec(content);
  return body ? body.index + body[0].length : 0;
}
