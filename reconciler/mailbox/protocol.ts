import { Fault, isFault } from "../fault.ts";
import { demandSize, filesOf, picturesOf, recreate, sha256 } from "./recreate.ts";
import { carries } from "./message-id.ts";
import type { NewAttachment } from "./carried.ts";
import type {
  Body,
  Change,
  Compared,
  ItemRef,
  Mailboxes,
  Recipients,
  SentAttachment,
  SentItem,
  SentSummary,
} from "./port.ts";
import type { Place } from "./place.ts";

/** An item outside of Sent Items. */
export interface Placed extends SentSummary {
  folder: string;
  place: Place;
  /** Whether it came in through transport. */
  received: boolean;
}

/** What a protocol does in one step. How the steps make up the port is the same for all of them. */
export interface Protocol {
  /** Whole items in Sent Items that carry the Message-ID, going by as much of it as the protocol compares. */
  find: (mailbox: string, messageId: string) => Promise<SentItem[]>;
  /** All items outside of Sent Items that carry the Message-ID; those in folders `apart` may be missing. */
  search: (mailbox: string, messageId: string) => Promise<Placed[]>;
  /** The whole item, or undefined when it is gone. */
  read: (mailbox: string, id: string) => Promise<SentItem | undefined>;
  /**
   * Adds attachments, one by one if need be: `failure` says why one is missing among those that were `added` (ids). `now`: the item
   * read again after all of them, where that costs no further round trip.
   */
  attach: (mailbox: string, item: ItemRef, attachments: NewAttachment[]) => Promise<Attached>;
  /** Takes attachments out, passing over those that are gone. */
  removeAttachments: (mailbox: string, id: string, attachments: string[]) => Promise<void>;
  /** Sets the mark alone of an item that is still at its version. @throws Fault CONFLICT */
  mark: (mailbox: string, item: ItemRef, mark: string) => Promise<ItemRef>;
  /**
   * Sets body and mark in one operation, of an item that is still at its version, then takes attachments out, and reads the item
   * again; undefined when it is gone by then. @throws Fault CONFLICT
   */
  write: (
    mailbox: string,
    item: ItemRef,
    set: { mark: string; body: Body; remove: string[] },
  ) => Promise<SentItem | undefined>;
  /** A second item in a folder (Sent Items unless told), the same in every respect. */
  duplicate: (mailbox: string, item: ItemRef, folder?: string) => Promise<ItemRef>;
  /** Bytes of one attachment that can be read or written. */
  mostCarried: number;
  /** Attachments with their content, in order. @throws Fault LOCKED for one that cannot be attached anew */
  contents: (mailbox: string, id: string, attachments: SentAttachment[]) => Promise<NewAttachment[]>;
  /** All that is carried over to an item that takes this one's place: plain data, equal for two items that are the same. */
  carried: (mailbox: string, id: string) => Promise<Carried>;
  /** The same with other recipients. */
  readdressed: (carried: Carried, recipients: Recipients) => Carried;
  /** A new item in a folder (Sent Items unless told), no draft, with what is carried over; without attachments yet. */
  create: (
    mailbox: string,
    carried: Carried,
    set: { mark: string; body: Body; folder?: string | undefined },
  ) => Promise<ItemRef>;
  /** Moves an item to where its owner can recover it, if it is there. */
  discard: (mailbox: string, id: string) => Promise<void>;
  close: () => Promise<void>;
}

/** What became of attachments. */
export interface Attached {
  added: string[];
  failure?: unknown;
  now?: SentItem;
}

/** Properties by name, as the protocol answers them. */
export type Carried = Record<string, unknown>;

/** Codes of an update that was not carried out. */
const refused = ["CONFLICT", "REFUSED", "LOCKED", "ITEM_NOT_FOUND"] as const;

/** The mailbox port over a protocol. */
export function mailboxesOver(protocol: Protocol): Mailboxes {
  const { removeAttachments } = protocol;

  /** Adds digests: those that are known of attachments that were there before, and those that have to be read. */
  async function withDigests(
    mailbox: string,
    item: SentItem,
    compared: Compared = () => false,
    known: SentAttachment[] = [],
  ): Promise<SentItem> {
    const before = new Map(known.map(({ id, digest }) => [id, digest]));
    const wanted = item.attachments.filter((one) => compared(one) && before.get(one.id) === undefined);
    const contents = wanted.length > 0 ? await protocol.contents(mailbox, item.id, wanted) : [];
    const attachments = item.attachments.map((one) => {
      const found = contents[wanted.indexOf(one)];
      const digest = found ? sha256(found.content) : before.get(one.id);
      return digest === undefined ? one : { ...one, digest };
    });
    return { ...item, attachments };
  }

  async function find(mailbox: string, messageId: string, compared?: Compared): Promise<SentItem[]> {
    const found = (await protocol.find(mailbox, messageId)).filter(carries(messageId));
    return Promise.all(found.map((item) => withDigests(mailbox, item, compared)));
  }

  async function read(mailbox: string, id: string, compared?: Compared): Promise<SentItem | undefined> {
    const item = await protocol.read(mailbox, id);
    return item && withDigests(mailbox, item, compared);
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
   * Adds attachments and answers their ids and the item's version after them. Adding is not guarded by a version and
   * makes a new one: only the unchanged body shows that nobody wrote meanwhile.
   */
  async function attach(mailbox: string, item: SentItem, attachments: NewAttachment[]) {
    if (attachments.length === 0) return { added: [], version: item.version };
    const { added, failure, now: read } = await protocol.attach(mailbox, item, attachments);
    if (failure !== undefined) {
      await takeOut(mailbox, item.id, added);
      throw failure;
    }
    const now = read ?? (await protocol.read(mailbox, item.id));
    if (now !== undefined && sameContent(item, now, added)) return { added, version: now.version };
    await takeOut(mailbox, item.id, added);
    throw new Fault(
      "CONFLICT",
      `The item in mailbox '${mailbox}' has changed while attachments were added to it.`,
    );
  }

  /**
   * Adds files to an item that is marked as updated: in one that is not, they could not be told from the sender's own. Then takes
   * out what they take the place of.
   */
  async function withFiles(mailbox: string, item: SentItem, files: NewAttachment[], remove: string[]) {
    if (files.length === 0) return item;
    const { failure } = await protocol.attach(mailbox, item, files);
    if (failure !== undefined) throw failure;
    await takeOut(mailbox, item.id, remove);
    return protocol.read(mailbox, item.id);
  }

  async function update(mailbox: string, item: SentItem, change: Change, compared?: Compared) {
    demandSize(protocol, mailbox, change);
    const { body, mark, removeAttachments: remove } = change;
    const stay = item.attachments.filter(({ id }) => !remove.includes(id));
    const there = new Set(stay.map((attachment) => attachment.contentId));
    const pictures = picturesOf(change).filter(({ contentId: id }) => !there.has(id));
    const files = filesOf(change);
    const { added, version } = await attach(mailbox, item, pictures);
    const written = await protocol
      .write(mailbox, { id: item.id, version }, { body, mark, remove: files.length > 0 ? [] : remove })
      .catch(async (error: unknown) => {
        // After any other failure the body may have been written, and would lack its pictures.
        if (!isFault(error, ...refused)) throw error;
        const now = await protocol.read(mailbox, item.id);
        // The first try was carried out and its answer lost; the second one was refused.
        if (now?.mark === mark) return now;
        await takeOut(mailbox, item.id, added);
        throw error;
      });
    const updated = written && (await withFiles(mailbox, written, files, remove));
    if (updated !== undefined) return withDigests(mailbox, updated, compared, item.attachments);
    throw new Fault("ITEM_NOT_FOUND", `The item in mailbox '${mailbox}' is gone.`);
  }

  async function copy(mailbox: string, { folder, ...item }: ItemRef & { folder?: string }, mark: string) {
    const source = await protocol.mark(mailbox, item, mark);
    // A copy of what bears no mark could not be told from a sender's second one: success alone is no proof.
    if ((await protocol.read(mailbox, source.id))?.mark !== mark)
      throw new Fault(
        "NOT_VERIFIED",
        `The item in mailbox '${mailbox}', read again, does not bear its mark.`,
      );
    return { ...(await protocol.duplicate(mailbox, source, folder)), source };
  }

  return {
    find,
    elsewhere,
    read,
    update,
    copy,
    recreate: (mailbox, item, change, building) => recreate(protocol, mailbox, item, change, building),
    mark: protocol.mark,
    remove: (mailbox, { id }) => protocol.discard(mailbox, id),
    close: protocol.close,
  };
}

/** Nobody else changed body, mark or attachments between the two readings. */
function sameContent(before: SentItem, now: SentItem, added: string[]): boolean {
  const content = ({ body, mark, attachments }: SentItem): string => {
    const ids = attachments.map(({ id }) => id).filter((id) => !added.includes(id));
    return JSON.stringify([body.type, body.content, mark, ids]);
  };
  return content(before) === content(now);
}
