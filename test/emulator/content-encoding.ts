import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Reply } from "./http.ts";

const compress = promisify(gzip);
/** Smaller answers go as they are, as with Internet Information Services. */
const worthCompressing = 2700;

/** A reply as it goes to a client that accepts some encodings (its Accept-Encoding): a large one compressed, with its length. */
export async function encodedFor(reply: Reply, accepted: string): Promise<Reply> {
  if ("drop" in reply || reply.delivery !== undefined || reply.body instanceof Readable) return reply;
  const { status, headers = {}, body = "" } = reply;
  if (status === 204 || status === 304) return reply;
  const isData = typeof body === "object" && !Buffer.isBuffer(body);
  const type: Record<string, string> = isData ? { "Content-Type": "application/json; charset=utf-8" } : {};
  const plain = Buffer.from(isData ? JSON.stringify(body) : body);
  const compressed = plain.length > worthCompressing && acceptsGzip(accepted);
  const content = compressed ? await compress(plain, { level: 1 }) : plain;
  const encoding = compressed ? { "Content-Encoding": "gzip", Vary: "Accept-Encoding" } : {};
  return {
    ...reply,
    headers: { ...type, "Content-Length": String(content.length), ...encoding, ...headers },
    body: content,
  };
}

/** Whether an Accept-Encoding names gzip and does not refuse it (`q=0`). */
function acceptsGzip(accepted: string): boolean {
  return accepted
    .toLowerCase()
    .split(",")
    .some((each) => /^\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(each));
}
