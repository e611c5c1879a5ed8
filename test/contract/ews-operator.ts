import { randomUUID } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import { at, element } from "../../reconciler/mailbox/ews/xml.ts";
import { getAttachment } from "../../reconciler/mailbox/ews/get-attachment.ts";
import { field, itemId, refOf } from "../../reconciler/mailbox/ews/item.ts";
import { onlyResponse, responsesOf, succeeded } from "../../reconciler/mailbox/ews/soap.ts";
import { usual, watched, type Details, type Property } from "./details.ts";
import type { Call, Operation } from "../../reconciler/mailbox/ews/operation.ts";
import type { Element, Xml } from "../../reconciler/mailbox/ews/xml.ts";

/** A message to be put into Sent Items as Outlook would have stored it. */
export interface Stored {
  messageId: string;
  html?: string;
  text?: string;
  /** Inline pictures by Content-ID. */
  pictures?: string[];
  /** Names of ordinary attachments. */
  files?: string[];
  /** Subjects of attached messages. */
  messages?: string[];
  details?: Details;
}

/** What the contract's tests do to a mailbox besides calling the port: what Outlook and its user would do. */
export interface Operator {
  /** Stores messages in Sent Items, in order. */
  store: (...messages: Stored[]) => Promise<void>;
  /** The user writes another body into an item. */
  edit: (id: string, html: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  /** The MIME of an attached message. */
  attached: (id: string, attachment: string) => Promise<string>;
  /** Everything the server tells about an item but its body, attachments and version. */
  facts: (id: string) => Promise<Record<string, unknown>>;
  /** The names of facts that an update of the product must not lose. */
  preserved: string[];
}

const extended = (PropertyTag: string, PropertyType: string): Xml =>
  element("t:ExtendedFieldURI", { PropertyTag, PropertyType });
const pathOf = ({ type, tag, setId, number }: Property): Xml =>
  tag === undefined
    ? element("t:ExtendedFieldURI", { PropertySetId: setId, PropertyId: number, PropertyType: type })
    : extended(tag, type);

const createItems: Operation<{ mime: Buffer; details: Details }[], void> = {
  name: "CreateItem",
  repeatable: false,
  request: (messages) =>
    element(
      "m:CreateItem",
      { MessageDisposition: "SaveOnly" },
      element("m:SavedItemFolderId", {}, element("t:DistinguishedFolderId", { Id: "sentitems" })),
      element(
        "m:Items",
        {},
        ...messages.map(({ mime, details: { properties, categories, importance, isRead } }) =>
          element(
            "t:Message",
            {},
            element("t:MimeContent", { CharacterSet: "UTF-8" }, mime.toString("base64")),
            sensitivity(properties),
            element("t:Categories", {}, ...categories.map((name) => element("t:String", {}, name))),
            element("t:Importance", {}, importance),
            ...[...properties, { tag: "0x0E07", type: "Integer", value: isRead ? "1" : "0" }].map((one) =>
              element("t:ExtendedProperty", {}, pathOf(one), element("t:Value", {}, one.value)),
            ),
            element("t:IsRead", {}, String(isRead)),
          ),
        ),
      ),
    ),
  parse: (answer, about) => {
    for (const response of responsesOf(answer, about))
      refOf(at(succeeded(response, about), "Items")?.children[0], about);
  },
};

/** The server computes the MAPI property from it. */
function sensitivity(properties: Details["properties"]): Xml | undefined {
  const found = properties.find(({ tag }) => tag === "0x0036")?.value;
  const name = ["Normal", "Personal", "Private", "Confidential"][Number(found)];
  return name === undefined ? undefined : element("t:Sensitivity", {}, name);
}

const editItem: Operation<{ id: string; html: string }, void> = {
  name: "UpdateItem",
  repeatable: false,
  request: ({ id, html }) =>
    element(
      "m:UpdateItem",
      { MessageDisposition: "SaveOnly", ConflictResolution: "AlwaysOverwrite" },
      element(
        "m:ItemChanges",
        {},
        element(
          "t:ItemChange",
          {},
          itemId("t:ItemId", { id }),
          element(
            "t:Updates",
            {},
            element(
              "t:SetItemField",
              {},
              field("item:Body"),
              element("t:Message", {}, element("t:Body", { BodyType: "HTML" }, html)),
            ),
          ),
        ),
      ),
    ),
  parse: (answer, about) => void onlyResponse(answer, about),
};

const deleteItem: Operation<string, void> = {
  name: "DeleteItem",
  repeatable: true,
  request: (id) =>
    element(
      "m:DeleteItem",
      { DeleteType: "HardDelete" },
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) => void onlyResponse(answer, about),
};

const wholeItem: Operation<string, Element> = {
  name: "GetItem",
  repeatable: true,
  request: (id) =>
    element(
      "m:GetItem",
      {},
      element(
        "m:ItemShape",
        {},
        element("t:BaseShape", {}, "AllProperties"),
        element("t:AdditionalProperties", {}, ...watched.map(pathOf)),
      ),
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) =>
    at(onlyResponse(answer, about), "Items")?.children[0] ?? {
      name: "",
      attributes: {},
      children: [],
      text: "",
    },
};

/** What a change of the body changes too. */
const beside = new Set([
  "ItemId",
  "Body",
  "Attachments",
  "HasAttachments",
  "Size",
  "LastModifiedTime",
  "LastModifiedName",
  "IsUnmodified",
  // They name the item with its version.
  "ResponseObjects",
]);

/** Header fields, whatever their order, without those that describe the body. */
function headers({ children }: Element): string[] {
  return children
    .map(({ attributes, text }) => `${attributes["HeaderName"]}: ${text}`)
    .filter((line) => !line.startsWith("Content-Type:"))
    .toSorted();
}

/** Operates a mailbox over EWS, by impersonation. */
export function createOperator(call: Call, mailbox: string): Operator {
  return {
    store: async (...messages) =>
      call(
        createItems,
        await Promise.all(
          messages.map(async ({ details = usual, ...message }) => ({
            mime: await mimeOf({ ...message, details }, mailbox),
            details,
          })),
        ),
        mailbox,
      ),
    edit: (id, html) => call(editItem, { id, html }, mailbox),
    remove: (id) => call(deleteItem, id, mailbox),
    attached: async (_id, attachment) => {
      const [found] = await call(getAttachment, [attachment], mailbox);
      return Buffer.from(found?.content ?? []).toString();
    },
    preserved: [
      "DateTimeSent",
      "DateTimeReceived",
      "IsRead",
      "Categories",
      "Importance",
      "Sensitivity",
      "ConversationId",
    ],
    facts: async (id) => {
      const { children } = await call(wholeItem, id, mailbox);
      const facts = children.filter(({ name }) => !beside.has(name));
      return Object.fromEntries(
        facts.map((fact) => {
          if (fact.name === "InternetMessageHeaders") return [fact.name, headers(fact)];
          return [
            fact.name === "ExtendedProperty" ? JSON.stringify(at(fact, "ExtendedFieldURI")) : fact.name,
            fact,
          ];
        }),
      );
    },
  };
}

/** A 1 x 1 pixel picture. */
export const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function mimeOf(
  { messageId, html, text, pictures = [], files = [], messages = [], details: { cc, bcc } = usual }: Stored,
  from: string,
): Promise<Buffer> {
  const composer = new MailComposer({
    messageId,
    // As the directory has it: Exchange writes it so into every message that it makes of properties.
    from: { name: "Anna Weber", address: from },
    to: "somebody@example.net",
    cc,
    bcc,
    subject: "Größe & <Gewicht>",
    inReplyTo: `<${randomUUID()}@example.net>`,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    attachments: [
      ...pictures.map((cid) => ({
        cid,
        filename: `${cid.split("@")[0]}.png`,
        contentType: "image/png",
        content: pixel,
        contentDisposition: "inline" as const,
      })),
      ...files.map((filename) => ({ filename, content: `content of ${filename}` })),
      ...messages.map((subject) => ({
        contentType: "message/rfc822",
        content: `Subject: ${subject}\r\nFrom: carl@fabrikam.example\r\nContent-Type: text/html\r\n\r\n<p>Within ${subject}</p>`,
      })),
    ],
  });
  const compiled = composer.compile();
  Object.assign(compiled, { keepBcc: true });
  return compiled.build();
}
