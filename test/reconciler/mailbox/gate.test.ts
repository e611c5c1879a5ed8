import fc from "fast-check";
import { expect, test } from "vitest";
import { createGate } from "../../../reconciler/mailbox/gate.ts";

/** Tasks that end when the test says so. */
function controlled(limit: number) {
  const gate = createGate(limit);
  const started: string[] = [];
  const endings: (() => void)[] = [];
  return {
    started,
    add: (key: string) =>
      gate(key, () => {
        started.push(key);
        return new Promise<void>((end) => endings.push(end));
      }),
    endFirst: async () => {
      endings.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

test("keys take turns: a mailbox with one task does not wait behind one with many", async () => {
  const { started, add, endFirst } = controlled(1);
  const all = Promise.all(["big", "big", "big", "small", "other"].map(add));
  await new Promise(setImmediate);
  for (let left = 5; left > 0; left -= 1) await endFirst();
  await all;
  expect(started).toEqual(["big", "big", "small", "other", "big"]);
});

test("never more than the limit run at once, and all run in the end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom("a", "b", "c")),
      async (limit, keys) => {
        const gate = createGate(limit);
        let running = 0;
        let most = 0;
        const done = await Promise.all(
          keys.map((key, index) =>
            gate(key, async () => {
              running += 1;
              most = Math.max(most, running);
              await new Promise(setImmediate);
              running -= 1;
              return index;
            }),
          ),
        );
        expect(done).toEqual(keys.map((_, index) => index));
        expect(most).toBe(Math.min(limit, keys.length));
      },
    ),
  );
});

test("a task that fails makes room for the next", async () => {
  const gate = createGate(1);
  await expect(gate("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(gate("a", () => Promise.resolve(1))).resolves.toBe(1);
});
