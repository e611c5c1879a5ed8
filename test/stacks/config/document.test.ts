import { expect, test } from "vitest";
import { readDocument } from "../../../stacks/config/document.ts";

const { position } = readDocument(
  '# first\na:\n  b: &x {c: 1}\n  "d e": # note\nf:\n  - 1\n  - g: *x\nh: *x\n',
);

test("a value is found where it is written, a block and nothing at their keys", () => {
  expect(position(["a", "b", "c"], "value")).toEqual({ line: 3, column: 13 });
  expect(position(["a", "b", "c"], "key")).toEqual({ line: 3, column: 10 });
  expect(position(["f", 0], "value")).toEqual({ line: 6, column: 5 });
  expect(position(["f"], "value")).toEqual({ line: 5, column: 1 });
  expect(position(["a", "d e"], "value")).toEqual({ line: 4, column: 3 });
});

test("what is absent is told at its nearest ancestor", () => {
  expect(position(["a", "b", "z"], "key")).toEqual({ line: 3, column: 3 });
  expect(position(["f", 7, "z"], "value")).toEqual({ line: 5, column: 1 });
  expect(position(["z"], "key")).toEqual({ line: 2, column: 1 });
  expect(position([], "value")).toEqual({ line: 2, column: 1 });
});

test("what an alias stands for is told where the anchor is", () => {
  expect(position(["h", "c"], "value")).toEqual({ line: 3, column: 13 });
  expect(position(["h"], "value")).toEqual({ line: 8, column: 4 });
});

test("text is data: on is no truth value, dates are text, and __proto__ is a key like any other", () => {
  const { value } = readDocument("a: on\nb: 2026-11-22\nc: 0o17\n__proto__: 1\n");
  expect(Object.entries(value as object)).toEqual([
    ["a", "on"],
    ["b", "2026-11-22"],
    ["c", 15],
    ["__proto__", 1],
  ]);
});
