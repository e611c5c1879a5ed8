import { beforeEach, expect, test } from "vitest";
import { Fault } from "../../../reconciler/fault.ts";
import { type Guard, signInGuard } from "../../../reconciler/mailbox/sign-in.ts";

const minute = 60_000;
let now: number;
let asked: number;
let answer: () => Promise<string>;
let guard: Guard;
const call = (): Promise<string> =>
  guard(() => {
    asked++;
    return answer();
  });
const failing = (code: Fault["code"]) => () => Promise.reject(new Fault(code, "told"));

beforeEach(() => {
  now = 0;
  asked = 0;
  answer = () => Promise.resolve("done");
  guard = signInGuard(() => now);
});

test("a wrong password reaches the server once, however many ask at once", async () => {
  answer = failing("WRONG_CREDENTIALS");
  const ends = await Promise.allSettled(Array.from({ length: 20 }, call));
  for (const end of ends)
    expect(end).toMatchObject({ reason: { code: "WRONG_CREDENTIALS", message: "told", retryAfter: minute } });
  expect(asked).toBe(1);
});

test("after each refusal it waits twice as long: five or six tries in half an hour and not one a minute", async () => {
  answer = failing("WRONG_CREDENTIALS");
  for (; now < 30 * minute; now += 1000) await call().catch(() => undefined);
  expect(asked).toBe(5);
});

test("a password that is accepted again lets everybody through", async () => {
  answer = failing("WRONG_CREDENTIALS");
  await expect(call()).rejects.toThrow("told");
  now += minute;
  answer = () => Promise.resolve("done");
  expect(await Promise.all([call(), call(), call()])).toEqual(["done", "done", "done"]);
  expect(asked).toBe(4);
});

test.each(["MAILBOX_NOT_FOUND", "ACCESS_DENIED"] as const)("%s is that call's own failure", async (code) => {
  const guardedBy = (work: () => Promise<string>) => guard(work);
  const ends = await Promise.allSettled([guardedBy(failing(code)), call(), call()]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
});

test("a server that is not there is asked once for all who wait, and at once again", async () => {
  answer = failing("UNAVAILABLE");
  await Promise.allSettled([call(), call(), call()]);
  expect(asked).toBe(1);
  await expect(call()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(asked).toBe(2);
});
