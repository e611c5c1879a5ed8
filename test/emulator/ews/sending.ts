import { copyOf, headerBytes } from "../item/composed.ts";
import { headersOf } from "../item/headers.ts";
import { rewriteItem } from "../item/rewrite.ts";
import { findFolder, moveItem, removeItem } from "../mailbox.ts";
import { recipientByAddress, type Item, type Mailbox } from "../store.ts";
import { folderOr, ownMailbox, type Call } from "./call.ts";
import { markAnswered } from "./answered.ts";
import { EwsError } from "./error.ts";
import { elementName } from "./shape.ts";
import { child, type Element } from "./xml.ts";
import { finishChange, startChange, type Change } from "./fields/field.ts";

/** Where a request's `m:SavedItemFolderId` wants a copy, else a default folder. @throws EwsError ErrorSavedItemFolderNotFound */
export function savedItemFolder(
  call: Call,
  request: Element,
  fallback: "sentitems" | "drafts",
): ReturnType<typeof folderOr> {
  const [id] = child(request, "m:SavedItemFolderId")?.children ?? [];
  if (id) return folderOr("ErrorSavedItemFolderNotFound", call, id, "create");
  const mailbox = ownMailbox(call);
  const folder = findFolder(mailbox, fallback);
  if (!folder) throw new EwsError("ErrorSavedItemFolderNotFound");
  return { call, mailbox, folder };
}

/** A message that says nobody is from the account that sends it. */
export function addSender(change: Change): void {
  if (headersOf(headerBytes(change.item)).from.length > 0 || change.headers.has("from")) return;
  const { displayName: name, primarySmtpAddress: address } = change.call.acting;
  change.mail.from = { name, address };
  change.headers.add("from");
}

/** Sends a draft; it leaves its place, for the folder of sent messages or (with `copyTo` false) for good. @throws EwsError */
export async function sendDraft(
  call: Call,
  mailbox: Mailbox,
  draft: Item,
  copyTo: string | false,
): Promise<void> {
  const item = await readyToSend(call, draft);
  await send(call, item);
  if (copyTo === false) return removeItem(call.organization, mailbox, item);
  moveItem(call.organization, mailbox, item, copyTo);
}

/** A draft as it is sent: from somebody, dated now. @throws EwsError ErrorInvalidItemForOperationSendItem */
export async function readyToSend(call: Call, draft: Item): Promise<Item> {
  if (elementName(draft.itemClass) === "t:Item") throw new EwsError("ErrorInvalidItemForOperationSendItem");
  const change = startChange(call, draft);
  addSender(change);
  const now = call.organization.now();
  Object.assign(change.item, { sent: now, received: now, isRead: true });
  change.mail.date = new Date(now);
  change.headers.add("date");
  if (!hasMessageId(draft)) {
    change.mail.messageId = draft.internetMessageId;
    change.headers.add("message-id");
  }
  return finishChange(change);
}

function hasMessageId(item: Item): boolean {
  return headersOf(headerBytes(item)).lines.some(({ name }) => name.toLowerCase() === "message-id");
}

/** Hands a message to transport, without its Bcc line; it is no draft from then on. @throws EwsError ErrorMissingRecipients | ErrorSendAsDenied */
export async function send(call: Call, item: Item): Promise<void> {
  if (!call.submit)
    throw new EwsError("ErrorInvalidOperation", "This server is not connected to a transport.");
  const { from, to, cc, bcc } = headersOf(headerBytes(item));
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  if (recipients.length === 0) throw new EwsError("ErrorMissingRecipients");
  const address = from[0]?.address ?? call.acting.primarySmtpAddress;
  if (!maySendAs(call, address)) throw new EwsError("ErrorSendAsDenied");
  item.isDraft = false;
  const outgoing = copyOf(item);
  // A message without a Message-ID goes out under that of its copy.
  const named = hasMessageId(item);
  const mail = named ? {} : { messageId: item.internetMessageId };
  const headers = new Set(named ? ["bcc"] : ["bcc", "message-id"]);
  await rewriteItem(outgoing, { mail, headers, body: false });
  await call.submit({ account: call.acting, from: address, to: recipients, mime: outgoing.mime });
  markAnswered(call, item);
}

function maySendAs({ side, acting: { guid } }: Call, address: string): boolean {
  const sender = recipientByAddress(side, address);
  if (!sender) return false;
  return [sender.guid, ...(sender.sendAs ?? []), ...(sender.grantSendOnBehalfTo ?? [])].includes(guid);
}
