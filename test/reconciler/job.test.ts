import fc from "fast-check";
import { expect, test } from "vitest";
import { jobKey, nextLook } from "../../reconciler/job.ts";

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
