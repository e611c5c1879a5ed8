import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { TestClock } from "pg-boss";
import { pino } from "pino";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Daemon, createDaemon } from "../../reconciler/daemon.ts";
import { createMetrics } from "../../reconciler/metrics.ts";
import type { Queue } from "../../reconciler/queue/port.ts";
import { memoryDirectory, memoryMailboxes } from "./memory.ts";
import { settings } from "./message.ts";
import { type Certificate, createAuthority } from "../emulator/tls.ts";
import type { Intake } from "../../stacks/config/types.ts";

const queue = {
  canStore: async () => {},
  take: async () => [],
  nextDue: async () => undefined,
  onChange: () => () => undefined,
} as unknown as Queue;

let listener: Certificate;
let clock: TestClock;
let password: string | undefined;
let used: (string | undefined)[];
let daemon: Daemon;

beforeAll(async () => {
  listener = await (await createAuthority()).issue(["siu.contoso.com"]);
});

beforeEach(() => {
  clock = new TestClock(0);
  used = [];
  password = "first";
  daemon = createDaemon({
    queue,
    clock,
    meter: createMetrics({ version: "0", node: "0" }).meter,
    log: pino({ level: "silent" }),
    sources: {
      env: {
        KEY: listener.key,
        CERTIFICATE: listener.cert,
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

describe("several ways in", () => {
  const way = (port: number, key = "${env:KEY}"): Intake => ({
    via: "relay",
    allow: ["127.0.0.1"],
    listen: { host: "127.0.0.1", port, key, certificate: "${env:CERTIFICATE}" },
  });

  test("are open at once; one that cannot open is told and tried again, and holds up no other", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await daemon.apply({ version: 1, settings: settings({ intake: [way(0), way(port)] }) });
    expect(daemon.smtpPorts()).toEqual([expect.any(Number)]);
    expect(await daemon.problems()).toEqual([expect.stringContaining(`Port ${port}`)]);
    const [first] = daemon.smtpPorts();
    holder.close();
    await once(holder, "close");
    await clock.tick(10_000);
    await vi.waitFor(() => expect(daemon.smtpPorts()).toEqual([first, port]));
    await vi.waitFor(async () => expect(await daemon.problems()).toEqual([]));
  });

  test("stay open while others come and go", async () => {
    await daemon.apply({ version: 1, settings: settings({ intake: way(0) }) });
    const [first] = daemon.smtpPorts();
    const other: Intake = { ...way(0), allow: ["127.0.0.2"] } as Intake;
    await daemon.apply({ version: 2, settings: settings({ intake: [other, way(0)] }) });
    expect(daemon.smtpPorts()).toEqual([first, expect.any(Number)]);
    await daemon.apply({ version: 3, settings: settings() });
    expect(daemon.smtpPorts()).toEqual([]);
  });
});
