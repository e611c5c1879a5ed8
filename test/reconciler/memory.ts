import { createHash, randomUUID } from "node:crypto";
import { Fault } from "../../reconciler/fault.ts";
import type { Directory, File, Mailboxes, SentAttachment, SentItem } from "../../reconciler/mailbox/port.ts";

/** What is thrown in place of a process that dies. */
export class Crash extends Error {}

/** The folder of items that were deleted. */
export const deletedItems = "deleteditems";

/** Mailboxes in memory that behave as the port says, and die after a given call. */
export interface MemoryMailboxes extends Mailboxes {
  /** Items by mailbox, oldest first. */
  items: Map<string, SentItem[]>;
  /** Names of the calls made so far; the parts of a call that a crash can fall between count by themselves. */
  calls: string[];
  /** Throws a Crash after this call (1 is the first); later calls work again. */
  crashAfter: number | undefined;
  /** Runs before each call takes effect; may throw or change items. */
  before: ((call: string, mailbox: string) => void) | undefined;
  /** Whether nobody may change what an item says. */
  locked: boolean;
}

/** Empty mailboxes; `find` fails for those that are not in `items`. */
export function memoryMailboxes(): MemoryMailboxes {
  const items = new Map<string, SentItem[]>();
  const called = (name: string): void => {
    world.calls.push(name);
    if (world.calls.length === world.crashAfter)
      throw new Crash(`died after call ${world.calls.length}: ${name}`);
  };
  const open = (mailbox: string, call: string): SentItem[] => {
    world.before?.(call, mailbox);
    const found = items.get(mailbox);
    if (!found) throw new Fault("MAILBOX_NOT_FOUND", `There is no mailbox '${mailbox}'.`);
    return found;
  };
  const at = (mailbox: string, id: string, version: string, call: string): SentItem => {
    const item = open(mailbox, call).find((one) => one.id === id);
    if (!item) throw new Fault("ITEM_NOT_FOUND", "gone");
    if (item.version !== version) throw new Fault("CONFLICT", "changed");
    return item;
  };
  const touched = (item: SentItem): void => {
    item.version = String(Number(item.version) + 1);
  };
  const world: MemoryMailboxes = {
    items,
    calls: [],
    crashAfter: undefined,
    before: undefined,
    locked: false,
    find: async (mailbox, messageId) => {
      const found = open(mailbox, "find").filter(
        (item) => item.messageId === messageId && item.folder === undefined,
      );
      called("find");
      return structuredClone(found);
    },
    elsewhere: async (mailbox, messageId) => {
      const found = open(mailbox, "elsewhere").filter(
        (item) => item.messageId === messageId && item.folder !== undefined,
      );
      called("elsewhere");
      const moved = found.filter(({ folder }) => folder !== deletedItems);
      return { moved: structuredClone(moved), deleted: moved.length < found.length };
    },
    read: async (mailbox, id) => {
      const found = structuredClone(open(mailbox, "read").find((item) => item.id === id));
      called("read");
      return found;
    },
    update: async (mailbox, { id, version }, change) => {
      const item = at(mailbox, id, version, "update");
      if (world.locked) throw new Fault("LOCKED", "what a sent message says stays");
      for (const picture of change.addPictures) {
        item.attachments.push(attached(picture, true));
        touched(item);
        called("update: picture");
      }
      item.body = change.body;
      item.mark = change.mark;
      touched(item);
      called("update: body");
      for (const file of change.addFiles ?? []) {
        item.attachments.push(attached(file, false));
        touched(item);
        called("update: file");
      }
      if (change.removeAttachments.length > 0) {
        item.attachments = item.attachments.filter((one) => !change.removeAttachments.includes(one.id));
        touched(item);
        called("update: remove");
      }
      called("update: read");
      return structuredClone(item);
    },
    copy: async (mailbox, { id, version }, mark) => {
      const item = at(mailbox, id, version, "copy");
      item.mark = mark;
      touched(item);
      called("copy: mark");
      const copy = { ...structuredClone(item), id: randomUUID(), version: "1", created: item.created + 1000 };
      open(mailbox, "copy").push(copy);
      called("copy: copy");
      return { id: copy.id, version: copy.version, source: { id, version: item.version } };
    },
    recreate: async (mailbox, { id }, change, building) => {
      const source = open(mailbox, "recreate").find((one) => one.id === id);
      if (!source) throw new Fault("ITEM_NOT_FOUND", "gone");
      const made = structuredClone(source);
      Object.assign(made, { id: randomUUID(), version: "1", created: source.created + 1000 });
      const { body, recipients = source.recipients } = change;
      Object.assign(made, { body, recipients, mark: building, attachments: [] });
      open(mailbox, "recreate").push(made);
      called("recreate: item");
      const kept = source.attachments.filter((one) => !change.removeAttachments.includes(one.id));
      made.attachments.push(
        ...structuredClone(kept),
        ...change.addPictures.map((picture) => attached(picture, true)),
        ...(change.addFiles ?? []).map((file) => attached(file, false)),
      );
      touched(made);
      called("recreate: attachments");
      made.mark = change.mark;
      touched(made);
      called("recreate: mark");
      return { id: made.id, version: made.version };
    },
    mark: async (mailbox, { id, version }, mark) => {
      const item = at(mailbox, id, version, "mark");
      item.mark = mark;
      touched(item);
      called("mark");
      return { id, version: item.version };
    },
    remove: async (mailbox, { id }) => {
      const all = open(mailbox, "remove");
      items.set(
        mailbox,
        all.filter((one) => one.id !== id),
      );
      called("remove");
    },
    close: async () => undefined,
  };
  return world;
}

function attached(
  { name, contentType, content, ...picture }: File & { contentId?: string },
  isInline: boolean,
): SentAttachment {
  const digest = createHash("sha256").update(content).digest("hex");
  const { contentId } = picture;
  return {
    id: randomUUID(),
    name,
    contentType,
    ...(contentId !== undefined && { contentId }),
    isInline,
    isItem: false,
    size: content.length,
    digest,
  };
}

/** An item as a mail client leaves it in Sent Items. */
export function sentItem(
  messageId: string,
  body: SentItem["body"],
  change: Partial<SentItem> = {},
): SentItem {
  return {
    id: randomUUID(),
    version: "1",
    messageId,
    itemClass: "IPM.Note",
    isDraft: false,
    created: 0,
    subject: "Subject",
    body,
    recipients: { to: [], cc: [], bcc: [] },
    attachments: [],
    ...change,
  };
}

/** A directory of given mailboxes (address to primary address) and groups. */
export function memoryDirectory(
  mailboxes: Record<string, string>,
  groups: Record<string, string[]> = {},
): Directory {
  return {
    mailboxOf: async (address) => mailboxes[address.toLowerCase()],
    membersOf: async (group) => {
      const members = groups[group];
      if (!members) throw new Fault("GROUP_NOT_FOUND", `There is no group '${group}'.`);
      return members;
    },
  };
}
