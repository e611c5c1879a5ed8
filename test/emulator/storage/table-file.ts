import { readFrames, writeFrame } from "./frames.ts";
import { openSegment, replaceSegment, truncate, type Segment } from "./segment.ts";

/** Entries by number that come and go all the time, and their file: what came, changed and went is appended. */
export interface TableFile {
  segment: Segment;
  /** Numbers of entries that changed since the last write. */
  pending: Set<number>;
  /** The size at which the file is written anew. */
  review: number;
}

/** One write: all of it counts, or nothing. */
interface Frame {
  set: [number, unknown][];
  gone: number[];
}

const leastWaste = 4 * 1024 * 1024;

/** Opens a table's file; answers what it holds, in the order in which it came, too. @throws Error when the file is damaged */
export function openTable(path: string): { table: TableFile; entries: Map<number, unknown> } {
  const segment = openSegment(path);
  const entries = new Map<number, unknown>();
  for (const { set, gone } of readFrames(segment) as Frame[]) {
    for (const number of gone) entries.delete(number);
    for (const [number, entry] of set) entries.set(number, entry);
  }
  return { table: { segment, pending: new Set(), review: 2 * segment.size + leastWaste }, entries };
}

/** Appends what changed. A table that became empty takes no room. @throws Error of the file system; it is still to be written then */
export function writeTable(table: TableFile, entries: ReadonlyMap<number, unknown>): void {
  const { segment, pending } = table;
  if (pending.size === 0) return;
  if (entries.size === 0) truncate(segment, 0);
  else if (segment.size > table.review) writeAnew(table, entries);
  else writeFrame(segment, frameOf(pending, entries));
  pending.clear();
}

function frameOf(numbers: Iterable<number>, entries: ReadonlyMap<number, unknown>): Frame {
  const frame: Frame = { set: [], gone: [] };
  for (const number of numbers)
    if (entries.has(number)) frame.set.push([number, entries.get(number)]);
    else frame.gone.push(number);
  return frame;
}

function writeAnew(table: TableFile, entries: ReadonlyMap<number, unknown>): void {
  const fresh = openSegment(`${table.segment.path}.new`);
  truncate(fresh, 0);
  writeFrame(fresh, frameOf(entries.keys(), entries));
  replaceSegment(table.segment, fresh);
  table.segment = fresh;
  table.review = 2 * fresh.size + leastWaste;
}
