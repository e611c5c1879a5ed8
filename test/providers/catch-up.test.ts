import { expect, test } from "vitest";
import { caughtUp, lookUntil } from "../../providers/catch-up.ts";

/** Looks that answer nothing so many times; answers what came of them, and the pauses between. */
async function after(fruitless: number) {
  const waits: number[] = [];
  let looks = 0;
  const world = { wait: async (milliseconds: number) => void waits.push(milliseconds) };
  const seen = await caughtUp(world, async () => (looks++ < fruitless ? undefined : "there"));
  return { seen, looks, waits };
}

test("what is there at once is not waited for", async () => {
  expect(await after(0)).toEqual({ seen: "there", looks: 1, waits: [] });
});

test("what comes late is looked for less and less often", async () => {
  expect(await after(2)).toEqual({ seen: "there", looks: 3, waits: [500, 1_000] });
});

test("patience ends, after a last look", async () => {
  const waits = [500, 1_000, 2_000, 4_000, 8_000];
  expect(await after(5)).toEqual({ seen: "there", looks: 6, waits });
  expect(await after(6)).toEqual({ seen: undefined, looks: 6, waits });
});

test("pauses never come to more than their span, and each is told beforehand", async () => {
  const waits: number[] = [];
  const told: number[] = [];
  const world = { wait: async (milliseconds: number) => void waits.push(milliseconds) };
  const before = (pause: number): void => void told.push(pause);
  await lookUntil(world, async () => undefined, { first: 1, longest: 4, total: 12, before });
  expect(waits).toEqual([1, 2, 4, 4, 1]);
  expect(told).toEqual(waits);
  await lookUntil(world, async () => undefined, { first: 1, longest: 4, total: 0, before });
  expect(told).toHaveLength(5);
});
