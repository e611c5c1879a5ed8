import { Fault, isFault } from "../fault.ts";
import { createHash } from "node:crypto";
import type { NewAttachment } from "./carried.ts";
import type {
  Body,
  Change,
  InlinePicture,
  ItemRef,
  Mailboxes,
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
  /** The newest `page` items of Sent Items; with a Message-ID, those among all that carry it. */
  list: (mailbox: string, wanted: { page: number; messageId?: string }) => Promise<SentSummary[]>;
  /** All items outside of Sent Items that carry the Message-ID; those in folders `apart` may be missing. */
  search: (mailbox: string, messageId: string) => Promise<Placed[]>;
  /** The whole item, or undefined when it is gone. */
  read: (mailbox: string, id: string) => Promise<SentItem | undefined>;
  /** Adds attachments, one by one if need be: `failure` says why one is missing among those that were `added` (ids). */
  attach: (
    mailbox: string,
    item: ItemRef,
    attachments: NewAttachment[],
  ) => Promise<{ added: string[]; failure?: unknown }>;
  /** Takes attachments out; answers the version after that, where it is known. */
  removeAttachments: (mailbox: string, id: string, attachments: string[]) => Promise<string | undefined>;
  /** Sets the mark, and the body where one is given, of an item that is still at its version. @throws Fault CONFLICT */
  write: (mailbox: string, item: ItemRef, set: { mark: string; body?: Body }) => Promise<ItemRef>;
  /** A second item in a folder (Sent Items unless told), the same in every respect. */
  duplicate: (mailbox: string, item: ItemRef, folder?: string) => Promise<ItemRef>;
  /** Attachments with their content, in order. @throws Fault LOCKED for one that cannot be attached anew */
  contents: (mailbox: string, id: string, attachments: SentAttachment[]) => Promise<NewAttachment[]>;
  /** All that is carried over to an item that takes this one's place: plain data, equal for two items that are the same. */
  carried: (mailbox: string, id: string) => Promise<Carried>;
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

/** Properties by name, as the protocol answers them. */
export type Carried = Record<string, unknown>;

/** A sender rarely sends more than this between the sending of a message and the return of its stamped copy. */
const page = 50;
/** Listings cut strings off at this length. */
const cut = 255;
/** Codes of an update that was not carried out. */
const refused = ["CONFLICT", "REFUSED", "LOCKED", "ITEM_NOT_FOUND"] as const;

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

  async function readWith(mailbox: string, id: string, pictures: ReadonlySet<string> = new Set()) {
    const item = await read(mailbox, id);
    const wanted = item?.attachments.filter(
      (one) => !one.isItem && pictures.has(one.contentId?.toLowerCase() ?? ""),
    );
    if (item === undefined || wanted === undefined || wanted.length === 0) return item;
    const contents = await protocol.contents(mailbox, id, wanted);
    const attachments = item.attachments.map((one) => {
      const found = contents[wanted.indexOf(one)];
      return found ? { ...one, digest: sha256(found.content) } : one;
    });
    return { ...item, attachments };
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
    const { added, failure } = await protocol.attach(mailbox, item, pictures.map(inline));
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
    const stay = item.attachments.filter(({ id }) => !change.removeAttachments.includes(id));
    const known = new Set(stay.map((attachment) => attachment.contentId));
    const pictures = change.addPictures.filter((picture) => !known.has(picture.contentId));
    const { added, version } =
      pictures.length > 0 ? await addPictures(mailbox, item, pictures) : { added: [], version: item.version };
    const { body, mark } = change;
    const updated = await write(mailbox, { id: item.id, version }, { body, mark }).catch(
      async (error: unknown) => {
        // After any other failure the body may have been written, and would lack its pictures.
        if (!isFault(error, ...refused)) throw error;
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

  async function recreate(mailbox: string, item: SentItem, change: Change, building: string) {
    const { body, addPictures: pictures, removeAttachments: dropped, mark } = change;
    const kept = item.attachments.filter(({ id }) => !dropped.includes(id));
    const carried = await protocol.carried(mailbox, item.id);
    const attachments = [...(await protocol.contents(mailbox, item.id, kept)), ...pictures.map(inline)];
    const made = await protocol.create(mailbox, carried, { mark: building, body, folder: item.folder });
    const { failure } = await protocol.attach(mailbox, made, attachments);
    if (failure !== undefined) throw failure;
    const whole = await read(mailbox, made.id);
    const now = whole && {
      carried: await protocol.carried(mailbox, made.id),
      attachments: await protocol.contents(mailbox, made.id, whole.attachments),
    };
    if (whole === undefined || whole.isDraft || told(now) !== told({ carried, attachments }))
      throw new Fault(
        "NOT_VERIFIED",
        `The item made anew in mailbox '${mailbox}' is not the same as the one it was made from: ${difference({ carried, attachments }, now)}.`,
      );
    return write(mailbox, whole, { mark });
  }

  return {
    find,
    elsewhere,
    read: readWith,
    update,
    copy,
    recreate,
    mark: (mailbox, item, mark) => write(mailbox, item, { mark }),
    remove: (mailbox, { id }) => protocol.discard(mailbox, id),
    close: protocol.close,
  };
}

interface Whole {
  carried: Carried;
  attachments: NewAttachment[];
}

function inline(picture: InlinePicture): NewAttachment {
  return { ...picture, isInline: true };
}

/** What two items that are the same have in common, as text. Exchange writes an attached message anew: its name has to do. */
function told(whole: Whole | undefined): string {
  const files = whole?.attachments.map(({ name, contentId, isInline, isItem = false, content }) => {
    const hash = isItem ? "" : sha256(content);
    return [name, contentId ?? "", isInline, isItem, hash].join(" ");
  });
  return JSON.stringify([whole?.carried, files?.toSorted()]);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Names of what differs, never values. */
function difference(before: Whole, now: Whole | undefined): string {
  if (now === undefined) return "it is gone";
  const names = Object.keys({ ...before.carried, ...now.carried });
  const differ = names.filter(
    (name) => JSON.stringify(before.carried[name]) !== JSON.stringify(now.carried[name]),
  );
  return differ.length > 0 ? differ.join(", ") : "its attachments";
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
