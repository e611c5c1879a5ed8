import { SMTPStream } from "smtp-server/lib/smtp-stream.js";

interface Chunk {
  left: number;
  kept: Buffer[];
  done: (bytes: Buffer, resume: () => void) => void;
}

/** The parser of an SMTP conversation, which also hands out so many bytes as they are: what BDAT (RFC 3030) announces. */
export class ChunkStream extends SMTPStream {
  private chunk: Chunk | undefined;

  /** Takes the next bytes for `done`, which calls `resume` when commands may go on. */
  take(size: number, done: Chunk["done"]): void {
    this.chunk = { left: size, kept: [], done };
    // What makes the parser give the rest of its input to _write instead of looking for a command in it.
    this._dataMode = true;
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, next: (error?: Error | null) => void): void {
    const { chunk } = this;
    if (!chunk || this.isClosed) return super._write(bytes, encoding, next);
    const part = bytes.subarray(0, chunk.left);
    chunk.kept.push(part);
    chunk.left -= part.length;
    if (chunk.left > 0) return next();
    this.chunk = undefined;
    this._dataMode = false;
    chunk.done(Buffer.concat(chunk.kept), () => super._write(bytes.subarray(part.length), encoding, next));
  }
}
