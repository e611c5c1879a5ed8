import { EwsError } from "../../ews/error.ts";
import { readyToSend, send, sendDraft } from "../../ews/sending.ts";
import { addItem } from "../../mailbox.ts";
import {
  defaultFolder,
  isObject,
  jsonBody,
  messageOf,
  openMailbox,
  parameter,
  type Operation,
} from "../call.ts";
import { badBody } from "../error.ts";
import { composed } from "../compose.ts";
import { isMime, ofMime } from "./create-message.ts";

/** POST messages/{id}/send: a draft goes out, and lies in Sent Items afterwards. */
export const sendMessage: Operation = async (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  if (!item.isDraft) throw new EwsError("ErrorInvalidOperation", "Only a draft can be sent.");
  await sendDraft(opened.store, opened.mailbox, item, defaultFolder(opened, "sentitems").id);
  return { status: 202 };
};

/** POST sendMail: makes and sends a message, and keeps a copy in Sent Items unless `saveToSentItems` is false. */
export const sendMail: Operation = async (call) => {
  const opened = openMailbox(call);
  const { id } = defaultFolder(opened, "sentitems");
  const given = isMime(call) ? undefined : parameters(jsonBody(call));
  const draft = given ? await composed(opened, id, given.message) : await ofMime(call, opened, id);
  const item = await readyToSend(opened.store, draft);
  await send(opened.store, item);
  if (given?.save !== false) addItem(call.organization, opened.mailbox, item);
  return { status: 202 };
};

function parameters(body: Record<string, unknown>): { message: Record<string, unknown>; save: boolean } {
  const [message, save] = ["message", "saveToSentItems"].map((name) => parameter(body, name));
  if (!isObject(message)) throw badBody("The parameter 'message' is missing.");
  return { message, save: save !== false };
}
