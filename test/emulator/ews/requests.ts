import { all, codes, type Answered, type EwsTest } from "./client.ts";
import type { Element } from "./xml.ts";

/** An item on the wire. */
export interface ItemKey {
  id: string;
  changeKey: string;
}

/** `t:FieldURI` elements. */
export function uris(...names: string[]): string {
  return names.map((name) => `<t:FieldURI FieldURI="${name}"/>`).join("");
}

export function idXml({ id, changeKey }: Partial<ItemKey> & { id: string }, name = "t:ItemId"): string {
  return `<${name} Id="${id}"${changeKey === undefined ? "" : ` ChangeKey="${changeKey}"`}/>`;
}

export function folderXml(name = "sentitems"): string {
  return `<t:DistinguishedFolderId Id="${name}"/>`;
}

export function tagXml(tag: string, type: string): string {
  return `<t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="${type}"/>`;
}

/** The first item id in an answer. */
export function keyIn(answered: Answered): ItemKey {
  const [found] = all(answered.body, "t:ItemId");
  if (!found) throw new Error(`No item id in ${codes(answered).join(", ")}: ${answered.text}`);
  return { id: found.attributes["Id"] ?? "", changeKey: found.attributes["ChangeKey"] ?? "" };
}

/**
 * CreateItem of one message in a folder, by its name or as XML. `before` and `after` are its properties before and after the extended ones, in the schema's order;
 * with `flags` (PR_MESSAGE_FLAGS) "1" the item counts as sent and read, without it is a draft.
 */
export function createXml({ before = "", after = "", folder = "sentitems", flags = "1" } = {}): string {
  const sent = `<t:ExtendedProperty>${tagXml("0x0E07", "Integer")}<t:Value>${flags}</t:Value></t:ExtendedProperty>`;
  const place = folder.startsWith("<") ? folder : folderXml(folder);
  return `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${place}</m:SavedItemFolderId><m:Items><t:Message>${before}${flags === "" ? "" : sent}${after}</t:Message></m:Items></m:CreateItem>`;
}

export function mimeXml(mime: string): string {
  const bytes = Buffer.from(mime.replace(/\r?\n/g, "\r\n"));
  return `<t:MimeContent CharacterSet="UTF-8">${bytes.toString("base64")}</t:MimeContent>`;
}

/** A message with an HTML body and an attachment, `a.pdf` of three bytes; `head` are its other header lines. */
export function mixedMime(head: string, html: string): string {
  return `${head}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

${html}
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=a.pdf
Content-Transfer-Encoding: base64

AQID
--b--
`;
}

/** Creates one message and answers its id. */
export async function create(ews: EwsTest, message: Parameters<typeof createXml>[0]): Promise<ItemKey> {
  return keyIn(await ews.ask(createXml(message)));
}

/** DeleteItem; `ids` are item ids as XML. */
export function deleteXml(ids: string, type = "HardDelete"): string {
  return `<m:DeleteItem DeleteType="${type}"><m:ItemIds>${ids}</m:ItemIds></m:DeleteItem>`;
}

/** MoveItem or CopyItem; `ids` are item ids as XML, `to` a folder id, `more` what follows them. */
export function transferXml(operation: string, ids: string, to: string, more = ""): string {
  return `<m:${operation}><m:ToFolderId>${to}</m:ToFolderId><m:ItemIds>${ids}</m:ItemIds>${more}</m:${operation}>`;
}

/** CreateAttachment; `attachments` as XML. */
export function attachXml(parent: Partial<ItemKey> & { id: string }, attachments: string): string {
  return `<m:CreateAttachment>${idXml(parent, "m:ParentItemId")}<m:Attachments>${attachments}</m:Attachments></m:CreateAttachment>`;
}

/** `t:ToRecipients` or another list of addresses. */
export function recipientsXml(name: string, ...addresses: string[]): string {
  const mailboxes = addresses.map(
    (address) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`,
  );
  return `<t:${name}>${mailboxes.join("")}</t:${name}>`;
}

/** GetItem of one item with a base shape and more properties; the item's element. */
export async function get(
  ews: EwsTest,
  item: { id: string },
  more = "",
  { base = "IdOnly", mime = false, bodyType = "" } = {},
): Promise<Element> {
  const answered = await ews.ask(getXml([item], more, { base, mime, bodyType }));
  const [found] = all(answered.body, "m:Items")[0]?.children ?? [];
  if (!found) throw new Error(`${codes(answered).join(", ")}: ${answered.text}`);
  return found;
}

export function getXml(
  items: { id: string }[],
  more = "",
  { base = "IdOnly", mime = false, bodyType = "" } = {},
): string {
  const shape = [
    `<t:BaseShape>${base}</t:BaseShape>`,
    mime ? "<t:IncludeMimeContent>true</t:IncludeMimeContent>" : "",
    bodyType && `<t:BodyType>${bodyType}</t:BodyType>`,
    more && `<t:AdditionalProperties>${more}</t:AdditionalProperties>`,
  ].join("");
  return `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${items.map((item) => idXml({ id: item.id })).join("")}</m:ItemIds></m:GetItem>`;
}

/** UpdateItem of one item. */
export function updateXml(
  item: Partial<ItemKey> & { id: string },
  updates: string,
  resolution = "AlwaysOverwrite",
): string {
  return `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="${resolution}"><m:ItemChanges><t:ItemChange>${idXml(item)}<t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
}

/** One `t:SetItemField`. */
export function setXml(uri: string, value: string): string {
  const path = uri.startsWith("<") ? uri : uris(uri);
  return `<t:SetItemField>${path}<t:Message>${value}</t:Message></t:SetItemField>`;
}
