import { copyItem } from "./copy-item.ts";
import { createAttachment } from "./create-attachment.ts";
import { deleteAttachment } from "./delete-attachment.ts";
import { findItem } from "./find-item.ts";
import { getItem } from "./get-item.ts";
import { updateItem } from "./update-item.ts";
import { Fault } from "../../fault.ts";
import type { Change, InlinePicture, ItemRef, Mailboxes, SentItem, SentSummary } from "../port.ts";
import type { Call } from "./operation.ts";

/** A sender rarely sends more than this between the sending of a message and the return of its stamped copy. */
const page = 50;

/** Listings cut strings off at this length. */
const cut = 255;

function carries(messageId: string): (item: SentSummary) => boolean {
  return (item) =>
    item.messageId === messageId || (item.messageId.length >= cut && messageId.startsWith(item.messageId));
}

/** The mailbox port over EWS; `close` ends what the calls run over. */
export function createMailboxes(call: Call, close: () => Promise<void>): Mailboxes {
  async function find(mailbox: string, messageId: string): Promise<SentSummary[]> {
    const wanted = carries(messageId);
    const newest = (await call(findItem, { page }, mailbox)).filter(wanted);
    // Of a message that was worked on, a copy made since may be among the newest without its source.
    if (newest.length > 0 && newest.every(({ mark }) => mark === undefined)) return newest;
    return (await call(findItem, { page, messageId }, mailbox)).filter(wanted);
  }

  async function read(mailbox: string, id: string): Promise<SentItem | undefined> {
    const [item] = await call(getItem, [id], mailbox);
    return item;
  }

  /**
   * Adds pictures and answers their ids and the item's version after them. Adding is not guarded by a version and
   * makes a new one: only the unchanged body shows that nobody wrote meanwhile.
   */
  async function addPictures(mailbox: string, item: SentItem, pictures: InlinePicture[]) {
    const { added, failure } = await call(createAttachment, { item, pictures }, mailbox);
    if (failure !== undefined) {
      await takeOut(mailbox, added);
      throw failure;
    }
    const now = await read(mailbox, item.id);
    if (now !== undefined && sameContent(item, now, added)) return { added, version: now.version };
    await takeOut(mailbox, added);
    throw new Fault(
      "CONFLICT",
      `The item in mailbox '${mailbox}' has changed while pictures were added to it.`,
    );
  }

  async function takeOut(mailbox: string, attachments: string[]): Promise<void> {
    if (attachments.length > 0) await call(deleteAttachment, attachments, mailbox);
  }

  async function update(mailbox: string, item: SentItem, change: Change): Promise<ItemRef> {
    const known = new Set(item.attachments.map((attachment) => attachment.contentId));
    const pictures = change.addPictures.filter((picture) => !known.has(picture.contentId));
    const { added, version } =
      pictures.length > 0 ? await addPictures(mailbox, item, pictures) : { added: [], version: item.version };
    const { body, mark } = change;
    const updated = await call(updateItem, { item: { id: item.id, version }, body, mark }, mailbox).catch(
      async (error: unknown) => {
        // After any other failure the body may have been written, and would lack its pictures.
        if (!(error instanceof Fault) || !refused.has(error.code)) throw error;
        const { mark: found, version: current } = (await read(mailbox, item.id)) ?? {};
        // The first try was carried out and its answer lost; the second one was refused.
        if (found === mark && current !== undefined) return { id: item.id, version: current };
        await takeOut(mailbox, added);
        throw error;
      },
    );
    if (change.removeAttachments.length === 0) return updated;
    const last = await call(deleteAttachment, change.removeAttachments, mailbox);
    return { id: item.id, version: last ?? updated.version };
  }

  async function copy(mailbox: string, item: ItemRef, mark: string) {
    const source = await call(updateItem, { item: { id: item.id, version: item.version }, mark }, mailbox);
    return { ...(await call(copyItem, source, mailbox)), source };
  }

  return { find, read, update, copy, close };
}

/** Codes of an update that was not carried out. */
const refused = new Set(["CONFLICT", "REFUSED", "ITEM_NOT_FOUND"]);

/** Nobody else changed body, mark or attachments between the two readings. */
function sameContent(before: SentItem, now: SentItem, added: string[]): boolean {
  const content = ({ body, mark, attachments }: SentItem): string => {
    const ids = attachments.map(({ id }) => id).filter((id) => !added.includes(id));
    return JSON.stringify([body.type, body.content, mark, ids]);
  };
  return content(before) === content(now);
}
