import { randomUUID } from "node:crypto";
import { addItem, newItem } from "../../mailbox.ts";
import type { Folder, Item } from "../../store.ts";
import { choice, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { pathOf, setExtended } from "../extended/property.ts";
import { finishChange, startChange, type Change } from "../fields/field.ts";
import { itemIdElement } from "../ids.ts";
import { mimeBytes } from "../mime-content.ts";
import { absentNames, fields } from "../path.ts";
import { ofResponses, replies, respond, suppressReceipt } from "../response-object.ts";
import { addSender, savedItemFolder, send } from "../sending.ts";
import { elementName } from "../shape.ts";
import { child, element, type Element } from "../xml.ts";

const byName = new Map(fields.map((field) => [field.name, field]));
const ofMessages = [
  "t:Message",
  "t:MeetingRequest",
  "t:MeetingResponse",
  "t:MeetingCancellation",
  ...replies,
];

/** CreateItem: makes messages from MIME or from properties, and saves them, sends them, or both. */
export const createItem: Operation = (call, request) => {
  const given = request.attributes["MessageDisposition"];
  const disposition =
    given === undefined
      ? undefined
      : choice(request, "MessageDisposition", ["SaveOnly", "SendOnly", "SendAndSaveCopy"]);
  return responses("CreateItem", requiredList(request, "m:Items"), async (message) => {
    if (message.name === "t:SuppressReadReceipt") {
      await suppressReceipt(call, message);
      return [element("m:Items")];
    }
    if (!ofMessages.includes(message.name) && message.name !== "t:Item") {
      throw new EwsError(
        "ErrorInvalidOperation",
        `This server creates messages, not ${message.name.slice(2)}.`,
      );
    }
    if (ofMessages.includes(message.name) && disposition === undefined)
      throw new EwsError("ErrorMessageDispositionRequired");
    const sends = disposition === "SendOnly" || disposition === "SendAndSaveCopy";
    const { call: there, mailbox, folder } = savedItemFolder(call, request, sends ? "sentitems" : "drafts");
    const item = await make(call, folder, message, sends);
    if (there.visitor) item.creator = there.visitor.guid;
    if (sends) await send(call, item);
    if (disposition === "SendOnly") return [element("m:Items")];
    addItem(call.organization, mailbox, item);
    // The copy of a sent message is stored by transport's own hand: its id is not told.
    if (sends) return [element("m:Items")];
    return [
      element("m:Items", {}, element(elementName(item.itemClass), {}, itemIdElement(mailbox.owner, item))),
    ];
  });
};

/** A message as its element describes it, not yet in any mailbox. */
export async function make(call: Call, folder: Folder, message: Element, sends: boolean): Promise<Item> {
  const content = child(message, "t:MimeContent");
  const at = call.organization.now();
  const blank = await newItem(call.organization, folder.id, content ? mimeBytes(content) : new Uint8Array(), {
    at,
    isDraft: true,
    isRead: true,
  });
  const change = startChange(call, blank, true);
  if (!content) compose(change);
  if (replies.includes(message.name)) respond(change, message);
  for (const property of message.children) set(change, property);
  if (sends) addSender(change);
  if (!content) change.mail.date = new Date(change.item.sent);
  return finishChange(change);
}

/** A message without MIME gets all of it from its properties. */
function compose(change: Change): void {
  change.body = true;
  change.item.internetMessageId = `<${randomUUID()}@${change.call.organization.store.domain}>`;
  change.mail.messageId = change.item.internetMessageId;
  change.headers.add("message-id").add("date");
}

function set(change: Change, property: Element): void {
  if (property.name === "t:MimeContent" || ofResponses.has(property.name)) return;
  if (property.name === "t:ExtendedProperty") return setExtended(change, property, pathOf(property));
  const field = byName.get(property.name);
  // In the schema, but of no message of this server: nothing that a client could set.
  if (!field && absentNames.has(property.name)) throw new EwsError("ErrorInvalidPropertySet");
  if (!field) throw schemaError(`The element '${property.name}' is not expected in a message.`);
  if (!field.set) throw new EwsError("ErrorInvalidPropertySet");
  field.set(change, property);
}
