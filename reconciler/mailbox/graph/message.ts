import { markProperty } from "../mark-property.ts";
import { wasReceived } from "../place.ts";
import { bareContentId } from "../../content-id.ts";
import { Fault } from "../../fault.ts";
import type { ItemRef, Recipients, SentAttachment, SentItem, SentSummary } from "../port.ts";

/** Somebody as Graph names him. */
export interface Recipient {
  emailAddress?: { name?: string | null; address?: string | null };
}

/** Whom a message names, as Graph has it. */
export type RecipientFields = Partial<Record<"toRecipients" | "ccRecipients" | "bccRecipients", Recipient[]>>;

/** A message as Graph answers it, as far as it is asked for. */
export interface Message extends RecipientFields {
  id: string;
  "@odata.etag"?: string;
  internetMessageId?: string | null;
  isDraft?: boolean;
  parentFolderId?: string;
  createdDateTime?: string;
  subject?: string | null;
  body?: { contentType: "html" | "text"; content: string };
  singleValueExtendedProperties?: { id: string; value: string }[];
  attachments?: Attachment[];
}

/** A list's page. */
export interface Page<T> {
  value: T[];
  "@odata.nextLink"?: string;
}

/** An attachment, as far as it is asked for. */
export interface Attachment {
  "@odata.type": string;
  id: string;
  name: string | null;
  contentType: string | null;
  contentId?: string | null;
  isInline: boolean;
  size: number;
}

/** The product's mark, as Graph names a property. */
export const markId = `String {${markProperty.setId}} Name ${markProperty.name}`;
/** PidTagMessageClass. */
const classId = "String 0x001A";

/** Every id stays the same when its item moves to another folder: https://learn.microsoft.com/graph/outlook-immutable-id */
export const prefer = { prefer: 'IdType="ImmutableId", outlook.allow-unsafe-html' };

/** The path of something in a mailbox. */
export function within(mailbox: string, ...names: string[]): string {
  return ["/users", mailbox, ...names]
    .map((name, index) => (index === 0 ? name : encodeURIComponent(name)))
    .join("/");
}

/** A query: values are encoded, their names are not. */
export function query(options: Record<string, string>): string {
  return `?${Object.entries(options)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&")}`;
}

/** A text within a filter. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** PidTagTransportMessageHeaders. */
const transportHeaderId = "String 0x007D";

function properties(...ids: string[]): string {
  return `singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${id}'`).join(" or ")})`;
}

/** What `summaryOf` reads. */
export const summaryQuery = {
  $select: "id,internetMessageId,isDraft,createdDateTime",
  $expand: properties(markId, classId),
};

/** What `summaryOf` and `isReceived` read, and where the message lies. */
export const searchQuery = {
  $select: `${summaryQuery.$select},parentFolderId`,
  $expand: properties(markId, classId, transportHeaderId),
};

/** What is read of an attachment: never its content. */
export const attachmentFields = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId";

/** What `itemOf` reads. */
export const itemQuery = {
  $select: `${summaryQuery.$select},subject,body,toRecipients,ccRecipients,bccRecipients`,
  $expand: `${summaryQuery.$expand},attachments($select=${attachmentFields})`,
};

/** Id and version. @throws Fault UNEXPECTED when one is missing */
export function refOf(message: Message | undefined, about: string): ItemRef {
  const { id, "@odata.etag": version } = message ?? {};
  if (id !== undefined && version !== undefined) return { id, version };
  throw new Fault("UNEXPECTED", `${about}: Graph answered a message without id or ETag.`);
}

function valueOf(message: Message, wanted: string): string | undefined {
  return message.singleValueExtendedProperties?.find(({ id }) => sameId(id, wanted))?.value;
}

/** Whether a message, listed with `searchQuery`, came in through transport. */
export function isReceived(message: Message): boolean {
  return wasReceived(valueOf(message, transportHeaderId));
}

/** What a listing tells. */
export function summaryOf(message: Message, about: string): SentSummary {
  const mark = valueOf(message, markId);
  return {
    ...refOf(message, about),
    messageId: message.internetMessageId?.trim() ?? "",
    itemClass: valueOf(message, classId) ?? "IPM.Note",
    isDraft: message.isDraft === true,
    created: Date.parse(message.createdDateTime ?? ""),
    ...(mark === undefined ? {} : { mark }),
  };
}

/** A whole message. */
export function itemOf(message: Message, about: string): SentItem {
  return {
    ...summaryOf(message, about),
    subject: message.subject ?? "",
    body: {
      type: message.body?.contentType === "text" ? "text" : "html",
      content: message.body?.content ?? "",
    },
    recipients: {
      to: people(message.toRecipients),
      cc: people(message.ccRecipients),
      bcc: people(message.bccRecipients),
    },
    attachments: (message.attachments ?? []).map(attachmentOf),
  };
}

function people(recipients: Recipient[] = []): Recipients["to"] {
  return recipients.map(({ emailAddress: { name, address } = {} }) => ({
    name: name ?? "",
    address: address ?? "",
  }));
}

/** Whom a message is to name, as Graph takes it. */
export function recipientFields({ to, cc, bcc }: Recipients): RecipientFields {
  const fields = (some: Recipients["to"]): Recipient[] => some.map((emailAddress) => ({ emailAddress }));
  return { toRecipients: fields(to), ccRecipients: fields(cc), bccRecipients: fields(bcc) };
}

function attachmentOf(attachment: Attachment): SentAttachment {
  const contentId = bareContentId(attachment.contentId);
  return {
    id: attachment.id,
    name: attachment.name ?? "",
    contentType: attachment.contentType ?? "",
    ...(contentId === undefined ? {} : { contentId }),
    isInline: attachment.isInline,
    size: attachment.size,
    isItem: !attachment["@odata.type"].endsWith(".fileAttachment"),
    ...(attachment["@odata.type"].endsWith(".referenceAttachment") ? { isLink: true } : {}),
  };
}

/** Graph answers ids in a spelling of its own: braces and letter case vary, tags lose their zeros. */
export function sameId(one: string, other: string): boolean {
  const plain = (id: string): string => id.toLowerCase().replaceAll(/[{}]/g, "").replace(/0x0+/, "0x");
  return plain(one) === plain(other);
}
