import { readFrames, writeFrame } from "./frames.ts";
import { closeSegment, openSegment, readFrom, replaceSegment, truncate, type Segment } from "./segment.ts";
import { arrived, outgoing, put, type Outgoing } from "./stored-item.ts";

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
  set: Stored[];
  gone: number[];
}

/** An entry without its byte arrays, and where those lie in the file. */
interface Stored {
  number: number;
  entry: object;
  bytes: Record<string, [at: number, length: number]>;
}

const leastWaste = 4 * 1024 * 1024;

/** Opens a table's file; answers what it holds, in the order in which it came, too. @throws Error when the file is damaged */
export function openTable(path: string): { table: TableFile; entries: Map<number, object> } {
  const segment = openSegment(path);
  const live = new Map<number, Stored>();
  for (const { set, gone } of readFrames(segment) as Frame[]) {
    for (const number of gone) live.delete(number);
    for (const each of set) live.set(each.number, each);
  }
  const entries = new Map<number, object>();
  for (const { number, entry, bytes } of live.values()) {
    const read = Object.entries(bytes).map(([name, place]) => [name, readFrom(segment, ...place)]);
    entries.set(number, { ...entry, ...Object.fromEntries(read) });
  }
  return { table: { segment, pending: new Set(), review: 2 * segment.size + leastWaste }, entries };
}

/** Appends what changed. A table that became empty takes no room. @throws Error of the file system; it is still to be written then */
export function writeTable(table: TableFile, entries: ReadonlyMap<number, object>): void {
  const { segment, pending } = table;
  if (pending.size === 0) return;
  if (entries.size === 0) table.segment = emptied(segment);
  else if (segment.size > table.review) writeAnew(table, entries);
  else append(segment, pending, entries);
  pending.clear();
}

function append(segment: Segment, numbers: Iterable<number>, entries: ReadonlyMap<number, object>): void {
  const out = outgoing(segment);
  const frame: Frame = { set: [], gone: [] };
  for (const number of numbers) {
    const entry = entries.get(number);
    if (!entry) frame.gone.push(number);
    else frame.set.push(stored(number, entry, out));
  }
  writeFrame(segment, frame, out.chunks);
  arrived(out);
}

function stored(number: number, entry: object, out: Outgoing): Stored {
  const parts = Object.entries(entry) as [string, unknown][];
  return {
    number,
    entry: Object.fromEntries(parts.filter(([, value]) => !(value instanceof Uint8Array))),
    bytes: Object.fromEntries(
      parts.flatMap(([name, value]) => (value instanceof Uint8Array ? [[name, put(out, value)]] : [])),
    ),
  };
}

/** Another one from then on: what was written into it is nowhere. */
function emptied(segment: Segment): Segment {
  truncate(segment, 0);
  closeSegment(segment);
  return openSegment(segment.path);
}

function writeAnew(table: TableFile, entries: ReadonlyMap<number, object>): void {
  const fresh = emptied(openSegment(`${table.segment.path}.new`));
  append(fresh, entries.keys(), entries);
  replaceSegment(table.segment, fresh);
  table.segment = fresh;
  table.review = 2 * fresh.size + leastWaste;
}
