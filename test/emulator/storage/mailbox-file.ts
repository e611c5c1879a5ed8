import { serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { Correspondent, Recipe } from "../populate/letter.ts";
import { fillLazily, isGenerated, isUntouched } from "../populate/lazy.ts";
import type { Item, Mailbox, Tombstone } from "../store.ts";
import { readFrames, writeFrame } from "./frames.ts";
import { closeSegment, openSegment, truncate, type Segment } from "./segment.ts";
import { arrived, lightItem, outgoing, storeItem, type StoredItem } from "./stored-item.ts";

/** One change of a mailbox, or all of it. */
interface Frame {
  /** Properties of the mailbox besides its items and what was removed. */
  properties?: Record<string, unknown>;
  items?: StoredItem[];
  removed?: Tombstone[];
}

/** A file of a mailbox, and what of the mailbox is not in it yet. */
export interface Copy {
  segment: Segment;
  /** Checksums of the properties as they were written. */
  written: Map<string, number>;
  /** How much of `removed` is written. */
  removed: number;
  /** Ids of items that changed since they were written. */
  pending: Set<string>;
}

/** A mailbox and its file, to which changes are appended. */
export interface MailboxFile extends Copy {
  mailbox: Mailbox;
  /** What is in memory; undefined until somebody looks at the mailbox. */
  values: Record<string, unknown> | undefined;
  /** Somebody looked at it since the last write. */
  seen: boolean;
  /** The size at which to see whether much of the file is out of date. */
  review: number;
  /** The file that is being written to take this one's place. */
  next?: Copy;
  /** It was closed: the mailbox is gone. */
  closed: boolean;
  shared: Shared;
}

/** What mailboxes take from their organization. */
export interface Shared {
  correspondents: readonly Correspondent[];
  /** Hears of the largest number that a mailbox carries. */
  sawNumber: (number: number) => void;
}

/** Bytes that may be out of date, whatever the size of the file. */
export const leastWaste = 4 * 1024 * 1024;
/** Bytes in one frame when a whole mailbox is written, and what an item counts at least. */
export const frameSize = 4 * 1024 * 1024;
const leastItem = 8192;
/** All that a mailbox has besides its owner. */
const properties: Record<Exclude<keyof Mailbox, "owner">, true> = {
  folders: true,
  items: true,
  removed: true,
  recipe: true,
  delivered: true,
  arrivals: true,
  handedIn: true,
  blockedSenders: true,
};
const names = Object.keys(properties);
/** Those that a frame records as they are; items and what was removed have their own place in it. */
const plain = names.filter((name) => name !== "items" && name !== "removed");

/** A mailbox that is read from its file when somebody looks at it. */
export function hangMailbox(path: string, owner: string, shared: Shared): MailboxFile {
  const mailbox = { owner } as Mailbox;
  const file: MailboxFile = {
    mailbox,
    ...emptyCopy({ path, size: 0, unsynced: false }),
    values: undefined,
    seen: false,
    review: 0,
    closed: false,
    shared,
  };
  hang(file);
  return file;
}

function emptyCopy(segment: Segment, pending: Iterable<string> = []): Copy {
  return { segment, written: new Map(), removed: 0, pending: new Set(pending) };
}

/** Makes the mailbox's properties such that they tell when somebody looks at them. */
function hang(file: MailboxFile): void {
  const values = (): Record<string, unknown> => {
    file.seen = true;
    return (file.values ??= load(file));
  };
  for (const name of names)
    Object.defineProperty(file.mailbox, name, {
      enumerable: true,
      configurable: true,
      get: () => values()[name],
      set: (value: unknown) => {
        values()[name] = value;
      },
    });
}

function load(file: MailboxFile): Record<string, unknown> {
  const { owner } = file.mailbox;
  file.segment = openSegment(file.segment.path);
  const values: Record<string, unknown> = { owner };
  const changed = new Map<string, StoredItem | undefined>();
  const removed: Tombstone[] = [];
  for (const frame of readFrames(file.segment) as Frame[]) {
    Object.assign(values, frame.properties);
    for (const tombstone of frame.removed ?? []) {
      removed.push(tombstone);
      changed.set(tombstone.id, undefined);
    }
    for (const stored of frame.items ?? []) changed.set(stored.fields.id, stored);
  }
  file.written = new Map(Object.entries(values).map(([name, value]) => [name, checksum(value)]));
  file.removed = removed.length;
  if (removed.length > 0) values["removed"] = removed;
  const mailbox = values as unknown as Mailbox;
  const recipe = values["recipe"] as Recipe | undefined;
  if (recipe) fillLazily(mailbox, recipe, file.shared.correspondents);
  else mailbox.items = new Map();
  const share = sharing(mailbox);
  let largest = removed.at(-1)?.change ?? 0;
  for (const [id, stored] of changed) {
    if (stored) mailbox.items.set(id, lightItem(file.segment, share(stored)));
    else mailbox.items.delete(id);
    largest = Math.max(largest, stored?.fields.change ?? 0);
  }
  file.shared.sawNumber(largest);
  file.review = file.segment.size + leastWaste;
  return values;
}

/** Strings that many items have are the same string in memory. */
function sharing({ folders }: Mailbox): (stored: StoredItem) => StoredItem {
  const texts = new Map([...folders.keys()].map((id) => [id, id]));
  const one = (text: string): string => {
    const same = texts.get(text) ?? text;
    if (same === text) texts.set(text, text);
    return same;
  };
  return (stored) => {
    const { fields } = stored;
    fields.folderId = one(fields.folderId);
    fields.itemClass = one(fields.itemClass);
    return stored;
  };
}

function checksum(value: unknown): number {
  return crc32(serialize(value));
}

/** Gives a mailbox that is only in memory a file. @throws Error of the file system */
export function createMailboxFile(path: string, mailbox: Mailbox, shared: Shared): MailboxFile {
  const { owner } = mailbox;
  const file = hangMailbox(path, owner, shared);
  const values = Object.defineProperties({}, Object.getOwnPropertyDescriptors(mailbox)) as Record<
    string,
    unknown
  >;
  const isNew = isUntouched(mailbox);
  file.mailbox = mailbox;
  if (isNew) fillLazily(values as unknown as Mailbox, mailbox.recipe as Recipe, shared.correspondents);
  file.values = values;
  hang(file);
  Object.assign(file, startCopy(values, path));
  for (let first = true; first || file.pending.size > 0; first = false)
    settle(values, file.segment, writeFrom(values, file, first, frameSize));
  file.review = file.segment.size + leastWaste;
  return file;
}

/** An empty file that all of a mailbox is still to be written into. What an attempt that failed left there goes. */
export function startCopy(values: Record<string, unknown>, path: string): Copy {
  const segment = openSegment(path);
  truncate(segment, 0);
  const mailbox = values as unknown as Mailbox;
  const items = isUntouched(mailbox) ? [] : [...mailbox.items.values()];
  return emptyCopy(
    segment,
    items.filter((item) => !isGenerated(item)).map(({ id }) => id),
  );
}

/** Notes that an item changed. */
export function noteItem({ pending, next }: MailboxFile, id: string): void {
  pending.add(id);
  next?.pending.add(id);
}

/** Appends what changed, in one frame. `loosely`: properties may have changed without a word. @throws Error of the file system; it is still to be written then */
export function writeChanges(file: MailboxFile, loosely: boolean): void {
  const { values } = file;
  const looked = loosely && file.seen;
  if (!values || (file.pending.size === 0 && !looked)) return;
  settle(values, file.segment, writeFrom(values, file, looked));
  if (loosely) file.seen = false;
}

/** Items as they were written, and how they are recorded. */
export type Written = [item: Item, stored: StoredItem][];

/** Writes what a file lacks, in one frame of about so many bytes at most; some items may be left. @throws Error of the file system; all of them are then */
export function writeFrom(
  values: Record<string, unknown>,
  copy: Copy,
  loosely: boolean,
  most = Infinity,
): Written {
  const { segment, pending } = copy;
  const { items, removed = [] } = values as unknown as Mailbox;
  const frame: Frame = {};
  const properties = loosely ? changedProperties(copy, values) : new Map<string, number>();
  if (properties.size > 0)
    frame.properties = Object.fromEntries([...properties.keys()].map((name) => [name, values[name]]));
  if (removed.length > copy.removed) frame.removed = removed.slice(copy.removed);
  const out = outgoing(segment);
  const written: Written = [];
  const done: string[] = [];
  for (const id of pending) {
    if (out.at - segment.size > most || done.length >= most / leastItem) break;
    const item = items.get(id);
    if (item) written.push([item, storeItem(item, out)]);
    done.push(id);
  }
  if (written.length > 0) frame.items = written.map(([, stored]) => stored);
  if (Object.keys(frame).length > 0) writeFrame(segment, frame, out.chunks);
  arrived(out);
  for (const [name, sum] of properties) copy.written.set(name, sum);
  copy.removed = removed.length;
  for (const id of done) pending.delete(id);
  return written;
}

/** From now on what was written is read from the file, unless it changed again. */
export function settle(values: Record<string, unknown>, segment: Segment, written: Written): void {
  const { items } = values as unknown as Mailbox;
  for (const [item, stored] of written)
    if (items.get(item.id) === item) items.set(item.id, lightItem(segment, stored));
}

/** Properties that differ from what was written, with their checksums. */
function changedProperties({ written }: Copy, values: Record<string, unknown>): Map<string, number> {
  const changed = new Map<string, number>();
  for (const name of plain) {
    const sum = checksum(values[name]);
    if (written.get(name) !== sum && (values[name] !== undefined || written.has(name)))
      changed.set(name, sum);
  }
  return changed;
}

export function closeMailboxFile(file: MailboxFile): void {
  file.closed = true;
  closeSegment(file.segment);
}
