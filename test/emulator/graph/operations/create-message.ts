import { addItem, newItem } from "../../mailbox.ts";
import { finishChange, startChange } from "../../ews/fields/field.ts";
import { EwsError } from "../../ews/error.ts";
import type { Item } from "../../store.ts";
import {
  defaultFolder,
  folderOf,
  jsonBody,
  openMailbox,
  type Call,
  type Opened,
  type Operation,
} from "../call.ts";
import { composed } from "../compose.ts";
import { messageAnswer } from "../message-answer.ts";

/**
 * POST messages: a draft of JSON, or of base64 MIME with the content type text/plain. It is no draft only when 0x0E07 says so, and its
 * dates are those of extended properties or of now.
 */
export const createMessage: Operation = async (call) => {
  const opened = openMailbox(call);
  const { folder } = call.params;
  const target = folder === undefined ? defaultFolder(opened, "drafts") : folderOf(opened, folder);
  const item = isMime(call)
    ? await ofMime(call, opened, target.id)
    : await composed(opened, target.id, jsonBody(call));
  addItem(call.organization, opened.mailbox, item);
  return messageAnswer(call, opened, item, 201);
};

/** Whether a body is a message as MIME rather than JSON. */
export function isMime({ headers }: Pick<Call, "headers">): boolean {
  return /^text\/plain\b/i.test(headers["content-type"] ?? "");
}

/** A draft of MIME, not yet in the mailbox. @throws EwsError ErrorMimeContentInvalidBase64String */
export async function ofMime({ body }: Pick<Call, "body">, opened: Opened, folderId: string): Promise<Item> {
  const { organization } = opened.store;
  const text = body.toString("latin1").replace(/\s+/g, "");
  if (text === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new EwsError("ErrorMimeContentInvalidBase64String");
  const mime = new Uint8Array(Buffer.from(text, "base64"));
  const item = await newItem(organization, folderId, mime, {
    at: organization.now(),
    isDraft: true,
    isRead: true,
  });
  return finishChange(startChange(opened.store, item, true));
}
