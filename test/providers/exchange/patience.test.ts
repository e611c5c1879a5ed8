import { expect, test } from "vitest";
import { Fault } from "../../../providers/exchange/errors.ts";
import { persist, retryAfterOf, type Setback } from "../../../providers/exchange/patience.ts";

/** What is said while these setbacks come one after the other. */
async function said(...setbacks: Setback[]): Promise<string[]> {
  const heard: string[] = [];
  const attempt = async (): Promise<{ done: true } | Setback> => setbacks.shift() ?? { done: true };
  await persist("Get-X", attempt, { wait: async () => {}, warn: (text) => void heard.push(text) });
  return heard;
}
const setback = (code: "THROTTLED" | "UNAVAILABLE", more: Partial<Setback> = {}): Setback => ({
  fault: new Fault(code, "x"),
  repeatable: true,
  retryAfter: 9_000,
  ...more,
});

test("a wait says truly what for", async () => {
  const because = "the session with Exchange broke off, and another is opened";
  expect(
    await said(setback("THROTTLED"), setback("UNAVAILABLE"), setback("UNAVAILABLE", { because })),
  ).toEqual([
    "Get-X: waiting 9 s, because Exchange is busy.",
    "Get-X: waiting 9 s, because Exchange is not available.",
    `Get-X: waiting 9 s, because ${because}.`,
  ]);
});

test("the time that a failure brings with it counts", async () => {
  const waits: number[] = [];
  const failures: Setback[] = [
    { fault: new Fault("UNAVAILABLE", "x", { retryAfter: 3_000 }), repeatable: true },
  ];
  const attempt = async () => failures.shift() ?? { done: true };
  await persist("Get-X", attempt, { wait: async (pause) => void waits.push(pause) });
  expect(waits).toEqual([3_000]);
});

test.each<[string | undefined, number | undefined]>([
  ["30", 30_000],
  ["0", 0],
  ["Thu, 01 Jan 1970 00:00:20 GMT", 10_000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["soon", undefined],
  [undefined, undefined],
])("Retry-After: %s is %s milliseconds", (header, milliseconds) => {
  expect(retryAfterOf(header, 10_000)).toBe(milliseconds);
});
