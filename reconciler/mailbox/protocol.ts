import { Fault } from "../fault.ts";
import type { Place } from "./place.ts";
import type { Body, Change, InlinePicture, ItemRef, Mailboxes, SentItem, SentSummary } from "./port.ts";

/** An item outside of Sent Items. */
export interface Placed extends SentSummary {
  folder: string;
  place: Place;
  /** Whether it came in through transport. */
  received: boolean;
}

/** What a protocol does in one step. How the steps make up the port is the same for all of them. */
export interface Protocol {
  /** The newest `page` items of Sent Items; with a Message-ID, those among all that carry it. */
  list: (mailbox: string, wanted: { page: number; messageId?: string }) => Promise<SentSummary[]>;
  /** All items outside of Sent Items that carry the Message-ID; those in folders `apart` may be missing. */
  search: (mailbox: string, messageId: string) => Promise<Placed[]>;
  /** The whole item, or undefined when it is gone. */
  read: (mailbox: string, id: string) => Promise<SentItem | undefined>;
  /** Adds inline pictures, one by one if need be: `failure` says why one is missing among those that were `added` (ids). */
  addPictures: (
    mailbox: string,
    item: ItemRef,
    pictures: InlinePicture[],
  ) => Promise<{ added: string[]; failure?: unknown }>;
  /** Takes attachments out; answers the version after that, where it is known. */
  removeAttachments: (mailbox: string, id: string, attachments: string[]) => Promise<string | undefined>;
  /** Sets the mark, and the body where one is given, of an item that is still at its version. @throws Fault CONFLICT */
  write: (mailbox: string, item: ItemRef, set: { mark: string; body?: Body }) => Promise<ItemRef>;
  /** A second item in a folder (Sent Items unless told), the same in every respect. */
  duplicate: (mailbox: string, item: ItemRef, folder?: string) => Promise<ItemRef>;
  close: () => Promise<void>;
}

/** A sender rarely sends more than this between the sending of a message and the return of its stamped copy. */
const page = 50;
/** Listings cut strings off at this length. */
const cut = 255;
/** Codes of an update that was not carried out. */
const refused = new Set(["CONFLICT", "REFUSED", "ITEM_NOT_FOUND"]);

/** The mailbox port over a protocol. */
export function mailboxesOver(protocol: Protocol): Mailboxes {
  const { list, read, removeAttachments, write } = protocol;

  async function find(mailbox: string, messageId: string): Promise<SentSummary[]> {
    const wanted = carries(messageId);
    const newest = (await list(mailbox, { page })).filter(wanted);
    // Of a message that was worked on, a copy made since may be among the newest without its source.
    if (newest.length > 0 && newest.every(({ mark }) => mark === undefined)) return newest;
    return (await list(mailbox, { page, messageId })).filter(wanted);
  }

  async function elsewhere(mailbox: string, messageId: string) {
    const found = (await protocol.search(mailbox, messageId)).filter(carries(messageId));
    const sent = found.filter(({ isDraft, received }) => !isDraft && !received);
    return {
      moved: sent
        .filter(({ place }) => place === "own")
        .map(({ place: _place, received: _received, ...summary }) => summary),
      deleted: sent.some(({ place }) => place === "deleted"),
    };
  }

  async function takeOut(mailbox: string, id: string, attachments: string[]): Promise<void> {
    if (attachments.length > 0) await removeAttachments(mailbox, id, attachments);
  }

  /**
   * Adds pictures and answers their ids and the item's version after them. Adding is not guarded by a version and
   * makes a new one: only the unchanged body shows that nobody wrote meanwhile.
   */
  async function addPictures(mailbox: string, item: SentItem, pictures: InlinePicture[]) {
    const { added, failure } = await protocol.addPictures(mailbox, item, pictures);
    if (failure !== undefined) {
      await takeOut(mailbox, item.id, added);
      throw failure;
    }
    const now = await read(mailbox, item.id);
    if (now !== undefined && sameContent(item, now, added)) return { added, version: now.version };
    await takeOut(mailbox, item.id, added);
    throw new Fault(
      "CONFLICT",
      `The item in mailbox '${mailbox}' has changed while pictures were added to it.`,
    );
  }

  async function update(mailbox: string, item: SentItem, change: Change): Promise<ItemRef> {
    const known = new Set(item.attachments.map((attachment) => attachment.contentId));
    const pictures = change.addPictures.filter((picture) => !known.has(picture.contentId));
    const { added, version } =
      pictures.length > 0 ? await addPictures(mailbox, item, pictures) : { added: [], version: item.version };
    const { body, mark } = change;
    const updated = await write(mailbox, { id: item.id, version }, { body, mark }).catch(
      async (error: unknown) => {
        // After any other failure the body may have been written, and would lack its pictures.
        if (!(error instanceof Fault) || !refused.has(error.code)) throw error;
        const { mark: found, version: current } = (await read(mailbox, item.id)) ?? {};
        // The first try was carried out and its answer lost; the second one was refused.
        if (found === mark && current !== undefined) return { id: item.id, version: current };
        await takeOut(mailbox, item.id, added);
        throw error;
      },
    );
    if (change.removeAttachments.length === 0) return updated;
    const last = await removeAttachments(mailbox, item.id, change.removeAttachments);
    return { id: item.id, version: last ?? updated.version };
  }

  async function copy(mailbox: string, { folder, ...item }: ItemRef & { folder?: string }, mark: string) {
    const source = await write(mailbox, item, { mark });
    return { ...(await protocol.duplicate(mailbox, source, folder)), source };
  }

  return { find, elsewhere, read, update, copy, close: protocol.close };
}

function carries(messageId: string): <T extends SentSummary>(item: T) => boolean {
  return (item) =>
    item.messageId === messageId || (item.messageId.length >= cut && messageId.startsWith(item.messageId));
}

/** Nobody else changed body, mark or attachments between the two readings. */
function sameContent(before: SentItem, now: SentItem, added: string[]): boolean {
  const content = ({ body, mark, attachments }: SentItem): string => {
    const ids = attachments.map(({ id }) => id).filter((id) => !added.includes(id));
    return JSON.stringify([body.type, body.content, mark, ids]);
  };
  return content(before) === content(now);
}
