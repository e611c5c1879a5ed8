import { expect, test } from "vitest";
import { rememberLocks } from "../../reconciler/locks.ts";

test("a refusal is remembered for its mailbox, for an hour", () => {
  let now = 0;
  const locks = rememberLocks(() => now);
  locks.add("anna@contoso.com");
  expect([locks.has("anna@contoso.com"), locks.has("ben@contoso.com")]).toEqual([true, false]);
  now = 3_600_000;
  expect(locks.has("anna@contoso.com")).toBe(false);
});

test("no more than some thousands are remembered", () => {
  const locks = rememberLocks(() => 0);
  for (let count = 0; count <= 20_000; count++) locks.add(String(count));
  expect([locks.has("0"), locks.has("20000")]).toEqual([false, true]);
});
