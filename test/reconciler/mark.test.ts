import fc from "fast-check";
import { expect, test } from "vitest";
import { type Mark, readMark, sourceOf, writeMark } from "../../reconciler/mark.ts";

const marks: fc.Arbitrary<Mark> = fc.record(
  {
    state: fc.constantFrom("original" as const, "updated" as const, "building" as const, "built" as const),
    of: fc.stringMatching(/^[0-9a-f-]{1,64}$/),
    at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    source: fc.tuple(fc.string(), fc.string()).map(([id, version]) => sourceOf({ id, version })),
    audience: fc.constantFrom("external" as const, "internal" as const),
    digest: fc.stringMatching(/^[0-9a-f]{16}$/),
  },
  { requiredKeys: ["state", "of", "at"] },
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
