import { expect, test } from "vitest";
import { marked, markOf, originOf, unmarked } from "../../providers/mark.ts";

const mark = markOf("prod");

test.each([
  ["created", "[sent-items-update:prod]"],
  ["adopted", "[sent-items-update:prod:adopted]"],
] as const)("an object that was %s says so behind its comment, once", (origin, text) => {
  const comment = marked("Hybrid team", mark, origin);
  expect(comment).toBe(`Hybrid team ${text}`);
  expect(marked(comment, mark, origin)).toBe(comment);
  expect(originOf(comment, mark)).toBe(origin);
  expect(unmarked(comment, mark)).toBe("Hybrid team");
});

test.each([null, undefined, "", "Hybrid team", markOf("production"), marked(null, markOf("pro"), "adopted")])(
  "%s is the mark of nobody, or of another stack",
  (comment) => {
    expect(originOf(comment, mark)).toBeUndefined();
    expect(unmarked(comment, mark)).toBe(comment ?? "");
  },
);
