import { copyItem } from "./copy-item.ts";
import { addAttachments } from "./add-attachments.ts";
import { createMessage } from "./create-message.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { deleteItem } from "./delete-item.ts";
import { findSent } from "./find-sent.ts";
import { getCarried } from "./get-carried.ts";
import { getContents } from "./get-contents.ts";
import { getItem } from "./get-item.ts";
import { recipientElements } from "./recipients.ts";
import { search } from "./search.ts";
import { updateItem } from "./update-item.ts";
import type { Protocol } from "../protocol.ts";
import type { Call } from "./operation.ts";

/** What EWS does in one call each; `close` ends what the calls run over, which take so many bytes at once. */
export function ewsProtocol(
  call: Call,
  close: () => Promise<void>,
  maxAnswer: number = 64 * 2 ** 20,
): Protocol {
  const read: Protocol["read"] = async (mailbox, id) => (await call(getItem, [id], mailbox))[0];
  return {
    find: (mailbox, messageId) => findSent(call, mailbox, messageId),
    search: (mailbox, messageId) => search(call, mailbox, messageId),
    read,
    attach: (mailbox, item, attachments) => addAttachments(call, mailbox, item, attachments),
    // Base64, within XML.
    mostCarried: Math.floor(maxAnswer * 0.72),
    removeAttachments: (mailbox, _id, attachments) => call(deleteAttachment, attachments, mailbox),
    mark: (mailbox, { id, version }, mark) => call(updateItem, { item: { id, version }, mark }, mailbox),
    write: async (mailbox, item, { remove, ...set }) => {
      await call(updateItem, { item, ...set }, mailbox);
      if (remove.length > 0) await call(deleteAttachment, remove, mailbox);
      return read(mailbox, item.id);
    },
    duplicate: (mailbox, item, folder) => call(copyItem, { item, folder }, mailbox),
    contents: (mailbox, _id, attachments) => getContents(call, mailbox, attachments),
    carried: (mailbox, id) => call(getCarried, id, mailbox),
    readdressed: (carried, recipients) => ({ ...carried, ...recipientElements(recipients) }),
    create: (mailbox, carried, set) => call(createMessage, { carried, ...set }, mailbox),
    discard: (mailbox, id) => call(deleteItem, { ids: [id], how: "SoftDelete" }, mailbox),
    close,
  };
}
