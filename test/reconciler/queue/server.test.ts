import { TestClock } from "pg-boss";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openQueue } from "../../../reconciler/queue/pg-boss.ts";
import type { Queue, Result, StoredSettings, Taken } from "../../../reconciler/queue/port.ts";
import type { Settings } from "../../../stacks/config/types.ts";
import { type PostgresServer, startPostgres } from "../../postgres/server.ts";
import { job } from "./job.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const updated: Result = { outcome: "updated", mailboxes: [], items: 1, text: "Updated." };
const raw = Buffer.from("Subject: x\r\n\r\nbody");

let server: PostgresServer;
let url: string;
let queues: Queue[];
let errors: unknown[];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  url = await server.database();
  [queues, errors] = [[], []];
});
afterEach(() => Promise.all(queues.map((queue) => queue.close())));

async function open(clock?: TestClock): Promise<Queue> {
  const queue = await openQueue(url, { ...(clock && { clock }), onError: (error) => errors.push(error) });
  queues.push(queue);
  return queue;
}

/** Resolves when a queue tells of a change for which a condition holds. */
async function until(queue: Queue, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = queue.onChange(resolve);
    if (!(await holds())) await promise;
    stop();
  }
}

test("daemons that start at once on an empty database agree on its tables", async () => {
  const three = await Promise.all([open(), open(), open()]);
  expect(await Promise.all(three.map((queue) => queue.counts()))).toEqual([{}, {}, {}]);
  expect(errors).toEqual([]);
});

test("each message goes to one daemon only, however many ask at once, and its versions one after the other", async () => {
  const three = [await open(), await open(), await open()] as const;
  const ids = Array.from({ length: 10 }, (_, index) => `<message-${index}@contoso.com>`);
  // Every copy comes in through each of the three.
  const added = await Promise.all(ids.flatMap((id) => three.map((queue) => queue.add(job(id), raw))));
  expect(added.filter(Boolean)).toHaveLength(ids.length);
  for (const id of ids) await three[0].add(job(id, "2"), raw);

  const seen: string[] = [];
  const inHand = new Set<string>();
  await Promise.all(
    three.map(async (queue) => {
      for (let empty = 0; empty < 20;) {
        const [taken] = await queue.take(1);
        if (taken === undefined) {
          empty++;
          continue;
        }
        const { messageId, key } = taken.job;
        expect(inHand).not.toContain(messageId);
        inHand.add(messageId);
        seen.push(key);
        await queue.counts();
        inHand.delete(messageId);
        await queue.finish(taken, updated);
      }
    }),
  );
  expect(seen).toHaveLength(2 * ids.length);
  for (const id of ids) expect(seen.indexOf(job(id, "1").key)).toBeLessThan(seen.indexOf(job(id, "2").key));
  expect(new Set(seen).size).toBe(seen.length);
});

test("a change is told to the other daemons, and settings come with it", async () => {
  const [one, other] = [await open(), await open()];
  const told = Promise.withResolvers<StoredSettings>();
  other.onSettings(told.resolve);
  const own: unknown[] = [];
  one.onSettings((stored) => own.push(stored));
  const wanted = job();
  const heard = until(other, async () => (await other.audit(0, 10)).length === 1);
  await one.add(wanted, raw);
  await heard;
  await one.saveSettings({ version: 1, status: "on" } as Settings, 0);
  expect(await told.promise).toEqual({ version: 1, settings: { version: 1, status: "on" } });
  expect(own).toEqual([]);
});

test("of settings stored at once over the same version, one is stored", async () => {
  const three = [await open(), await open(), await open()];
  const stored = await Promise.all(
    three.map((queue, index) => queue.saveSettings({ version: 1, index } as unknown as Settings, 0)),
  );
  expect(stored.filter(Boolean)).toHaveLength(1);
});

test("a job is taken over when its daemon is not heard of any more, and not before", async () => {
  const [gone, here] = [new TestClock(Date.now()), new TestClock(Date.now())];
  const [dead, alive] = [await open(gone), await open(here)];
  await dead.add(job(), raw);
  await here.tick(1000);
  const [lost] = await dead.take(1);
  // While its daemon lives, it is renewed: 40 s of both clocks.
  for (let step = 0; step < 4; step++) {
    await here.tick(10_000);
    await gone.tick(10_000);
  }
  expect(await alive.take(1)).toEqual([]);
  expect(lost && dead.holds(lost)).toBe(true);
  let taken: Taken[] = [];
  for (let step = 0; step < 6 && taken.length === 0; step++) {
    await here.tick(10_000);
    taken = await alive.take(1);
  }
  expect(taken.map(({ job }) => job.key)).toEqual([lost?.job.key]);
  expect(gone.now()).toBeLessThan(here.now());
  await gone.setTime(here.now());
  expect(lost && dead.holds(lost)).toBe(false);
  // The one that was thought dead comes back with its result: it is not its job any more.
  if (lost) await dead.finish(lost, { ...updated, text: "Too late." });
  if (taken[0]) await alive.finish(taken[0], updated);
  expect((await alive.audit(0, 10)).map(({ text }) => text)).toEqual(["Updated."]);
});

test("nobody who pages by change numbers misses a row, however long another's transaction takes", async () => {
  const [slow, quick] = [await open(), await open()];
  const large = Buffer.alloc(8 * 2 ** 20);
  const adding = slow.add(job(), large);
  const keys = new Set<string>();
  let since = 0;
  const read = async (): Promise<void> => {
    const rows = await quick.audit(since, 100);
    since = rows.at(-1)?.change ?? since;
    for (const row of rows) keys.add(row.key);
  };
  let done = false;
  void adding.finally(() => (done = true));
  while (!done) {
    await quick.add(job(), raw);
    await read();
  }
  await read();
  expect(keys.size).toBe((await quick.counts()).pending);
});

test("outlives a restart of the server: what fails meanwhile says so, and works afterwards", async () => {
  const queue = await open();
  await queue.add(job(), raw);
  const [taken] = await queue.take(1);
  await server.kill();
  if (taken) await expect(queue.finish(taken, updated)).rejects.toThrow(/./);
  await expect(queue.add(job(), raw)).rejects.toThrow(/./);
  await server.start();
  if (taken) await queue.finish(taken, updated);
  expect(await queue.add(job(), raw)).toBe(true);
  expect(await queue.counts()).toEqual({ updated: 1, pending: 1 });
  // Its listening connection, too, is made anew.
  const other = await open();
  const heard = until(queue, async () => (await queue.counts()).pending === 2);
  await other.add(job(), raw);
  await heard;
});

test("a server that lets nobody in is told without the password", async () => {
  const wrong = "postgres://siu:a-secret@127.0.0.1:1/siu";
  const error = await openQueue(wrong).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: "UNAVAILABLE" });
  expect(String((error as Error).stack)).not.toContain("a-secret");
});
