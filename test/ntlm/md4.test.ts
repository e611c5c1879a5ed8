import { expect, test } from "vitest";
import { md4 } from "../../ntlm/md4.ts";

// RFC 1320, A.5.
test.each([
  ["", "31d6cfe0d16ae931b73c59d7e0c089c0"],
  ["a", "bde52cb31de33e46245e05fbdbd6fb24"],
  ["message digest", "d9130a8164549fe818874806e1c7014b"],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "043f8582f241db351ce627e153e7f0e4"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "e33b4ddc9c38f2199c3e7b164fcc0536",
  ],
])("MD4 of %j is as RFC 1320 has it", (text, digest) => {
  expect(md4(Buffer.from(text)).toString("hex")).toBe(digest);
});

test.each([55, 56, 63, 64, 119, 120])("%i bytes fill blocks to the end", (length) => {
  expect(md4(Buffer.alloc(length, "x"))).toHaveLength(16);
  expect(md4(Buffer.alloc(length, "x"))).not.toEqual(md4(Buffer.alloc(length + 1, "x")));
});
