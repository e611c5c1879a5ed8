import { TestClock } from "pg-boss";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Daemon, createDaemon } from "../../reconciler/daemon.ts";
import type { Queue } from "../../reconciler/queue/port.ts";
import { memoryDirectory, memoryMailboxes } from "./memory.ts";
import { settings } from "./message.ts";

const queue = {
  take: async () => [],
  nextDue: async () => undefined,
  onChange: () => () => undefined,
} as unknown as Queue;

let clock: TestClock;
let password: string | undefined;
let used: (string | undefined)[];
let daemon: Daemon;

beforeEach(() => {
  clock = new TestClock(0);
  used = [];
  password = "first";
  daemon = createDaemon({
    queue,
    clock,
    log: pino({ level: "silent" }),
    sources: {
      env: {
        get PASSWORD() {
          return password;
        },
      },
      readFile: () => "",
    },
    connect: async ({ mailboxes }) => {
      used.push(mailboxes.onPremises?.account.password);
      return {
        mailboxes: memoryMailboxes(),
        directory: memoryDirectory({}),
        inboxes: {},
        ping: async () => {},
      };
    },
  });
});
afterEach(() => daemon.close());

/** After everything that was begun before: applications wait for each other. */
const later = async (milliseconds: number): Promise<void> => {
  await clock.tick(milliseconds);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("a password that was changed where the settings refer to is used without a restart", async () => {
  await daemon.apply({ version: 1, settings: settings() });
  expect(await daemon.problems()).toEqual([]);
  password = "second";
  await later(300_000);
  expect(await daemon.problems()).toEqual([]);
  expect(used).toEqual(["first", "second"]);
});

test("settings that could not be applied are tried again, and never over newer ones", async () => {
  password = undefined;
  await daemon.apply({ version: 1, settings: settings() });
  expect(await daemon.problems()).toEqual([expect.stringContaining("PASSWORD")]);
  password = "first";
  await later(10_000);
  expect(daemon.settingsVersion()).toBe(1);
  await daemon.apply({ version: 2, settings: settings() });
  await later(600_000);
  expect(daemon.settingsVersion()).toBe(2);
});
