import { createHash } from "node:crypto";
import { type Attachment, MailParser, type ParsedMail, simpleParser } from "mailparser";
import { bareContentId } from "./content-id.ts";
import type { Body, File, InlinePicture } from "./mailbox/port.ts";
import { inPieces } from "./pieces.ts";
import { contentId, referencedPictures } from "./visible.ts";

/** What kind of message a stamped copy is; everything but `mail` is left alone. */
export type MessageKind =
  | "mail"
  | "smime"
  | "pgp"
  | "rights-protected"
  | "calendar"
  | "receipt"
  | "auto-reply"
  | "tnef"
  | "no-body";

/** The facts of a stamped copy that decide and make up an update. */
export interface Stamp {
  /** With angle brackets; undefined when the message has none. */
  messageId: string | undefined;
  /** Whether the service says that it has processed the message (`X-CodeTwoProcessed: true`). */
  processed: boolean;
  kind: MessageKind;
  html: string | undefined;
  text: string | undefined;
  /** Pictures that the HTML refers to. */
  pictures: InlinePicture[];
  /** Ordinary attachments; attached messages are none. */
  files: StampedFile[];
  /** SHA-256 over bodies, pictures and files, hex. */
  digest: string;
}

/** An ordinary attachment; one without a name only tells that it is there. */
export interface StampedFile extends File {
  /** SHA-256 of its content, hex. */
  digest: string;
}

/** Where the header ends; within the first megabyte, or there. */
export function headEnd(raw: Uint8Array): number {
  const head = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, 2 ** 20));
  const end = head.indexOf("\r\n\r\n");
  return end < 0 ? head.length : end + 4;
}

/** Parses the header only. One that cannot be parsed (a megabyte of it) says nothing, and so proves nothing. */
export async function parseHead(raw: Uint8Array): Promise<ParsedMail> {
  try {
    return await parseMail(raw.subarray(0, headEnd(raw)));
  } catch {
    return parseMail(new Uint8Array());
  }
}

/**
 * Addresses of From and Sender, lower case, without duplicates. Exchange lets nobody send as somebody else, but what
 * it checked and what is read here must be the same: a header that could be read in two ways names nobody.
 */
export function sendersOf(mail: ParsedMail): string[] {
  return [...new Set([...onlyAddress(mail, "From"), ...onlyAddress(mail, "Sender")])];
}

/** A part as the parser meets it, before it decides whether it belongs to the body. */
interface Part {
  contentType?: string | false;
  filename?: string | false;
  disposition?: string | false;
  parentNode?: { multipart?: string | false };
}

/** The parser takes a text file that is shown inline for a piece of the body; in a mailbox it is an attachment. */
const parts = MailParser.prototype as unknown as { createNode: (part: Part) => unknown };
const { createNode } = parts;
parts.createNode = function (part) {
  const { filename, contentType, parentNode } = part;
  if (filename && /^text\/(plain|html)$/.test(contentType || "") && parentNode?.multipart === "mixed")
    part.disposition = "attachment";
  return createNode.call(this, part);
};

/** Parses a message; bodies stay as the recipients got them (no links, pictures or text are derived). */
export function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  return simpleParser(inPieces(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)), {
    // What an attached message says is no part of the body, even if it is to be shown with it.
    ignoreEmbedded: true,
    keepCidLinks: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
  });
}

/** The values of a header, one for each of its lines, trimmed; empty when the message has none. */
export function headerValues(mail: ParsedMail, name: string): string[] {
  const key = name.toLowerCase();
  return mail.headerLines
    .filter((line) => line.key === key)
    .map(({ line }) => line.slice(line.indexOf(":") + 1).trim());
}

/** Reads the facts out of a parsed message. */
export function stampOf(mail: ParsedMail, processedHeader: string): Stamp {
  const html = mail.html || undefined;
  // The parser ends lines with LF alone, a text body in a mailbox has CRLF.
  const text = mail.text?.trim() ? mail.text.replaceAll(/\r?\n/g, "\r\n") : undefined;
  const wanted = html === undefined ? new Set<string>() : referencedPictures({ type: "html", content: html });
  const pictures = mail.attachments
    .filter((part) => part.cid !== undefined && wanted.has(contentId(part.cid)))
    .map(picture);
  const files = mail.attachments.filter((part) => isFile(part, wanted)).map(file);
  return {
    messageId: mail.messageId,
    processed: saysProcessed(mail, processedHeader),
    kind: kindOf(mail),
    html,
    text,
    pictures,
    files,
    digest: contentDigest(html, text, pictures, files),
  };
}

/** Whether the service's header says `true`, and no second line of it says otherwise. */
export function saysProcessed(mail: ParsedMail, processedHeader: string): boolean {
  const values = headerValues(mail, processedHeader);
  return values.length > 0 && values.every((value) => value.toLowerCase() === "true");
}

/** The bodies of a stamp, made once: what is known of a body goes by the object. */
const bodies = new WeakMap<object, Partial<Record<Body["type"], Body>>>();

/** The body that a sent item of a given type gets: its own type where the stamped copy has it, else the other one. */
export function stampedBody(stamp: Pick<Stamp, "html" | "text">, type: Body["type"]): Body | undefined {
  const made = bodies.get(stamp) ?? {
    ...(stamp.html !== undefined && { html: { type: "html" as const, content: stamp.html } }),
    ...(stamp.text !== undefined && { text: { type: "text" as const, content: stamp.text } }),
  };
  bodies.set(stamp, made);
  return type === "html" ? (made.html ?? made.text) : (made.text ?? made.html);
}

/** A name, quoted or without marks that mean something, before one address; or the address alone. */
const oneAddress =
  /^(?:(?:"(?:[^"\\]|\\.)*"|[^"<>@,:;\\])*<([^\s"<>@,:;()\\]+@[^\s"<>@,:;()\\]+)>|([^\s"<>@,:;()\\]+@[^\s"<>@,:;()\\]+))$/;

function onlyAddress(mail: ParsedMail, name: string): string[] {
  const [value, ...more] = headerValues(mail, name);
  const found = more.length === 0 && oneAddress.exec(value?.replaceAll(/\r?\n/g, "") ?? "");
  const address = found ? (found[1] ?? found[2]) : undefined;
  return address === undefined ? [] : [address.toLowerCase()];
}

function kindOf(mail: ParsedMail): MessageKind {
  const type = (headerValues(mail, "Content-Type")[0] ?? "").toLowerCase();
  const parts = mail.attachments;
  const contentClass = (headerValues(mail, "Content-Class")[0] ?? "").toLowerCase();
  const automatic = headerValues(mail, "Auto-Submitted").some((value) => !/^no\b/i.test(value));
  if (type.startsWith("multipart/report") || headerValues(mail, "Return-Path").includes("<>"))
    return "receipt";
  if (automatic || headerValues(mail, "Precedence").includes("auto_reply")) return "auto-reply";
  if (/pgp-(signature|encrypted)/.test(type)) return "pgp";
  if (/pkcs7|^multipart\/(signed|encrypted)/.test(type)) return "smime";
  if (
    contentClass.startsWith("rpmsg") ||
    parts.some((part) => part.filename === "message.rpmsg" || /rpmsg/.test(part.contentType))
  )
    return "rights-protected";
  if (
    type.startsWith("text/calendar") ||
    /calendarmessage|appointment/.test(contentClass) ||
    parts.some(invitation)
  )
    return "calendar";
  if (
    parts.some((part) => /ms-tnef/.test(part.contentType) || part.filename?.toLowerCase() === "winmail.dat")
  )
    return "tnef";
  if (parts.some((part) => /pkcs7-(mime|signature)/.test(part.contentType))) return "smime";
  if (/^-----BEGIN PGP (SIGNED )?MESSAGE-----/m.test(mail.text ?? "")) return "pgp";
  return !mail.html && !mail.text?.trim() ? "no-body" : "mail";
}

/** An invitation is a body of its own; an ordinary .ics file is sent as an attachment. */
function invitation(part: Attachment): boolean {
  return part.contentType === "text/calendar" && part.contentDisposition !== "attachment";
}

function picture(part: Attachment): InlinePicture {
  return {
    contentId: bareContentId(part.cid) ?? "",
    name: part.filename ?? part.cid ?? "picture",
    contentType: part.contentType,
    content: part.content,
  };
}

/** Not a part of the body, neither one that it shows nor one that it does not. */
function isFile({ cid, contentType, contentDisposition, related }: Attachment, shown: Set<string>): boolean {
  if (contentType === "message/rfc822") return false;
  return cid === undefined || !(related || contentDisposition === "inline" || shown.has(contentId(cid)));
}

function file({ filename = "", contentType, content }: Attachment): StampedFile {
  return { name: filename, contentType, content, digest: digestOf(content) };
}

function contentDigest(
  html: string | undefined,
  text: string | undefined,
  pictures: InlinePicture[],
  files: StampedFile[],
): string {
  const shown = pictures.map((one) => `${contentId(one.contentId)} ${digestOf(one.content)}`).toSorted();
  const attached = files.map(({ name, digest }) => [digest, name]).toSorted();
  return digestOf(JSON.stringify([html ?? null, text ?? null, shown, attached]));
}

/** SHA-256, hex. */
export function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
