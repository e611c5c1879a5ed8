import { gunzipSync, gzipSync } from "node:zlib";
import { bufferOf } from "../item/bytes.ts";
import { Ajv } from "ajv";
import { newItem } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import type { Attachment, Item } from "../store.ts";
import { EwsError } from "./error.ts";
import { pathElement, readPath } from "./extended/path.ts";

/**
 * What ExportItems answers and UploadItems takes: an item with all that a mailbox knows of it, opaque to clients. Exchange has MAPI's
 * fast transfer stream here; this one is compressed JSON, the message itself as MIME.
 */
const kept = [
  "itemClass",
  "internetMessageId",
  "isRead",
  "isDraft",
  "categories",
  "importance",
  "sensitivity",
  "flag",
  "conversationId",
  "created",
  "sent",
  "received",
  "lastModified",
  "extended",
] as const;
/** What an item may lack. */
const optional = [
  "receipt",
  "isResponseRequested",
  "isModified",
  "reminder",
  "hashtags",
  "mentions",
  "socialTags",
] as const;
type Exported = Pick<Item, (typeof kept | typeof optional)[number]> & {
  mime: string;
  /** Attachments that MIME does not have: what is only referred to. */
  references?: Omit<Attachment, "id" | "content">[];
};

/** Bytes; a stream made to swell beyond is refused. */
const largest = 150_000_000;
const text = { type: "string" };
const truth = { type: "boolean" };
const time = { type: "integer", minimum: 0, maximum: Date.UTC(9999, 0) };
const strings = { type: "array", items: text };
/** An object without further properties; all are required unless told. */
function object(properties: Record<string, object>, required = Object.keys(properties)): object {
  return { type: "object", additionalProperties: false, required, properties };
}
const isExported = new Ajv().compile<Exported>(
  object(
    {
      mime: text,
      itemClass: text,
      internetMessageId: text,
      isRead: truth,
      isDraft: truth,
      categories: strings,
      importance: { enum: ["Low", "Normal", "High"] },
      sensitivity: { enum: ["Normal", "Personal", "Private", "Confidential"] },
      flag: object(
        {
          status: { enum: ["NotFlagged", "Flagged", "Complete"] },
          dueDate: time,
          startDate: time,
          completeDate: time,
        },
        ["status"],
      ),
      conversationId: { type: "string", pattern: "^[0-9a-f]*$" },
      created: time,
      sent: time,
      received: time,
      lastModified: time,
      extended: {
        type: "array",
        items: object(
          {
            tag: text,
            setId: text,
            distinguishedSetId: text,
            name: text,
            propertyId: { type: "integer" },
            type: text,
            value: { anyOf: [text, strings] },
          },
          ["type", "value"],
        ),
      },
      receipt: { const: "done" },
      isResponseRequested: truth,
      isModified: { const: true },
      hashtags: strings,
      mentions: { type: "array", items: object({ name: text, address: text }) },
      socialTags: strings,
      reminder: object({ isSet: truth, due: time, minutesBefore: { type: "integer", minimum: 0 } }, [
        "isSet",
        "minutesBefore",
      ]),
      references: {
        type: "array",
        items: object(
          {
            name: text,
            contentType: text,
            contentId: text,
            contentLocation: text,
            isInline: truth,
            isItem: { const: false },
            lastModified: time,
            reference: { type: "object", additionalProperties: text },
          },
          ["name", "contentType", "isInline", "isItem", "lastModified", "reference"],
        ),
      },
    },
    ["mime", ...kept],
  ),
);

/** An item as a stream of bytes. */
export function exportItem(item: Item): Buffer {
  const properties = Object.fromEntries([...kept, ...optional].map((name) => [name, item[name]]));
  const mime = bufferOf(item.mime).toString("base64");
  const references = item.attachments
    .filter(({ reference }) => reference)
    .map(({ id: _id, content: _content, ...rest }) => rest);
  return gzipSync(JSON.stringify({ ...properties, mime, references }));
}

/** The inverse of exportItem: the item as a new one of a folder, not yet in any mailbox. @throws EwsError ErrorCorruptData */
export async function importItem(
  organization: Organization,
  folderId: string,
  stream: Uint8Array,
): Promise<Item> {
  const { mime, references = [], ...properties } = read(stream);
  const bytes = new Uint8Array(Buffer.from(mime, "base64"));
  const item = await newItem(organization, folderId, bytes, { at: properties.created });
  const referred = references.map((each): Attachment => ({
    ...each,
    id: String(organization.nextId()),
    content: new Uint8Array(),
  }));
  return { ...item, ...properties, attachments: [...item.attachments, ...referred] };
}

function read(stream: Uint8Array): Exported {
  try {
    const exported: unknown = JSON.parse(gunzipSync(stream, { maxOutputLength: largest }).toString("utf8"));
    if (isExported(exported)) {
      for (const property of exported.extended) readPath(pathElement(property));
      return exported;
    }
  } catch (cause) {
    throw Object.assign(new EwsError("ErrorCorruptData"), { cause });
  }
  throw new EwsError("ErrorCorruptData");
}
