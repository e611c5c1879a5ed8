import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { appendTo, readInto, truncate, type Segment } from "./segment.ts";

/**
 * A file of frames: each is written at once, and counts as a whole or not at all. A frame is a header (a mark, the lengths of content and
 * record, the record's checksum), the content that the record refers to by its place in the file, and the record, a serialized value.
 */
const mark = 0x4d524631;
const headerSize = 20;
const windowSize = 65_536;

/** Where content begins that is written with the next frame. */
export function nextContent(segment: Segment): number {
  return segment.size + headerSize;
}

/** Writes a frame. @throws Error of the file system; the file is as before then */
export function writeFrame(segment: Segment, record: unknown, content: readonly Uint8Array[] = []): void {
  const bytes = serialize(record);
  const length = content.reduce((sum, each) => sum + each.length, 0);
  const header = Buffer.alloc(headerSize);
  header.writeUInt32LE(mark, 0);
  header.writeUIntLE(length, 4, 6);
  header.writeUInt32LE(bytes.length, 10);
  header.writeUInt32LE(crc32(bytes), 14);
  appendTo(segment, [header, ...content, bytes]);
}

/**
 * Records of a file, in order. What was not written to its end (the writer was killed) is cut off.
 * @throws Error when the file is damaged before its last frame
 */
export function readFrames(segment: Segment): unknown[] {
  const records: unknown[] = [];
  const look = windowOn(segment);
  for (let at = 0; at < segment.size;) {
    const frame = frameAt(segment, at, look);
    if (!frame) {
      truncate(segment, at);
      break;
    }
    if (frame.bytes) records.push(deserialize(frame.bytes));
    at = frame.end;
  }
  return records;
}

function frameAt(
  segment: Segment,
  at: number,
  look: (at: number, length: number) => Buffer,
): { bytes: Buffer; end: number } | undefined {
  if (at + headerSize > segment.size) return undefined;
  const header = look(at, headerSize);
  if (header.readUInt32LE(0) !== mark) throw damaged(segment, at);
  const start = at + headerSize + header.readUIntLE(4, 6);
  const length = header.readUInt32LE(10);
  const checksum = header.readUInt32LE(14);
  const end = start + length;
  if (end > segment.size) return undefined;
  const bytes = look(start, length);
  if (crc32(bytes) === checksum) return { bytes, end };
  if (end === segment.size) return undefined;
  throw damaged(segment, at);
}

function damaged({ path }: Segment, at: number): Error {
  return new Error(
    `The data file ${path} is damaged at ${at}: delete the data folder to start from the seed again.`,
  );
}

/** Reads a file in large pieces, and passes over what nobody looks at. */
function windowOn(segment: Segment): (at: number, length: number) => Buffer {
  let bytes = Buffer.alloc(0);
  let start = 0;
  return (at, length) => {
    if (at < start || at + length > start + bytes.length) {
      const fresh = Buffer.allocUnsafeSlow(Math.max(length, Math.min(windowSize, segment.size - at)));
      bytes = fresh.subarray(0, readInto(segment, fresh, at));
      start = at;
    }
    return bytes.subarray(at - start, at - start + length);
  };
}
