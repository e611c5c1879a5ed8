import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

/** A request's body that is not taken, with the HTTP status that says why. */
export class BodyRefusal extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415) {
    super(`The request's body is refused with ${status}.`);
    this.status = status;
  }
}

const decoders = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * The body of a request, its Content-Encoding undone. @param most bytes that it may have, before and after
 * @throws BodyRefusal 413 when it has more, 415 when nobody knows the encoding, 400 when it is broken
 */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const decode = encoding === "identity" ? undefined : decoderOf(encoding);
  if (Number(request.headers["content-length"]) > most) throw new BodyRefusal(413);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not by `for await`: leaving that early breaks the connection before anybody is told why.
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else {
      // The rest still has to come and is forgotten: a client that writes does not read yet.
      chunks.length = 0;
      reject(new BodyRefusal(413));
    }
  });
  request.on("end", resolve).on("error", reject);
  await promise;
  const sent = Buffer.concat(chunks);
  if (!decode) return sent;
  try {
    return await decode(sent, { maxOutputLength: most });
  } catch (error) {
    throw new BodyRefusal((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? 413 : 400);
  }
}

function decoderOf(encoding: string): (typeof decoders)[keyof typeof decoders] {
  const found = Object.entries(decoders).find(([name]) => name === encoding)?.[1];
  if (!found) throw new BodyRefusal(415);
  return found;
}
