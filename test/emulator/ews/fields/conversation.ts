import { decodeWords } from "../../item/encoded-words.ts";
import { headerValue } from "../../item/headers.ts";
import type { View } from "./field.ts";

/** The FILETIME of 1970 in units of 100 ns. */
const filetimeStart = 116_444_736_000_000_000n;

/** Upper bytes of a FILETIME, as conversation indexes tell times. */
function filetime(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(filetimeStart + BigInt(milliseconds) * 10_000n);
  return bytes;
}

/**
 * PR_CONVERSATION_INDEX ([MS-OXOMSG] 2.2.1.3): what the message came with; else a header block of the time at which it was sent and of the
 * conversation's id.
 */
export function conversationIndex({ headers, item }: Pick<View, "headers" | "item">): Buffer {
  const given = headerValue(headers, "Thread-Index");
  if (given !== undefined) return Buffer.from(given, "base64");
  return Buffer.concat([
    Buffer.from([1]),
    filetime(item.sent).subarray(1, 6),
    Buffer.from(item.conversationId, "hex"),
  ]);
}

/** The conversation index of an answer: that of the original, and five bytes about how much later it was ([MS-OXOMSG] 2.2.1.3.2). */
export function childIndex(parent: Buffer, at: number, random: number): Buffer {
  const child = Buffer.alloc(5);
  const root = Buffer.concat([Buffer.alloc(1), parent.subarray(1, 6), Buffer.alloc(2)]);
  const later = filetimeStart + BigInt(at) * 10_000n - root.readBigUInt64BE();
  const units = later > 0n ? later : 0n;
  const isLong = units >= 1n << 49n;
  child.writeUInt32BE(Number((units >> (isLong ? 23n : 18n)) & 0x7fff_ffffn), 0);
  if (isLong) child[0] = (child[0] ?? 0) | 0x80;
  child[4] = random & 0xff;
  return Buffer.concat([parent, child]);
}

/** The subject without its reply and forward prefixes (of up to three letters, as Exchange cuts them). */
export function topicOf(subject: string): string {
  return subject.replace(/^(?:\s*[^\s:]{1,3}:\s)+/, "");
}

/** What the conversation is about: what the message says itself, or its subject. */
export function conversationTopic({ headers, item }: View): string {
  const said = headerValue(headers, "Thread-Topic");
  return said === undefined ? topicOf(item.subject) : decodeWords(said);
}
