import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("work of one key runs one after the other, and that of another key does not wait", async () => {
  const inTurn = createTurns();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = inTurn("anna", async () => {
    await gate.promise;
    seen.push("first");
  });
  const second = inTurn("anna", () => seen.push("second"));
  await inTurn("ben", () => seen.push("other"));
  gate.resolve();
  await Promise.all([first, second]);
  expect(seen).toEqual(["other", "first", "second"]);
});

test("work that fails tells its own caller, and the next one goes on", async () => {
  const inTurn = createTurns();
  const failing = inTurn("anna", () => Promise.reject(new Error("refused")));
  const next = inTurn("anna", () => "done");
  await expect(failing).rejects.toThrow("refused");
  expect(await next).toBe("done");
});
