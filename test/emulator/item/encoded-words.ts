const word = /=\?([^?*\s]+)(?:\*[^?]*)?\?([bq])\?([^?\s]*)\?=/gi;

/** Header text with its encoded words (RFC 2047) decoded; what cannot be decoded stays as it is. */
export function decodeWords(text: string): string {
  // White space between two encoded words belongs to the encoding, not to the text.
  return joined(text.replace(/(\?=)\s+(?==\?)/g, "$1")).replace(word, (whole, charset, encoding, content) => {
    try {
      return new TextDecoder(String(charset)).decode(bytes(String(encoding), String(content)));
    } catch {
      return String(whole);
    }
  });
}

/** A character may be cut between two base64 words of one charset: they are decoded as one. */
function joined(text: string): string {
  const cut = /=\?([^?*\s]+)\?b\?([^?\s=]*)\?==\?\1\?b\?/i;
  return cut.test(text) ? joined(text.replace(cut, "=?$1?B?$2")) : text;
}

function bytes(encoding: string, content: string): Uint8Array {
  if (encoding.toLowerCase() === "b") return Buffer.from(content, "base64");
  const latin1 = content
    .replace(/_/g, " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, "latin1");
}
