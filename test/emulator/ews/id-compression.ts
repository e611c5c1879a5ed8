/**
 * The compression of ids ([MS-OXWSITEMID] 2.1.3.1): a byte that repeats is written twice, followed by how many more there are. The first
 * byte says whether it was done, which is only where it makes the id shorter.
 */
const runs = { plain: 0, compressed: 1 } as const;
/** Bytes of an id, compressed or not. */
const longest = 1024;

/** An id's bytes with the byte that tells their form. */
export function compressId(bytes: Buffer): Buffer {
  const made = Buffer.allocUnsafe(bytes.length + 3);
  made[0] = runs.compressed;
  let end = 1;
  for (let at = 0; at < bytes.length && end <= bytes.length;) {
    const byte = bytes[at] ?? 0;
    let run = 1;
    while (run < 257 && bytes[at + run] === byte) run++;
    made[end++] = byte;
    if (run > 1) {
      made[end++] = byte;
      made[end++] = run - 2;
    }
    at += run;
  }
  if (end <= bytes.length) return made.subarray(0, end);
  made[0] = runs.plain;
  bytes.copy(made, 1);
  return made.subarray(0, bytes.length + 1);
}

/** The inverse of compressId; undefined when the bytes are no id's. */
export function decompressId(given: Buffer): Buffer | undefined {
  const bytes = given.subarray(1);
  if (given.length > longest) return undefined;
  if (given[0] === runs.plain) return bytes;
  if (given[0] !== runs.compressed) return undefined;
  const long: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    long.push(byte);
    if (bytes[at + 1] !== byte) continue;
    const more = bytes[at + 2];
    if (more === undefined || long.length + more > longest) return undefined;
    for (let count = 0; count <= more; count++) long.push(byte);
    at += 2;
  }
  return Buffer.from(long);
}
