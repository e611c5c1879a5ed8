import { addAttachments } from "./add-attachments.ts";
import { createMessage, getCarried } from "./carried.ts";
import { copyMessage } from "./copy-message.ts";
import { deleteAttachments } from "./delete-attachments.ts";
import { findMessages } from "./find-messages.ts";
import { getAttachments } from "./get-attachments.ts";
import { getMessage } from "./get-message.ts";
import { discardMessage } from "./discard-message.ts";
import { recipientFields } from "./message.ts";
import { searchMessages } from "./search-messages.ts";
import { markMessage, updateMessage } from "./update-message.ts";
import type { Protocol } from "../protocol.ts";
import type { Call } from "./client.ts";

/** What Graph does in one step each; `close` ends what the calls run over. */
export function graphProtocol(
  call: Call,
  close: () => Promise<void>,
  mostCarried: number = 64 * 2 ** 20,
): Protocol {
  return {
    mostCarried,
    find: (mailbox, messageId) => findMessages(call, mailbox, messageId),
    search: (mailbox, messageId) => searchMessages(call, mailbox, messageId),
    read: (mailbox, id) => getMessage(call, mailbox, id),
    attach: (mailbox, item, attachments) => addAttachments(call, mailbox, item, attachments),
    removeAttachments: (mailbox, id, attachments) => deleteAttachments(call, mailbox, id, attachments),
    mark: (mailbox, item, mark) => markMessage(call, mailbox, item, mark),
    write: (mailbox, item, set) => updateMessage(call, mailbox, item, set),
    duplicate: (mailbox, item, folder) => copyMessage(call, mailbox, item, folder),
    contents: (mailbox, id, attachments) => getAttachments(call, mailbox, id, attachments),
    carried: (mailbox, id) => getCarried(call, mailbox, id),
    readdressed: (carried, recipients) => ({ ...carried, ...recipientFields(recipients) }),
    create: (mailbox, carried, set) => createMessage(call, mailbox, carried, set),
    discard: (mailbox, id) => discardMessage(call, mailbox, id),
    close,
  };
}
