/** MD4 (RFC 1320): what NTLM calls a password, and what OpenSSL 3 no longer offers. */
export function md4(input: Buffer): Buffer {
  const padding = Buffer.alloc(64 - ((input.length + 8) % 64) + 8);
  padding[0] = 0x80;
  padding.writeBigUInt64LE(BigInt(input.length) * 8n, padding.length - 8);
  const text = Buffer.concat([input, padding]);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < text.length; block += 64) {
    const word = (index: number): number => text.readUInt32LE(block + index * 4);
    let next = state;
    for (const { mix, constant, order, shifts } of rounds) {
      for (const [step, index] of order.entries()) {
        const [a = 0, b = 0, c = 0, d = 0] = next;
        const sum = (a + mix(b, c, d) + word(index) + constant) | 0;
        const shift = shifts[step % 4] ?? 0;
        next = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
      }
    }
    state = state.map((value, index) => (value + (next[index] ?? 0)) | 0);
  }
  const digest = Buffer.alloc(16);
  for (const [index, value] of state.entries()) digest.writeInt32LE(value | 0, index * 4);
  return digest;
}

const inTurn = Array.from({ length: 16 }, (_, index) => index);
const reversed = [0, 2, 1, 3];

const rounds = [
  {
    mix: (b: number, c: number, d: number) => (b & c) | (~b & d),
    constant: 0,
    order: inTurn,
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (b: number, c: number, d: number) => (b & c) | (b & d) | (c & d),
    constant: 0x5a827999,
    order: inTurn.map((index) => (index % 4) * 4 + Math.floor(index / 4)),
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (b: number, c: number, d: number) => b ^ c ^ d,
    constant: 0x6ed9eba1,
    order: reversed.flatMap((low) => reversed.map((high) => low + high * 4)),
    shifts: [3, 9, 11, 15],
  },
];
