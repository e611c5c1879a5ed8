import { markProperty } from "../mark-property.ts";
import { Fault } from "../../fault.ts";
import type { ItemRef, SentAttachment, SentItem, SentSummary } from "../port.ts";

/** A message as Graph answers it, as far as it is asked for. */
export interface Message {
  id: string;
  "@odata.etag"?: string;
  internetMessageId?: string | null;
  isDraft?: boolean;
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

const properties = `singleValueExtendedProperties($filter=id eq '${markId}' or id eq '${classId}')`;

/** What `summaryOf` reads. */
export const summaryQuery = { $select: "id,internetMessageId,isDraft,createdDateTime", $expand: properties };

/** What is read of an attachment: never its content. */
export const attachmentFields = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId";

/** What `itemOf` reads. */
export const itemQuery = {
  $select: `${summaryQuery.$select},subject,body`,
  $expand: `${properties},attachments($select=${attachmentFields})`,
};

/** Id and version. @throws Fault UNEXPECTED when one is missing */
export function refOf(message: Message | undefined, about: string): ItemRef {
  const { id, "@odata.etag": version } = message ?? {};
  if (id !== undefined && version !== undefined) return { id, version };
  throw new Fault("UNEXPECTED", `${about}: Graph answered a message without id or ETag.`);
}

/** What a listing tells. */
export function summaryOf(message: Message, about: string): SentSummary {
  const value = (wanted: string): string | undefined =>
    message.singleValueExtendedProperties?.find(({ id }) => sameId(id, wanted))?.value;
  const mark = value(markId);
  return {
    ...refOf(message, about),
    messageId: message.internetMessageId?.trim() ?? "",
    itemClass: value(classId) ?? "IPM.Note",
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
    attachments: (message.attachments ?? []).map(attachmentOf),
  };
}

function attachmentOf(attachment: Attachment): SentAttachment {
  const contentId = contentIdOf(attachment);
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

/** Without angle brackets; undefined for none. */
export function contentIdOf({ contentId }: Attachment): string | undefined {
  return contentId?.replaceAll(/^<|>$/g, "") || undefined;
}

/** Graph answers ids in a spelling of its own: braces and letter case vary, tags lose their zeros. */
export function sameId(one: string, other: string): boolean {
  const plain = (id: string): string => id.toLowerCase().replaceAll(/[{}]/g, "").replace(/0x0+/, "0x");
  return plain(one) === plain(other);
}
