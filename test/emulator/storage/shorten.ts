import { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { isGenerated } from "../populate/lazy.ts";
import type { Item, Mailbox } from "../store.ts";
import {
  frameSize,
  leastWaste,
  settle,
  startCopy,
  writeFrom,
  type Copy,
  type MailboxFile,
} from "./mailbox-file.ts";
import { closeSegment, replaceSegment, syncSegment } from "./segment.ts";
import { outgoing, storeItem, weightOf, type StoredItem } from "./stored-item.ts";

/** Items that are looked at, or taken over, before others get their turn. */
const atOnce = 500;
/** Files that are looked at or written anew, and when that is over. */
const running = new Map<MailboxFile, Promise<void>>();

/**
 * Writes a file anew when most of it is out of date: step by step, while the file itself still takes what changes; the new one takes its
 * place when it lacks nothing. Whoever is killed meanwhile has the old one. What goes wrong is told to stderr, and tried again later.
 */
export function shorten(file: MailboxFile): Promise<void> {
  const known = running.get(file);
  if (known) return known;
  const work = review(file)
    .catch((error: unknown) => {
      if (file.next) closeSegment(file.next.segment);
      delete file.next;
      file.review = file.segment.size + leastWaste;
      process.stderr.write(`${file.segment.path} could not be written anew: ${String(error)}\n`);
    })
    .finally(() => running.delete(file));
  running.set(file, work);
  return work;
}

/** Resolves when none of some files is being written anew. */
export async function shortened(files: Iterable<MailboxFile>): Promise<void> {
  await Promise.all([...files].flatMap((file) => running.get(file) ?? []));
}

async function review(file: MailboxFile): Promise<void> {
  const values = file.values ?? {};
  const live = await liveSize(file, values);
  if (!file.closed && file.segment.size > 2 * live + leastWaste) await writeAnew(file, values);
  file.review = file.segment.size + Math.max(leastWaste, live / 2);
}

/** Bytes that a mailbox takes in a file that holds nothing else. */
async function liveSize({ segment }: MailboxFile, values: Record<string, unknown>): Promise<number> {
  let sum = 0;
  for (const items of inPieces((values as unknown as Mailbox).items.values())) {
    const out = outgoing(segment);
    for (const item of items) if (!isGenerated(item)) sum += 1024 + weightOf(storeItem(item, out));
    await setImmediate();
  }
  return sum;
}

async function writeAnew(file: MailboxFile, values: Record<string, unknown>): Promise<void> {
  const next = startCopy(values, `${file.segment.path}.new`);
  file.next = next;
  const latest = new Map<Item["id"], [Item, StoredItem]>();
  const step = (loosely: boolean, most?: number): void => {
    for (const each of writeFrom(values, next, loosely, most)) latest.set(each[0].id, each);
  };
  for (let first = true; first || next.pending.size > atOnce; first = false) {
    step(first, frameSize);
    await setImmediate();
    if (file.closed) return discard(next);
  }
  await syncSegment(next.segment);
  if (file.closed) return discard(next);
  step(true);
  takePlace(file, next);
  // The old file can be read until all of them are taken over.
  for (const some of inPieces(latest.values())) {
    settle(values, next.segment, some);
    await setImmediate();
  }
}

function discard({ segment }: Copy): void {
  closeSegment(segment);
  rmSync(segment.path, { force: true });
}

function takePlace(file: MailboxFile, next: Copy): void {
  replaceSegment(file.segment, next.segment);
  // What was to be written into the old one is in the new one.
  Object.assign(file, next);
  delete file.next;
}

function* inPieces<Thing>(things: Iterable<Thing>): Generator<Thing[]> {
  let some: Thing[] = [];
  for (const thing of things) {
    if (some.push(thing) < atOnce) continue;
    yield some;
    some = [];
  }
  yield some;
}
