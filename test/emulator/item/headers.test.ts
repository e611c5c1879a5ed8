import fc from "fast-check";
import MailComposer from "nodemailer/lib/mail-composer";
import { describe, expect, test } from "vitest";
import { decodeWords } from "./encoded-words.ts";
import { headersOf, headerValue, splitMime } from "./headers.ts";

const bytes = (text: string) => Buffer.from(text.replace(/\n/g, "\r\n"));

describe("encoded words", () => {
  test.each([
    ["=?utf-8?q?Gr=C3=BC=C3=9Fe_x?=", "Grüße x"],
    ["=?UTF-8?B?R3LDvMOfZQ==?= und =?iso-8859-1?Q?=DF?=", "Grüße und ß"],
    ["=?utf-8?b?8J+Y?=\t=?utf-8?b?gA==?=", "😀"],
    ["=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"],
    ["=?nonsense?q?a?=", "=?nonsense?q?a?="],
    ["plain = ?text?", "plain = ?text?"],
  ])("%s say %s", (encoded, text) => {
    expect(decodeWords(encoded)).toBe(text);
  });

  test("are read as nodemailer wrote them, whatever the subject", async () => {
    const subject = fc.stringMatching(/^[^\p{C}\p{Z}]{1,60}$/u);
    await fc.assert(
      fc.asyncProperty(subject, async (text) => {
        const mime = await new MailComposer({ from: "a@x", subject: text, text: "x" }).compile().build();
        expect(headersOf(mime).subject).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a header", () => {
  const headers = headersOf(
    bytes(
      'From: "Weber, Anna" <a@x>\nTo: Team: b@x, =?utf-8?q?J=C3=B6rg?= <c@x>;\nX-Long: one\n two\nX-Utf: ü\nbroken line\n\nTo: body@x\n',
    ),
  );

  test("gives addresses with their names, groups as their members", () => {
    expect(headers.from).toEqual([{ name: "Weber, Anna", address: "a@x" }]);
    expect(headers.to).toEqual([
      { name: "b@x", address: "b@x" },
      { name: "Jörg", address: "c@x" },
    ]);
  });

  test("is unfolded, and found without regard to letter case", () => {
    expect(headerValue(headers, "x-long")).toBe("one two");
    expect(headerValue(headers, "X-UTF")).toBe("ü");
    expect(headerValue(headers, "X-None")).toBeUndefined();
  });

  test("ends at the first empty line, also when it is the very first", () => {
    expect(splitMime(bytes("A: 1\n\nbody\n\nmore")).body.toString()).toBe("body\r\n\r\nmore");
    expect(splitMime(bytes("\nbody"))).toMatchObject({ lines: [] });
    expect(splitMime(bytes("A: 1")).lines).toEqual(["A: 1"]);
  });
});
