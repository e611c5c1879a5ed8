import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { Splitter, type MimeNode } from "@zone-eu/mailsplit";

/** A piece of a message in the order of its bytes: a part's header block, a part's body, or what stands between parts. */
export type Piece =
  | { is: "header"; node: MimeNode; bytes: Buffer }
  | { is: "body"; node: MimeNode; bytes: Buffer }
  | { is: "between"; bytes: Buffer };

/**
 * Takes a message apart; the pieces put together again are the message, byte for byte. Attached messages stay closed. One that
 * the splitter cannot follow (nested parts that share a boundary) stays in one piece.
 */
export async function takeApart(mime: Buffer): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const chunk of Readable.from([mime]).pipe(new Splitter({ ignoreEmbedded: true }))) {
    const last = pieces.at(-1);
    if (chunk.type === "node") pieces.push({ is: "header", node: chunk, bytes: chunk.getHeaders() });
    else if (chunk.type === "body" && last?.is === "body")
      last.bytes = Buffer.concat([last.bytes, chunk.value]);
    else if (chunk.type === "body") pieces.push({ is: "body", node: chunk.node, bytes: chunk.value });
    else pieces.push({ is: "between", bytes: chunk.value });
  }
  const whole = Buffer.concat(pieces.map(({ bytes }) => bytes));
  return whole.equals(mime) ? pieces : [{ is: "between", bytes: mime }];
}

/** A body without its transfer encoding. */
export function decoded(node: MimeNode, bytes: Buffer): Promise<Buffer> {
  const decoder = node.getDecoder();
  decoder.end(bytes);
  return buffer(decoder);
}
