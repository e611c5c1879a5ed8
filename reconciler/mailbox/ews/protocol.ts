import { copyItem } from "./copy-item.ts";
import { createAttachment } from "./create-attachment.ts";
import { createMessage } from "./create-message.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { deleteItem } from "./delete-item.ts";
import { findItem } from "./find-item.ts";
import { getAttachment } from "./get-attachment.ts";
import { getCarried } from "./get-carried.ts";
import { getItem } from "./get-item.ts";
import { search } from "./search.ts";
import { updateItem } from "./update-item.ts";
import type { NewAttachment } from "../carried.ts";
import type { Protocol } from "../protocol.ts";
import type { Call } from "./operation.ts";

/** What EWS does in one call each; `close` ends what the calls run over. */
export function ewsProtocol(call: Call, close: () => Promise<void>): Protocol {
  return {
    list: (mailbox, wanted) => call(findItem, wanted, mailbox),
    search: (mailbox, messageId) => search(call, mailbox, messageId),
    read: async (mailbox, id) => (await call(getItem, [id], mailbox))[0],
    attach: async (mailbox, item, attachments) =>
      attachments.length === 0 ? { added: [] } : call(createAttachment, { item, attachments }, mailbox),
    removeAttachments: (mailbox, _id, attachments) => call(deleteAttachment, attachments, mailbox),
    write: (mailbox, { id, version }, set) => call(updateItem, { item: { id, version }, ...set }, mailbox),
    duplicate: (mailbox, item, folder) => call(copyItem, { item, folder }, mailbox),
    contents: async (mailbox, _id, attachments) => {
      const files: NewAttachment[] = [];
      // One by one: an answer with all of them could be larger than the server gives.
      for (const { id } of attachments) files.push(await call(getAttachment, id, mailbox));
      return files;
    },
    carried: (mailbox, id) => call(getCarried, id, mailbox),
    create: (mailbox, carried, set) => call(createMessage, { carried, ...set }, mailbox),
    discard: (mailbox, id) => call(deleteItem, { ids: [id], how: "SoftDelete" }, mailbox),
    close,
  };
}
