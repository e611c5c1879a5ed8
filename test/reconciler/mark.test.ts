import fc from "fast-check";
import { expect, test } from "vitest";
import { drops, isDropped, type Mark, readMark, sourceOf, writeMark } from "../../reconciler/mark.ts";

const marks: fc.Arbitrary<Mark> = fc
  .record(
    {
      state: fc.constantFrom("original" as const, "updated" as const, "building" as const, "built" as const),
      of: fc.stringMatching(/^[0-9a-f-]{1,64}$/),
      at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      source: fc.tuple(fc.string(), fc.string()).map(([id, version]) => sourceOf({ id, version })),
      audience: fc.constantFrom("external" as const, "internal" as const),
      digest: fc.stringMatching(/^[0-9a-f]{16}$/),
      drops: fc.array(fc.string(), { minLength: 1, maxLength: 20 }).map(drops),
    },
    { requiredKeys: ["state", "of", "at"] },
  )
  // An item that takes another's place is made without them.
  .map(({ drops: named, ...mark }) =>
    mark.source === undefined && named !== undefined ? { ...mark, drops: named } : mark,
  );

test("a mark is read as it was written", () => {
  fc.assert(
    fc.property(marks, (mark) => {
      expect(readMark(writeMark(mark))).toEqual(mark);
      // Listings cut strings off at 255 characters.
      expect(writeMark(mark).length).toBeLessThan(255);
    }),
  );
});

test.each([
  undefined,
  "",
  "2 updated abc 2026-11-22T00:00:00.000Z",
  "1 seen abc 2026-11-22T00:00:00.000Z",
  "1 updated abc",
  "1 updated abc then",
])("%j is no mark", (text) => {
  expect(readMark(text)).toBeUndefined();
});

test("a mark names the pictures that its update takes out", () => {
  const mark: Mark = { state: "updated", of: "x", at: 0, drops: drops(["a@x", "b@x"]) };
  const named = ["a@x", "b@x", "c@x"].filter((id) => isDropped(readMark(writeMark(mark)), id));
  expect(named).toEqual(["a@x", "b@x"]);
  expect(isDropped(undefined, "a@x")).toBe(false);
  expect(drops([])).toBeUndefined();
});
