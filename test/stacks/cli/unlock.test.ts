import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import type { Lock } from "../../../stacks/cli/state.ts";
import { toUnlock, type Ask } from "../../../stacks/cli/unlock.ts";

/** The number of a process that ended. */
async function gone(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "close");
  return child.pid ?? 0;
}

const held = (more: Partial<Lock> = {}): Lock => ({
  pid: process.pid,
  hostname: hostname(),
  timestamp: new Date().toISOString(),
  ...more,
});

/** Somebody who types the same to every question. */
function answering(answer: string): { asked: string[]; ask: Ask } {
  const asked: string[] = [];
  return {
    asked,
    ask: async (question) => {
      asked.push(question);
      return answer;
    },
  };
}

test("what nobody locked needs no unlocking, and nobody is asked", async () => {
  const { asked, ask } = answering("y");
  expect(await toUnlock([], "prod", ask)).toBe(false);
  expect(asked).toEqual([]);
});

test("without a terminal only what is provably left over is unlocked", async () => {
  const pid = await gone();
  expect(await toUnlock([held({ pid })], "prod", undefined)).toBe(true);
  expect(await toUnlock([held()], "prod", undefined)).toBe(false);
  expect(await toUnlock([held({ pid }), held()], "prod", undefined)).toBe(false);
  expect(await toUnlock([held({ pid, hostname: "elsewhere" })], "prod", undefined)).toBe(false);
});

test("a process that got the number of the one that took the lock does not hold it", async () => {
  const before = new Date(Date.now() - process.uptime() * 1_000 - 60_000).toISOString();
  expect(await toUnlock([held({ timestamp: before })], "prod", undefined)).toBe(true);
});

test.each([
  ["", true],
  ["y", true],
  ["yes ", true],
  ["n", false],
  ["what?", false],
])("at a terminal a killed run's lock is offered: %j", async (answer, unlocked) => {
  const { asked, ask } = answering(answer);
  const pid = await gone();
  expect(await toUnlock([held({ pid })], "prod", ask)).toBe(unlocked);
  expect(asked).toEqual([
    expect.stringMatching(new RegExp(`'prod' is locked by process ${pid} since .*killed run`)),
  ]);
});

test.each([
  ["", false],
  ["n", false],
  ["Y", true],
])("one that may be held is kept unless somebody insists: %j", async (answer, unlocked) => {
  const { asked, ask } = answering(answer);
  expect(await toUnlock([held({ hostname: "elsewhere" })], "prod", ask)).toBe(unlocked);
  expect(asked).toEqual([expect.stringMatching(/ on elsewhere since .*may still be at work/)]);
});
