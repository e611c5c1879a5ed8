import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { TestClock } from "pg-boss";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { jobKey } from "../../reconciler/job.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { openQueue } from "../../reconciler/queue/pg-boss.ts";
import type { Queue, Result, Taken } from "../../reconciler/queue/port.ts";

// A database is made.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const start = Date.UTC(2026, 10, 22, 12);
const hour = 3_600_000;
const raw = Buffer.from("Subject: x\r\n\r\nbody");
const base = { mailboxes: [], items: 0 };
const updated: Result = { ...base, outcome: "updated", text: "Updated 1 item." };
const failed: Result = { ...base, outcome: "failed", reason: "not-found", text: "No sent copy appeared." };

let folder: string;
let server: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "insight-"));
  server = await startPostgres();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const targets = [
  { name: "PGlite", make: async () => folder },
  { name: "a PostgreSQL server", make: () => server.database() },
];

describe.each(targets)("what the status page and the metrics ask of a queue on $name", ({ make }) => {
  let clock: TestClock;
  let queue: Queue;

  /** Takes a message in and ends it after so many milliseconds. */
  const run = async (messageId: string, sender: string, ms: number, result: Result): Promise<string> => {
    const key = await add(messageId, sender);
    await clock.tick(ms);
    await queue.finish(await take(), result);
    return key;
  };
  const add = async (messageId: string, sender: string, wait = 0): Promise<string> => {
    const [key, now] = [jobKey(sender, messageId, "1"), clock.now()];
    const times = { arrived: now, notBefore: now + wait, deadline: now + hour, attempt: 0 };
    await queue.add({ key, messageId, senders: [sender], ...times }, raw);
    return key;
  };
  const take = async (): Promise<Taken> => {
    await clock.tick(1);
    const [taken] = await queue.take(1);
    if (!taken) throw new Error("nothing was taken");
    return taken;
  };

  beforeAll(async () => {
    clock = new TestClock(start);
    queue = await openQueue(await make(), { clock });
  });
  afterAll(() => queue.close());

  test("the backlog tells due, waiting and held jobs, and the age of the oldest", async () => {
    expect(await queue.backlog()).toEqual({ due: 0, later: 0, inHand: 0, oldest: 0 });
    await add("<due@x>", "anna@contoso.com");
    await clock.tick(1);
    await add("<held@x>", "ben@contoso.com");
    const first = await take();
    await add("<later@x>", "carl@contoso.com", 10_000);
    await clock.tick(1000);
    expect(await queue.backlog()).toEqual({ due: 1, later: 1, inHand: 1, oldest: 1002 });
    await queue.finish(first, updated);
    await queue.finish(await take(), updated);
    await clock.tick(10_000);
    await queue.finish(await take(), updated);
    expect(await queue.backlog()).toMatchObject({ oldest: 0 });
  });

  test("pace and ends count what ended since a time", async () => {
    await clock.tick(1);
    const since = clock.now();
    for (const ms of [100, 200, 900]) await run(`<pace${ms}@x>`, "anna@contoso.com", ms, updated);
    await clock.tick(6000);
    await run("<pace@x>", "anna@contoso.com", 500, updated);
    await run("<lost@x>", "anna@contoso.com", 500, failed);
    const [first, second, ...more] = await queue.pace(since, 5000);
    expect(first).toMatchObject({ at: since, updated: 3, median: 201 });
    expect(first?.slow).toBeGreaterThan(800);
    expect(second).toMatchObject({ at: since + 5000, updated: 1, median: 501 });
    expect(more).toEqual([]);
    expect(await queue.ends(since)).toEqual([
      { outcome: "updated", count: 4 },
      { outcome: "failed", reason: "not-found", count: 1 },
    ]);
  });

  test("messages are found by a part of their Message-ID or of a sender's address, the newest first, and literally", async () => {
    await run("<Offer-100%@x>", "dora@contoso.com", 0, updated);
    await run("<offer-1000@x>", "emil@contoso.com", 0, updated);
    const ids = async (text: string) => (await queue.latest({ text }, 10)).map(({ messageId }) => messageId);
    expect(await ids("OFFER-")).toEqual(["<offer-1000@x>", "<Offer-100%@x>"]);
    expect(await ids("100%")).toEqual(["<Offer-100%@x>"]);
    expect(await ids("dora@")).toEqual(["<Offer-100%@x>"]);
    expect(await ids("_")).toEqual([]);
    expect(await queue.latest({ text: "offer" }, 1)).toHaveLength(1);
  });

  test("the last report of each kind is kept", async () => {
    expect(await queue.reports()).toEqual({});
    for (const at of [1, 2]) await queue.saveReport("doctor", { at, content: { stack: `s${at}` } });
    await queue.saveReport("probe", { at: 3, content: { hops: [] } });
    expect(await queue.reports()).toEqual({
      doctor: { at: 2, content: { stack: "s2" } },
      probe: { at: 3, content: { hops: [] } },
    });
  });
});
