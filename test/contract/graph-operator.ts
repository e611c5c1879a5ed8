import { pixel, type Operator, type Stored } from "./ews-operator.ts";
import { graphId, usual, watched, type Details } from "./details.ts";
import type { Call } from "../../reconciler/mailbox/graph/client.ts";

/** In-Reply-To, which Graph does not take as a header. */
const answered: Details = {
  ...usual,
  properties: [...usual.properties, { type: "String", tag: "0x1042", value: "<before@example.net>" }],
};
const expands = [watched.slice(0, 20), watched.slice(20)].map(
  (some) =>
    `singleValueExtendedProperties($filter=${some.map((one) => `id eq '${graphId(one)}'`).join(" or ")})`,
);

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
    attached: async (id, attachment) => {
      const path = `${base}/messages/${encodeURIComponent(id)}/attachments/${encodeURIComponent(attachment)}/$value`;
      return Buffer.from(await call<ArrayBuffer>({ method: "GET", path, raw: true }, "attached")).toString();
    },
    preserved: [
      "sentDateTime",
      "receivedDateTime",
      "isRead",
      "categories",
      "importance",
      "flag",
      "conversationId",
      "Integer 0x1081",
    ],
    facts: async (id) => {
      const facts: Record<string, unknown> = {};
      for (const expand of expands) {
        const path = `${base}/messages/${encodeURIComponent(id)}?$expand=${encodeURIComponent(expand)}`;
        const { singleValueExtendedProperties: properties = [], ...message } = await call<Answer>(
          { method: "GET", path },
          "facts",
        );
        for (const [name, value] of Object.entries(message)) if (!beside.has(name)) facts[name] = value;
        for (const property of properties) facts[property.id] = property.value;
      }
      return facts;
    },
  };
}

type Answer = Record<string, unknown> & { singleValueExtendedProperties?: { id: string; value: string }[] };

function messageOf(
  { messageId, html, text, pictures = [], files = [], messages = [], details = answered }: Stored,
  from: string,
): object {
  const recipient = (address: string): object => ({ emailAddress: { address } });
  return {
    internetMessageId: messageId,
    subject: "Größe & <Gewicht>",
    body:
      html === undefined ? { contentType: "text", content: text } : { contentType: "html", content: html },
    from: { emailAddress: { name: "S. Ender", address: from } },
    toRecipients: [recipient("somebody@example.net")],
    ccRecipients: details.cc.map(recipient),
    bccRecipients: details.bcc.map(recipient),
    importance: details.importance.toLowerCase(),
    isRead: details.isRead,
    categories: details.categories,
    singleValueExtendedProperties: [
      { id: "Integer 0x0E07", value: details.isRead ? "1" : "0" },
      ...details.properties.map(({ value, ...property }) => ({ id: graphId(property), value })),
    ],
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
    ]
      .map((file): object => ({ "@odata.type": "#microsoft.graph.fileAttachment", ...file }))
      .concat(
        messages.map((subject) => ({
          "@odata.type": "#microsoft.graph.itemAttachment",
          name: subject,
          item: {
            "@odata.type": "#microsoft.graph.message",
            subject,
            from: recipient("carl@fabrikam.example"),
            body: { contentType: "html", content: `<p>Within ${subject}</p>` },
          },
        })),
      ),
  };
}
