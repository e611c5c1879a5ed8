import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writevSync,
} from "node:fs";
import { open } from "node:fs/promises";

/** A file that grows at its end and is read anywhere. It is opened when it is used. */
export interface Segment {
  path: string;
  /** Where the next bytes go. */
  size: number;
  /** Something was written since it was last synchronised with the disk. */
  unsynced: boolean;
}

/** Files held open, the one used last at the end. */
const opened = new Map<Segment, number>();
const mostOpen = 400;
/** Files that were replaced. */
const leaving = new WeakMap<Segment, number>();
/** What still reads a file that was replaced is done by then. */
const farewellMs = 60_000;

/** A file as it is, or a new one. @throws Error of the file system */
export function openSegment(path: string): Segment {
  const segment: Segment = { path, size: 0, unsynced: false };
  segment.size = fstatSync(descriptorOf(segment)).size;
  return segment;
}

function descriptorOf(segment: Segment): number {
  const left = leaving.get(segment);
  if (left !== undefined) return left;
  const known = opened.get(segment);
  const descriptor = known ?? openSync(segment.path, constants.O_RDWR | constants.O_CREAT, 0o600);
  opened.delete(segment);
  opened.set(segment, descriptor);
  for (const oldest of opened.keys()) {
    if (opened.size <= mostOpen) break;
    closeSegment(oldest);
  }
  return descriptor;
}

export function closeSegment(segment: Segment): void {
  const descriptor = opened.get(segment);
  if (descriptor === undefined) return;
  opened.delete(segment);
  closeSync(descriptor);
}

/** Writes at the end; whoever is killed meanwhile leaves a beginning of it. @throws Error of the file system; the end stays where it was */
export function appendTo(segment: Segment, parts: readonly Uint8Array[]): void {
  const descriptor = descriptorOf(segment);
  let at = segment.size;
  let left = parts.filter(({ length }) => length > 0);
  while (left.length > 0) {
    let written = writevSync(descriptor, left.slice(0, 1000), at);
    at += written;
    left = left.flatMap((part) => {
      const done = Math.min(written, part.length);
      written -= done;
      return done < part.length ? [part.subarray(done)] : [];
    });
  }
  segment.size = at;
  segment.unsynced = true;
}

/** Bytes at a place. @throws Error when the file ends before */
export function readFrom(segment: Segment, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  const read = readInto(segment, bytes, at);
  if (read < length) throw new Error(`${segment.path} ends at ${at + read}, before ${at + length}.`);
  return bytes;
}

/** Fills bytes from a place on; answers how many there were. */
export function readInto(segment: Segment, bytes: Uint8Array, at: number): number {
  const descriptor = descriptorOf(segment);
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** Cuts off what comes after a place. */
export function truncate(segment: Segment, size: number): void {
  ftruncateSync(descriptorOf(segment), size);
  segment.size = size;
}

/** Writes over the beginning of a file; a few bytes change at once. */
export function overwrite(segment: Segment, bytes: Uint8Array): void {
  writevSync(descriptorOf(segment), [bytes], 0);
  segment.size = Math.max(segment.size, bytes.length);
  segment.unsynced = true;
}

/** Makes the system put on disk what it was given. */
export async function syncSegment(segment: Segment): Promise<void> {
  segment.unsynced = false;
  const handle = await open(segment.path, "r+");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Puts a file in the place of another, which can still be read for a while by those who know it. */
export function replaceSegment(old: Segment, fresh: Segment): void {
  const descriptor = descriptorOf(old);
  fdatasyncSync(descriptorOf(fresh));
  fresh.unsynced = false;
  renameSync(fresh.path, old.path);
  fresh.path = old.path;
  old.unsynced = false;
  opened.delete(old);
  leaving.set(old, descriptor);
  setTimeout(() => {
    leaving.delete(old);
    closeSync(descriptor);
  }, farewellMs).unref();
}
