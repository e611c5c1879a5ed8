import { crc32 } from "node:zlib";

/** What every dictionary begins with ([MS-OXRTFCP] 2.1.2.1). */
const prebuffer = Buffer.from(
  String.raw`{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
    "\r\n" +
    String.raw`\par \pard\plain\f0\fs20\b\i\u\tab\tx`,
  "latin1",
);
const dictionary = 4096;
const longest = 17;
const tried = 16;

/** RTF as PidTagRtfCompressed holds it: LZFu with a checksum ([MS-OXRTFCP]). */
export function compressRtf(rtf: Uint8Array): Buffer {
  const window = Buffer.concat([prebuffer, rtf]);
  const places = new Map<number, number[]>();
  const note = (at: number): void => {
    if (at + 2 >= window.length) return;
    const key = window.readUIntBE(at, 3);
    const known = places.get(key);
    if (!known) places.set(key, [at]);
    else if (known.push(at) > 2 * tried) known.splice(0, tried);
  };
  for (let at = 0; at < prebuffer.length - 2; at++) note(at);

  const contents: number[] = [];
  let control = -1;
  let bit = 8;
  const token = (isReference: boolean, ...bytes: number[]): void => {
    if (bit === 8) {
      control = contents.push(0) - 1;
      bit = 0;
    }
    if (isReference) contents[control] = (contents[control] ?? 0) | (1 << bit);
    bit += 1;
    contents.push(...bytes);
  };
  const reference = (offset: number, length: number): void =>
    token(true, offset >> 4, ((offset & 15) << 4) | (length - 2));

  let at = prebuffer.length;
  while (at < window.length) {
    const match = longestMatch(window, places, at);
    if (match) reference(match.from % dictionary, match.length);
    else token(false, window[at] ?? 0);
    const end = at + (match?.length ?? 1);
    for (; at < end; at++) note(at - 2);
  }
  // A reference to the place that is written next is the end.
  reference(at % dictionary, 2);

  const header = Buffer.alloc(16);
  header.writeUInt32LE(contents.length + 12, 0);
  header.writeUInt32LE(rtf.length, 4);
  header.write("LZFu", 8, "latin1");
  // The checksum is a CRC-32 without the inversions at its beginning and end.
  header.writeUInt32LE(~crc32(Buffer.from(contents), 0xff_ff_ff_ff) >>> 0, 12);
  return Buffer.concat([header, Buffer.from(contents)]);
}

function longestMatch(
  window: Buffer,
  places: Map<number, number[]>,
  at: number,
): { from: number; length: number } | undefined {
  if (at + 2 >= window.length) return undefined;
  let best: { from: number; length: number } | undefined;
  for (const from of (places.get(window.readUIntBE(at, 3)) ?? []).slice(-tried)) {
    // The oldest place of the dictionary is the one that is written next, which a reference cannot mean.
    if (from <= at - dictionary) continue;
    let length = 0;
    while (
      length < longest &&
      at + length < window.length &&
      from + length < at &&
      window[from + length] === window[at + length]
    )
      length += 1;
    if (length >= 3 && length > (best?.length ?? 0)) best = { from, length };
  }
  return best;
}
