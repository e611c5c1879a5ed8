import { Fault, isFault } from "../fault.ts";
import { demandSize, filesOf, picturesOf, recreate, sha256 } from "./recreate.ts";
import { carries } from "./message-id.ts";
import type { NewAttachment } from "./carried.ts";
import type { Change, Compared, ItemRef, Mailboxes, SentAttachment, SentItem } from "./port.ts";
import type { Protocol } from "./protocol.ts";

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
