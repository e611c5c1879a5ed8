import { serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { Correspondent, Recipe } from "../populate/letter.ts";
import { fillLazily, isGenerated, isUntouched } from "../populate/lazy.ts";
import type { Mailbox, Tombstone } from "../store.ts";
import { readFrames, writeFrame } from "./frames.ts";
import { closeSegment, openSegment, replaceSegment, truncate, type Segment } from "./segment.ts";
import { arrived, lightItem, outgoing, storeItem, weightOf, type StoredItem } from "./stored-item.ts";

/** One change of a mailbox, or all of it. */
interface Frame {
  /** Properties of the mailbox besides its items and what was removed. */
  properties?: Record<string, unknown>;
  items?: StoredItem[];
  removed?: Tombstone[];
}

/** A mailbox and its file, to which changes are appended. */
export interface MailboxFile {
  mailbox: Mailbox;
  segment: Segment;
  /** What is in memory; undefined until somebody looks at the mailbox. */
  values: Record<string, unknown> | undefined;
  /** Checksums of the properties as they were written. */
  written: Map<string, number>;
  /** How much of `removed` is written. */
  removed: number;
  /** Ids of items that changed since the last write. */
  pending: Set<string>;
  /** Somebody looked at it since the last write. */
  seen: boolean;
  /** The size at which to see whether much of the file is out of date. */
  review: number;
  shared: Shared;
}

/** What mailboxes take from their organization. */
export interface Shared {
  correspondents: readonly Correspondent[];
  /** Hears of the largest number that a mailbox carries. */
  sawNumber: (number: number) => void;
}

const leastWaste = 4 * 1024 * 1024;
/** Content in one frame when a whole mailbox is written. */
const frameSize = 4 * 1024 * 1024;
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
    segment: { path, size: 0, unsynced: false },
    values: undefined,
    written: new Map(),
    removed: 0,
    pending: new Set(),
    seen: false,
    review: 0,
    shared,
  };
  hang(file);
  return file;
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
  file.segment = emptySegment(path);
  if (isNew) fillLazily(values as unknown as Mailbox, mailbox.recipe as Recipe, shared.correspondents);
  file.values = values;
  hang(file);
  writeWhole(file, file.segment);
  return file;
}

/** What an attempt that failed left behind goes. */
function emptySegment(path: string): Segment {
  const segment = openSegment(path);
  truncate(segment, 0);
  return segment;
}

/** Appends what changed, in one frame. `loosely`: properties may have changed without a word. @throws Error of the file system; it is still to be written then */
export function writeChanges(file: MailboxFile, loosely: boolean): void {
  const { values } = file;
  if (!values || (file.pending.size === 0 && !(loosely && file.seen))) return;
  const frame: Frame = {};
  const properties = loosely && file.seen ? changedProperties(file, values) : new Map<string, number>();
  if (properties.size > 0)
    frame.properties = Object.fromEntries([...properties.keys()].map((name) => [name, values[name]]));
  const { items, removed = [] } = values as unknown as Mailbox;
  if (removed.length > file.removed) frame.removed = removed.slice(file.removed);
  const out = outgoing(file.segment);
  const changed = [...file.pending].flatMap((id) => items.get(id) ?? []);
  if (changed.length > 0) frame.items = changed.map((item) => storeItem(item, out));
  if (Object.keys(frame).length > 0) writeFrame(file.segment, frame, out.chunks);
  arrived(out);
  for (const stored of frame.items ?? []) items.set(stored.fields.id, lightItem(file.segment, stored));
  for (const [name, sum] of properties) file.written.set(name, sum);
  file.removed = removed.length;
  file.pending.clear();
  if (loosely) file.seen = false;
  if (file.segment.size > file.review) review(file);
}

/** Properties that differ from what was written, with their checksums. */
function changedProperties(file: MailboxFile, values: Record<string, unknown>): Map<string, number> {
  const changed = new Map<string, number>();
  for (const name of plain) {
    const sum = checksum(values[name]);
    if (file.written.get(name) !== sum && (values[name] !== undefined || file.written.has(name)))
      changed.set(name, sum);
  }
  return changed;
}

/** Writes a file anew when most of it is out of date. */
function review(file: MailboxFile): void {
  const { items } = file.values as unknown as Mailbox;
  const out = outgoing(file.segment);
  const live = [...items.values()].reduce(
    (sum, item) => (isGenerated(item) ? sum : sum + 1024 + weightOf(storeItem(item, out))),
    0,
  );
  if (file.segment.size > 2 * live + leastWaste) {
    const fresh = emptySegment(`${file.segment.path}.new`);
    writeWhole(file, fresh);
    replaceSegment(file.segment, fresh);
    file.segment = fresh;
  }
  file.review = file.segment.size + Math.max(leastWaste, live / 2);
}

/** Writes all of a mailbox into an empty file, which its items are read from thereafter. */
function writeWhole(file: MailboxFile, segment: Segment): void {
  const values = file.values ?? {};
  const mailbox = values as unknown as Mailbox;
  const there = plain.filter((name) => values[name] !== undefined);
  const first: Frame = { properties: Object.fromEntries(there.map((name) => [name, values[name]])) };
  if (mailbox.removed) first.removed = mailbox.removed;
  writeFrame(segment, first);
  file.written = new Map(there.map((name) => [name, checksum(values[name])]));
  file.removed = mailbox.removed?.length ?? 0;
  const kept = isUntouched(mailbox) ? [] : [...mailbox.items.values()].filter((item) => !isGenerated(item));
  for (let next = 0; next < kept.length;) {
    const out = outgoing(segment);
    const items: StoredItem[] = [];
    for (; next < kept.length && out.at - segment.size < frameSize && items.length < 500; next++) {
      const item = kept[next];
      if (item) items.push(storeItem(item, out));
    }
    writeFrame(segment, { items } satisfies Frame, out.chunks);
    arrived(out);
    for (const stored of items) mailbox.items.set(stored.fields.id, lightItem(segment, stored));
  }
  file.pending.clear();
  file.review = segment.size + leastWaste;
}

export function closeMailboxFile({ segment }: MailboxFile): void {
  closeSegment(segment);
}
