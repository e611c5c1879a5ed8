import { expect, test } from "vitest";
import { isPausedIn, marked, markOf, originOf, unmarked, withPause } from "../../providers/mark.ts";

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

test("a pause is told behind the mark, belongs to no comment, and is no other stack's", () => {
  const comment = withPause(marked("Hybrid team", mark, "created"), mark, true);
  expect(comment).toBe("Hybrid team [sent-items-update:prod] [sent-items-update:prod:paused]");
  expect(withPause(comment, mark, true)).toBe(comment);
  expect([isPausedIn(comment, mark), isPausedIn(comment, markOf("pro"))]).toEqual([true, false]);
  expect([originOf(comment, mark), unmarked(comment, mark)]).toEqual(["created", "Hybrid team"]);
  expect(withPause(comment, mark, false)).toBe("Hybrid team [sent-items-update:prod]");
});
