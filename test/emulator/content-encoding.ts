import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);
/** Smaller answers go as they are, as with Internet Information Services. */
const worthCompressing = 2700;

/** A content as it goes to a client that accepts some encodings (its Accept-Encoding), with the header lines that say how. */
export async function encoded(
  content: Buffer,
  accepted: string,
): Promise<{ content: Buffer; headers: Record<string, string> }> {
  if (content.length <= worthCompressing || !acceptsGzip(accepted)) return { content, headers: {} };
  return {
    content: await compress(content, { level: 1 }),
    headers: { "Content-Encoding": "gzip", Vary: "Accept-Encoding" },
  };
}

/** Whether an Accept-Encoding names gzip and does not refuse it (`q=0`). */
function acceptsGzip(accepted: string): boolean {
  return accepted
    .toLowerCase()
    .split(",")
    .some((each) => /^\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(each));
}
