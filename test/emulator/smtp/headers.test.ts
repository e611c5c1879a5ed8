import fc from "fast-check";
import { expect, test } from "vitest";
import { field, firstValue, prepend, readMessage, set, valuesOf, without, writeMessage } from "./headers.ts";

const message = (text: string) => readMessage(Buffer.from(text.replaceAll("\n", "\r\n"), "latin1"));
const written = (text: ReturnType<typeof message>): string =>
  writeMessage(text).toString("latin1").replaceAll("\r\n", "\n");

test("any bytes read and written again are the same bytes", () => {
  const lines = fc.constantFrom(
    "A: b",
    " folded",
    "\tfolded",
    "",
    "no field",
    "Content-Type: x",
    ":",
    "B:\u00FC",
  );
  const ends = fc.constantFrom("\r\n", "\n", "\r");
  const texts = fc.array(fc.tuple(lines, ends)).map((parts) => Buffer.from(parts.flat().join(""), "latin1"));
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
  fc.assert(fc.property(fc.oneof(texts, bytes), (mime) => writeMessage(readMessage(mime)).equals(mime)));
});

test("values are unfolded, in order, and found in any letter case", () => {
  const read = message("X-A: one\n two\nx-a:three\nSubject: =?utf-8?q?=C3=BC?=\n\nX-A: body");
  expect(valuesOf(read, "X-a")).toEqual(["one two", "three"]);
  expect(firstValue(read, "subject")).toBe("=?utf-8?q?=C3=BC?=");
  expect(firstValue(read, "X-B")).toBeUndefined();
});

test("what is added goes on top, what is removed goes with its folding, the rest stays", () => {
  const read = message("A: 1\nB: 2\n more\nA: 3\n\nbody");
  expect(written(prepend(read, field("C", "4")))).toBe("C: 4\nA: 1\nB: 2\n more\nA: 3\n\nbody");
  expect(written(without(read, (name) => name === "b"))).toBe("A: 1\nA: 3\n\nbody");
  expect(written(set(read, "a", "9"))).toBe("a: 9\nB: 2\n more\n\nbody");
  expect(written(set(read, "D", "9"))).toBe("D: 9\nA: 1\nB: 2\n more\nA: 3\n\nbody");
});

test("a value cannot bring a second field along", () => {
  expect(() => field("A", "1\r\nB: 2")).toThrow("line end");
});
