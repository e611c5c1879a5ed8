import { pixel, type Operator, type Stored } from "./ews-operator.ts";
import type { Call } from "../../reconciler/mailbox/graph/client.ts";

/** Message flags (read, not a draft), last verb (reply to all), sensitivity (private), In-Reply-To: [MS-OXPROPS]. */
const properties = [
  { id: "Integer 0x0E07", value: "1" },
  { id: "Integer 0x1081", value: "103" },
  { id: "Integer 0x0036", value: "2" },
  { id: "String 0x1042", value: "<before@example.net>" },
];
const expand = `singleValueExtendedProperties($filter=${properties.map(({ id }) => `id eq '${id}'`).join(" or ")})`;

/** What a change of the body changes too, and what is the body. */
const beside = new Set([
  "@odata.context",
  "@odata.etag",
  "changeKey",
  "body",
  "uniqueBody",
  "bodyPreview",
  "lastModifiedDateTime",
  "hasAttachments",
]);

/** Operates a mailbox over Graph. */
export function graphOperator(call: Call, mailbox: string): Operator {
  const base = `/users/${mailbox}`;
  return {
    store: async (...messages) => {
      for (const message of messages) {
        const path = `${base}/mailFolders/sentitems/messages`;
        await call({ method: "POST", path, body: messageOf(message, mailbox) }, "store");
      }
    },
    edit: async (id, html) => {
      const body = { body: { contentType: "html", content: html } };
      await call({ method: "PATCH", path: `${base}/messages/${encodeURIComponent(id)}`, body }, "edit");
    },
    remove: async (id) => {
      const path = `${base}/messages/${encodeURIComponent(id)}/permanentDelete`;
      await call({ method: "POST", path }, "remove");
    },
    preserved: [
      "sentDateTime",
      "receivedDateTime",
      "isRead",
      "categories",
      "importance",
      "flag",
      "conversationId",
      "singleValueExtendedProperties",
    ],
    facts: async (id) => {
      const path = `${base}/messages/${encodeURIComponent(id)}?$expand=${encodeURIComponent(expand)}`;
      const message = await call<Record<string, unknown>>({ method: "GET", path }, "facts");
      return Object.fromEntries(Object.entries(message).filter(([name]) => !beside.has(name)));
    },
  };
}

function messageOf({ messageId, html, text, pictures = [], files = [] }: Stored, from: string): object {
  const recipient = (address: string): object => ({ emailAddress: { address } });
  return {
    internetMessageId: messageId,
    subject: "Größe & <Gewicht>",
    body:
      html === undefined ? { contentType: "text", content: text } : { contentType: "html", content: html },
    from: recipient(from),
    toRecipients: [recipient("somebody@example.net")],
    importance: "high",
    categories: ["Contract", "Ü & <ö>"],
    flag: { flagStatus: "flagged" },
    singleValueExtendedProperties: properties,
    attachments: [
      ...pictures.map((contentId) => ({
        name: `${contentId.split("@")[0]}.png`,
        contentType: "image/png",
        contentId,
        isInline: true,
        contentBytes: pixel.toString("base64"),
      })),
      ...files.map((name) => ({
        name,
        contentType: "application/octet-stream",
        isInline: false,
        contentBytes: Buffer.from(`content of ${name}`).toString("base64"),
      })),
    ].map((file) => ({ "@odata.type": "#microsoft.graph.fileAttachment", ...file })),
  };
}
