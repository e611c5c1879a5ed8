import { randomUUID } from "node:crypto";
import { findFolder, newItem } from "../../mailbox.ts";
import { headersOf } from "../../item/headers.ts";
import { rewriteMime } from "../../item/rewrite.ts";
import { recipientByAddress, type Folder, type Item, type Mailbox } from "../../store.ts";
import { choice, folderOf, ownMailbox, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { pathOf, setExtended } from "../extended/property.ts";
import { finishChange, startChange, type Change } from "../fields/field.ts";
import { itemIdElement } from "../ids.ts";
import { mimeBytes } from "../mime-content.ts";
import { fields } from "../path.ts";
import { elementName } from "../shape.ts";
import { child, element, type Element } from "../xml.ts";

const byName = new Map(fields.map((field) => [field.name, field]));
const ofMessages = ["t:Message", "t:MeetingRequest", "t:MeetingResponse", "t:MeetingCancellation"];

/** CreateItem: makes messages from MIME or from properties, and saves them, sends them, or both. */
export const createItem: Operation = (call, request) => {
  const given = request.attributes["MessageDisposition"];
  const disposition =
    given === undefined
      ? undefined
      : choice(request, "MessageDisposition", ["SaveOnly", "SendOnly", "SendAndSaveCopy"]);
  const [folderId] = child(request, "m:SavedItemFolderId")?.children ?? [];
  return responses("CreateItem", requiredList(request, "m:Items"), async (message) => {
    if (!ofMessages.includes(message.name) && message.name !== "t:Item") {
      throw new EwsError(
        "ErrorInvalidOperation",
        `This server creates messages, not ${message.name.slice(2)}.`,
      );
    }
    if (ofMessages.includes(message.name) && disposition === undefined)
      throw new EwsError("ErrorMessageDispositionRequired");
    const sends = disposition === "SendOnly" || disposition === "SendAndSaveCopy";
    const { mailbox, folder } = target(call, folderId, sends ? "sentitems" : "drafts");
    const item = await make(call, folder, message, sends);
    if (sends) await send(call, item);
    if (disposition === "SendOnly") return [element("m:Items")];
    mailbox.items.set(item.id, item);
    call.organization.save();
    // The copy of a sent message is stored by transport's own hand: its id is not told.
    if (sends) return [element("m:Items")];
    return [
      element("m:Items", {}, element(elementName(item.itemClass), {}, itemIdElement(mailbox.owner, item))),
    ];
  });
};

function target(call: Call, id: Element | undefined, fallback: string): { mailbox: Mailbox; folder: Folder } {
  if (id) return folderOf(call, id);
  const mailbox = ownMailbox(call);
  const folder = findFolder(mailbox, fallback);
  if (!folder) throw new EwsError("ErrorSavedItemFolderNotFound");
  return { mailbox, folder };
}

async function make(call: Call, folder: Folder, message: Element, sends: boolean): Promise<Item> {
  const content = child(message, "t:MimeContent");
  const at = call.organization.now();
  const blank = await newItem(call.organization, folder.id, content ? mimeBytes(content) : new Uint8Array(), {
    at,
    isDraft: true,
    isRead: true,
  });
  const change = startChange(call, blank, true);
  if (!content) compose(change);
  for (const property of message.children) set(change, property);
  if (sends && !child(message, "t:From") && headersOf(blank.mime).from.length === 0) {
    change.mail.from = { name: call.acting.displayName, address: call.acting.primarySmtpAddress };
    change.headers.add("from");
  }
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
  if (property.name === "t:MimeContent") return;
  if (property.name === "t:ExtendedProperty") return setExtended(change, property, pathOf(property));
  const field = byName.get(property.name);
  if (!field) throw schemaError(`The element '${property.name}' is not expected in a message.`);
  if (!field.set) throw new EwsError("ErrorInvalidPropertySet");
  field.set(change, property);
}

/** Hands a message to transport, without its Bcc line. @throws EwsError ErrorMissingRecipients | ErrorSendAsDenied */
async function send(call: Call, item: Item): Promise<void> {
  if (!call.submit)
    throw new EwsError("ErrorInvalidOperation", "This server is not connected to a transport.");
  const { from, to, cc, bcc } = headersOf(item.mime);
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  if (recipients.length === 0) throw new EwsError("ErrorMissingRecipients");
  const address = from[0]?.address ?? call.acting.primarySmtpAddress;
  const sender = recipientByAddress(call.side, address);
  if (sender?.guid !== call.acting.guid && !sender?.sendAs?.includes(call.acting.guid))
    throw new EwsError("ErrorSendAsDenied");
  item.isDraft = false;
  const mime = await rewriteMime(item, { mail: {}, headers: new Set(["bcc"]), body: false });
  await call.submit({ from: address, to: recipients, mime });
}
