import { EwsError } from "../../ews/error.ts";
import { headersOf } from "../../item/headers.ts";
import { rewriteMime } from "../../item/rewrite.ts";
import { findFolder, moveItem } from "../../mailbox.ts";
import { recipientByAddress, type Item } from "../../store.ts";
import { isObject, jsonBody, messageOf, openMailbox, type Opened, type Operation } from "../call.ts";
import { badBody } from "../error.ts";
import { keep } from "../keep.ts";
import { composed, isMime, ofMime } from "./create-message.ts";

/** POST messages/{id}/send: a draft goes out, and lies in Sent Items afterwards. */
export const sendMessage: Operation = async (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  if (!item.isDraft) throw new EwsError("ErrorInvalidOperation", "Only a draft can be sent.");
  const place = findFolder(opened.mailbox, "sentitems");
  const sent = await send(opened, item);
  if (place) moveItem(call.organization, opened.mailbox, sent, place.id);
  return { status: 202 };
};

/** POST sendMail: makes and sends a message, and keeps a copy in Sent Items unless `saveToSentItems` is false. */
export const sendMail: Operation = async (call) => {
  const opened = openMailbox(call);
  const place = findFolder(opened.mailbox, "sentitems");
  if (!place) throw new EwsError("ErrorFolderNotFound");
  const given = isMime(call) ? undefined : parameters(jsonBody(call));
  const draft = given
    ? await composed(opened, place.id, given.message)
    : await ofMime(call, opened, place.id);
  const sent = await send(opened, draft);
  if (given?.save !== false) keep(opened, sent);
  return { status: 202 };
};

function parameters(body: Record<string, unknown>): { message: Record<string, unknown>; save: boolean } {
  const [message, save] = ["message", "saveToSentItems"].map(
    (name) => body[name] ?? body[`${name.charAt(0).toUpperCase()}${name.slice(1)}`],
  );
  if (!isObject(message)) throw badBody("The parameter 'message' is missing.");
  return { message, save: save !== false };
}

/** Hands a message to transport without its Bcc line; answers the copy to keep. @throws EwsError ErrorMissingRecipients | ErrorSendAsDenied */
async function send({ owner, store }: Opened, draft: Item): Promise<Item> {
  if (!store.submit)
    throw new EwsError("ErrorInvalidOperation", "This server is not connected to a transport.");
  const { from, to, cc, bcc } = headersOf(draft.mime);
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  if (recipients.length === 0) throw new EwsError("ErrorMissingRecipients");
  const sender = from[0]?.address ?? owner.primarySmtpAddress;
  const known = recipientByAddress(store.side, sender);
  if (known?.guid !== owner.guid && !known?.sendAs?.includes(owner.guid))
    throw new EwsError("ErrorSendAsDenied");
  const at = store.organization.now();
  const stamped = {
    mail: { from: { name: known.displayName, address: sender }, date: new Date(at) },
    headers: new Set(["date", ...(from.length === 0 ? ["from"] : [])]),
    body: false,
  };
  const item: Item = { ...draft, isDraft: false, isRead: true, sent: at, received: at };
  item.mime = await rewriteMime(item, stamped);
  const mime = await rewriteMime(item, { mail: {}, headers: new Set(["bcc"]), body: false });
  await store.submit({ account: owner, from: sender, to: recipients, mime });
  return item;
}
