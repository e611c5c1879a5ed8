import fc from "fast-check";
import { expect, test } from "vitest";
import { jobKey, looksEverywhere, nextLook } from "../../reconciler/job.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

test("a key is a UUID, the same for the same message and version, another for any other", () => {
  const parts = fc.tuple(fc.string(), fc.string(), fc.string());
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(jobKey(...a)).toMatch(uuid);
      expect(jobKey(...a) === jobKey(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test("looks come ever later, at most a minute apart, and never after the deadline but at it", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(100), fc.nat(10_000_000), (now, attempt, rest) => {
      const next = nextLook(now, attempt, now + rest);
      expect(next).toBeGreaterThanOrEqual(now);
      expect(next).toBeLessThanOrEqual(Math.min(now + rest, now + 60_000));
      expect(nextLook(now, attempt + 1, now + rest)).toBeGreaterThanOrEqual(next);
    }),
  );
});

test("all folders are gone through after some seconds, ever less often, and at the deadline", () => {
  const job = { key: "", messageId: "", senders: [], arrived: 0, notBefore: 0, deadline: 1000, attempt: 0 };
  const wide = Array.from({ length: 100 }, (_, attempt) => attempt).filter((attempt) =>
    looksEverywhere({ ...job, attempt }, 0),
  );
  expect(wide).toEqual([3, 7, 10, 30, 60, 90]);
  expect(looksEverywhere({ ...job, attempt: 4, faulted: true }, 0)).toBe(true);
  expect(looksEverywhere({ ...job, attempt: 5, faulted: true }, 0)).toBe(false);
  expect(looksEverywhere(job, 1000)).toBe(true);
});
