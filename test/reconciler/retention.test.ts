import { expect, test } from "vitest";
import { forgotten, keepsOriginals } from "../../reconciler/retention.ts";
import { settings } from "./message.ts";

const day = 86_400_000;
const now = 1000 * day;

test("what is kept how long is as declared, or 90, 7 and no days where nothing is", () => {
  const keepDays = { audit: 10, failed: 3, originals: 30 };
  expect(forgotten({ keepDays }, now)).toEqual({ rows: 990 * day, failed: 997 * day, originals: 970 * day });
  expect(forgotten(undefined, now)).toEqual({ rows: 910 * day, failed: 993 * day, originals: 993 * day });
});

test("originals are kept on demand, and for later versions of a split message", () => {
  const splitMessages = { enabled: true, keep: "first", saveAll: false } as const;
  expect(keepsOriginals(settings())).toBe(false);
  expect(keepsOriginals(settings({ splitMessages }))).toBe(true);
  expect(keepsOriginals(settings({ keepDays: { audit: 90, failed: 7, originals: 1 } }))).toBe(true);
});
