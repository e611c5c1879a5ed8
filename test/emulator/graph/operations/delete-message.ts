import { findFolder, moveItem, removeItem } from "../../mailbox.ts";
import { messageOf, openMailbox, type Operation } from "../call.ts";
import { checkMatch } from "../match-header.ts";

/** DELETE messages/{id}: to Deleted Items, and from there to where only recovery finds it. */
export const deleteMessage: Operation = (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  checkMatch(call, item);
  if (call.ignored) return { status: 204 };
  const deleted = findFolder(opened.mailbox, "deleteditems");
  const place =
    item.folderId === deleted?.id ? findFolder(opened.mailbox, "recoverableitemsdeletions") : deleted;
  if (place) moveItem(call.organization, opened.mailbox, item, place.id);
  return { status: 204 };
};

/** POST messages/{id}/permanentDelete: nothing is left. */
export const permanentDeleteMessage: Operation = (call) => {
  const opened = openMailbox(call);
  removeItem(call.organization, opened.mailbox, messageOf(call, opened));
  return { status: 204 };
};
