import { createHash } from "node:crypto";
import { bufferOf } from "./item/bytes.ts";
import { simpleParser, type ParsedMail } from "mailparser";
import { headersOf, type MessageHeaders, headerValue } from "./item/headers.ts";
import { normalHtml } from "./item/html.ts";
import { itemClassOf } from "./item/item-class.ts";
import type { Attachment, Item } from "./store.ts";

export type AttachmentContent = Omit<Attachment, "id" | "lastModified">;

/** What a message's MIME says about itself. */
export interface MessageContent extends Pick<
  Item,
  "itemClass" | "subject" | "importance" | "sensitivity" | "conversationId"
> {
  internetMessageId?: string;
  html?: string;
  text?: string;
  attachments: AttachmentContent[];
  /** Milliseconds; from the Date header. */
  sent?: number;
}

const sensitivities: Record<string, Item["sensitivity"]> = {
  personal: "Personal",
  private: "Private",
  "company-confidential": "Confidential",
};

/** Parses a message as Exchange does on delivery; whatever the bytes are, something comes out. */
export async function readMime(mime: Uint8Array): Promise<MessageContent> {
  const mail = await simpleParser(bufferOf(mime), {
    // An attached message is one however it is to be shown.
    ignoreEmbedded: true,
    keepCidLinks: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
  });
  const headers = headersOf(mime);
  const itemClass = itemClassOf(mail);
  const date = headerValue(headers, "Date");
  const messageId = headerValue(headers, "Message-ID");
  const sent = date === undefined ? Number.NaN : Date.parse(date);
  return {
    itemClass,
    subject: headers.subject,
    importance: importanceOf(headers),
    sensitivity: sensitivities[headerValue(headers, "Sensitivity")?.toLowerCase() ?? ""] ?? "Normal",
    conversationId: conversationOf(headers),
    ...(messageId === undefined ? {} : { internetMessageId: messageId }),
    ...(mail.html ? { html: normalHtml(mail.html) } : {}),
    ...(mail.text ? { text: mail.text.replace(/\r?\n/g, "\r\n") } : {}),
    attachments: itemClass === "IPM.Note.SMIME.MultipartSigned" ? [wholeSigned(mime)] : attachmentsOf(mail),
    ...(Number.isNaN(sent) ? {} : { sent }),
  };
}

/** By Importance, or by X-Priority, whose 1 and 2 are high, 4 and 5 low. */
export function importanceOf(headers: MessageHeaders): Item["importance"] {
  const said = headerValue(headers, "Importance") ?? headerValue(headers, "X-Priority") ?? "";
  if (/^(high|[12])\b/i.test(said)) return "High";
  return /^(low|[45])\b/i.test(said) ? "Low" : "Normal";
}

/** Exchange keeps a clear-signed message whole, as its only attachment. */
function wholeSigned(mime: Uint8Array): AttachmentContent {
  return {
    name: "smime.p7m",
    contentType: "multipart/signed",
    isInline: false,
    content: mime,
    isItem: false,
  };
}

function attachmentsOf(mail: ParsedMail): AttachmentContent[] {
  // A calendar part is the meeting itself, not something attached to it.
  const parts = mail.attachments.filter(
    ({ contentType, filename }) => contentType !== "text/calendar" || filename,
  );
  return parts.map((part, index): AttachmentContent => {
    const isItem = part.contentType === "message/rfc822";
    const content = new Uint8Array(part.content.buffer, part.content.byteOffset, part.content.byteLength);
    const named = part.filename ?? (isItem ? headersOf(content).subject : "");
    const location = part.headers.get("content-location");
    return {
      name: named || `ATT${String(index + 1).padStart(5, "0")}`,
      contentType: part.contentType,
      ...(part.cid === undefined ? {} : { contentId: part.cid }),
      ...(typeof location === "string" ? { contentLocation: location } : {}),
      isInline: part.cid !== undefined && (part.related === true || part.contentDisposition === "inline"),
      content,
      isItem,
    };
  });
}

/** Replies share the conversation of what they answer: the guid in Thread-Index ([MS-OXOMSG] 2.2.1.2), else by the oldest Message-ID. */
function conversationOf(headers: MessageHeaders): string {
  const index = Buffer.from(headerValue(headers, "Thread-Index") ?? "", "base64");
  if (index[0] === 1 && index.length >= 22) return index.toString("hex", 6, 22);
  const oldest =
    headerValue(headers, "References")?.split(/\s+/)[0] ??
    headerValue(headers, "In-Reply-To") ??
    headerValue(headers, "Message-ID") ??
    headers.subject;
  return createHash("sha256").update(oldest).digest("hex").slice(0, 32);
}
