import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";

/** Bytes that a parser or a database takes between two turns of the event loop, at 150 MB and more in hand. */
const pieceSize = 2 ** 18;

/** A message as it is where it is small, else as a stream that leaves room for other work between its pieces. */
export function inPieces(bytes: Buffer): Buffer | Readable {
  return bytes.length <= pieceSize ? bytes : Readable.from(pieces(bytes), { objectMode: false });
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += pieceSize) {
    yield bytes.subarray(start, start + pieceSize);
    await setImmediate();
  }
}
