import { copyItem } from "./copy-item.ts";
import { createAttachment } from "./create-attachment.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { findItem } from "./find-item.ts";
import { getItem } from "./get-item.ts";
import { search } from "./search.ts";
import { updateItem } from "./update-item.ts";
import type { Protocol } from "../protocol.ts";
import type { Call } from "./operation.ts";

/** What EWS does in one call each; `close` ends what the calls run over. */
export function ewsProtocol(call: Call, close: () => Promise<void>): Protocol {
  return {
    list: (mailbox, wanted) => call(findItem, wanted, mailbox),
    search: (mailbox, messageId) => search(call, mailbox, messageId),
    read: async (mailbox, id) => (await call(getItem, [id], mailbox))[0],
    addPictures: (mailbox, item, pictures) => call(createAttachment, { item, pictures }, mailbox),
    removeAttachments: (mailbox, _id, attachments) => call(deleteAttachment, attachments, mailbox),
    write: (mailbox, { id, version }, set) => call(updateItem, { item: { id, version }, ...set }, mailbox),
    duplicate: (mailbox, item, folder) => call(copyItem, { item, folder }, mailbox),
    close,
  };
}
