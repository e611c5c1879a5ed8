import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { TestClock } from "pg-boss";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Audience } from "../../reconciler/job.ts";
import { type Job, jobKey } from "../../reconciler/job.ts";
import type { Choice, Queue, Result, Taken } from "../../reconciler/queue/port.ts";
import { openQueue } from "../../reconciler/queue/pg-boss.ts";
import type { Settings } from "../../stacks/config/types.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";

// A database is made and opened anew.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const start = Date.UTC(2026, 10, 22, 12);
const raw = Buffer.from("Subject: x\r\n\r\nbody\0with bytes \xff", "latin1");
const pending: Result = { outcome: "pending", mailboxes: [], items: 0, text: "Not found yet." };
const updated: Result = { outcome: "updated", mailboxes: ["a@contoso.com"], items: 1, text: "Updated." };

let folder: string;
let server: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "queue-"));
  server = await startPostgres();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const targets = [
  { name: "pg-boss on PGlite", make: async () => folder },
  { name: "pg-boss on a PostgreSQL server", make: () => server.database() },
];

for (const target of targets)
  describe(target.name, () => {
    let place: string;
    let clock: TestClock;
    let queue: Queue;
    let messages = 0;

    const job = (messageId: string, variant = "1", change: Partial<Job> = {}): Job => ({
      key: jobKey("a@contoso.com", messageId, variant),
      messageId,
      senders: ["a@contoso.com"],
      arrived: clock.now(),
      notBefore: clock.now(),
      deadline: clock.now() + 86_400_000,
      attempt: 0,
      ...change,
    });
    const fresh = () => `<${++messages}@contoso.com>`;
    const take = async (limit = 10): Promise<Taken[]> => {
      await clock.tick(1);
      return queue.take(limit);
    };
    const only = (taken: Taken[]): Taken => {
      const [first, ...rest] = taken;
      expect(rest).toEqual([]);
      if (!first) throw new Error("nothing was taken");
      return first;
    };

    beforeAll(async () => {
      place = await target.make();
      clock = new TestClock(start);
      queue = await openQueue(place, { clock });
    });
    afterAll(() => queue.close());

    test("gives a job back with the message byte for byte, and to one taker only", async () => {
      const wanted = job(fresh(), "1", { recipients: ["eva@contoso.com"] });
      expect(await queue.add(wanted, raw)).toBe(true);
      const taken = only(await take());
      expect(taken.job).toEqual(wanted);
      expect(Buffer.from(taken.raw)).toEqual(raw);
      expect(await take()).toEqual([]);
      await queue.finish(taken, updated);
    });

    test("taking the same message in again changes nothing, not even after it was finished", async () => {
      const wanted = job(fresh());
      expect(await queue.add(wanted, raw)).toBe(true);
      expect(await queue.add(wanted, raw)).toBe(false);
      await queue.finish(only(await take()), updated);
      expect(await queue.add(wanted, raw)).toBe(false);
      expect(await take()).toEqual([]);
    });

    test("hands out versions of one message one after the other in the order of arrival, other messages meanwhile", async () => {
      const [split, other] = [fresh(), fresh()];
      const versions = ["c", "a", "b"];
      for (const variant of versions) {
        await queue.add(job(split, variant), raw);
        await clock.tick(1);
      }
      await queue.add(job(other), raw);
      const first = await take();
      expect(first.map(({ job }) => job.messageId).toSorted()).toEqual([split, other].toSorted());
      const seen: string[] = [];
      for (let next = first.find(({ job }) => job.messageId === split); next; next = (await take())[0]) {
        seen.push(next.job.key);
        await queue.finish(next, updated);
      }
      expect(seen).toEqual(versions.map((variant) => jobKey("a@contoso.com", split, variant)));
      for (const taken of first) if (taken.job.messageId === other) await queue.finish(taken, updated);
    });

    test("a job put off returns at its time with the next attempt, and holds back later versions until then", async () => {
      const messageId = fresh();
      await queue.add(job(messageId, "1"), raw);
      await clock.tick(1);
      await queue.add(job(messageId, "2"), raw);
      const first = only(await take());
      const at = clock.now() + 5000;
      await queue.later(first, at, pending);
      expect(await take()).toEqual([]);
      expect(await queue.nextDue(clock.now())).toBe(at);
      await clock.tick(5000);
      const again = only(await take());
      expect(again.job.key).toBe(first.job.key);
      expect(again.job.attempt).toBe(1);
      await queue.finish(again, updated);
      await queue.finish(only(await take()), updated);
    });

    test("tells whether a job was put off for a fault", async () => {
      await queue.add(job(fresh()), raw);
      const first = only(await take());
      expect(first.job.faulted).toBeUndefined();
      await queue.later(first, clock.now(), { ...pending, reason: "mailbox-unavailable" });
      const second = only(await take());
      expect(second.job.faulted).toBe(true);
      await queue.later(second, clock.now(), pending);
      const third = only(await take());
      expect(third.job.faulted).toBeUndefined();
      await queue.finish(third, updated);
    });

    test("does not hand out a job before its settle delay is over", async () => {
      await queue.add(job(fresh(), "1", { notBefore: clock.now() + 2000 }), raw);
      expect(await take()).toEqual([]);
      await clock.tick(2000);
      await queue.finish(only(await take()), updated);
    });

    test("what waits for its time does not wait for a clock that was set back to catch up", async () => {
      await queue.add(job(fresh(), "1", { notBefore: clock.now() + 60_000 }), raw);
      expect(await take()).toEqual([]);
      const before = clock.now();
      await clock.setTime(before - 3_600_000);
      const taken = only(await take());
      await queue.finish(taken, updated);
      await clock.setTime(before);
    });

    test("an outdated hold on a job changes nothing", async () => {
      await queue.add(job(fresh()), raw);
      const outdated = only(await take());
      await queue.later(outdated, clock.now(), pending);
      const current = only(await take());
      await queue.finish(outdated, { ...updated, text: "Too late." });
      await queue.finish(current, updated);
      expect((await queue.audit(0, 1000)).find(({ key }) => key === current.job.key)?.text).toBe("Updated.");
    });

    test("the audit tells the history of a message, pages by change, and counts outcomes", async () => {
      const since = Math.max(0, ...(await queue.audit(0, 1000)).map(({ change }) => change));
      const before = (await queue.counts()).updated ?? 0;
      const wanted = job(fresh());
      await queue.add(wanted, raw);
      const first = only(await take());
      await queue.later(first, clock.now(), pending);
      const second = only(await take());
      await queue.later(second, clock.now(), pending);
      await queue.finish(only(await take()), updated);
      const [entry, ...rest] = await queue.audit(since, 10);
      expect(rest).toEqual([]);
      expect(entry).toMatchObject({ ...updated, key: wanted.key, messageId: wanted.messageId, attempts: 3 });
      expect(entry?.history.map(({ text }) => text)).toEqual(["Taken in.", "Not found yet.", "Updated."]);
      expect(entry?.done).toBe(clock.now());
      expect((await queue.counts()).updated).toBe(before + 1);
    });

    test("counts how often an item could not be taken in, each by itself", async () => {
      const counts = [];
      for (const [mailbox, item] of [
        ["in@x", "1"],
        ["in@x", "1"],
        ["in@x", "2"],
        ["other@x", "1"],
      ] as const)
        counts.push(await queue.stumbled(mailbox, item, clock.now()));
      expect(counts).toEqual([1, 2, 1, 1]);
    });

    test.each([0, 1, 2 ** 19 - 1, 2 ** 19, 2 ** 19 + 1, 3 * 2 ** 19])(
      "gives a message of %d bytes back as it came, and lets other work have its turns",
      async (size) => {
        const large = randomBytes(size);
        let turns = 0;
        const count = (): void => {
          turns++;
          next = setImmediate(count);
        };
        let next = setImmediate(count);
        const messageId = fresh();
        await queue.add(job(messageId), large);
        clearImmediate(next);
        const taken = only((await take()).filter((one) => one.job.messageId === messageId));
        expect(Buffer.from(taken.raw).equals(large)).toBe(true);
        expect(turns).toBeGreaterThanOrEqual(Math.floor(size / 2 ** 19) - 1);
        await queue.finish(taken, updated);
      },
    );

    test("keeps for whom a version is: outsiders, where it came for them too while it was waited for", async () => {
      const messageId = fresh();
      const version = (audience: Audience) => job(messageId, "1", { audience });
      expect(await queue.add(version("internal"), raw)).toBe(true);
      expect(await queue.add(version("external"), raw)).toBe(false);
      expect(await queue.add(version("internal"), raw)).toBe(false);
      const taken = only((await take()).filter((one) => one.job.messageId === messageId));
      expect(taken.job.audience).toBe("external");
      await queue.finish(taken, updated);
    });

    test("records what was refused", async () => {
      const refusal = {
        messageId: fresh(),
        senders: ["eve@evil.example"],
        at: clock.now(),
        reason: "origin-not-proved" as const,
      };
      await queue.refuse({ ...refusal, text: "No client certificate." });
      expect((await queue.audit(0, 1000)).at(-1)).toMatchObject({
        outcome: "refused",
        reason: "origin-not-proved",
        messageId: refusal.messageId,
        text: "No client certificate.",
      });
      expect(await take()).toEqual([]);
    });

    test("tells its listener of every change, until it is told to stop", async () => {
      let calls = 0;
      const stop = queue.onChange(() => calls++);
      await queue.add(job(fresh()), raw);
      expect(calls).toBe(1);
      const taken = only(await take());
      await queue.finish(taken, updated);
      expect(calls).toBe(2);
      stop();
      await queue.refuse({ messageId: "", senders: [], at: 0, reason: "origin-not-proved", text: "" });
      expect(calls).toBe(2);
    });

    test("stores settings only over the version that was expected", async () => {
      const settings = { version: 1, status: "on" } as Settings;
      expect(await queue.settings()).toBeUndefined();
      expect(await queue.saveSettings(settings, 3)).toBeUndefined();
      expect(await queue.saveSettings(settings, 0)).toEqual({ version: 1, settings });
      expect(await queue.saveSettings({ ...settings, status: "off" }, 0)).toBeUndefined();
      expect(await queue.saveSettings({ ...settings, status: "off" }, undefined)).toMatchObject({
        version: 2,
      });
      expect(await queue.settings()).toEqual({ version: 2, settings: { version: 1, status: "off" } });
    });

    test("keeps the first original of a message, and forgets it in time", async () => {
      const body = { type: "html" as const, content: "<p>Grüße 'x'</p>" };
      await queue.rememberOriginal("a@contoso.com", "<o@x>", body, 10);
      await queue.rememberOriginal("a@contoso.com", "<o@x>", { ...body, content: "later" }, 20);
      expect(await queue.originalOf("a@contoso.com", "<o@x>")).toEqual(body);
      await queue.prune({ rows: 0, failed: 0, originals: 11 });
      expect(await queue.originalOf("a@contoso.com", "<o@x>")).toBeUndefined();
    });

    test("a failed message keeps its content for a while, and is tried again on demand, as if it came then", async () => {
      const failed: Result = { outcome: "failed", reason: "not-found", mailboxes: [], items: 0, text: "No." };
      const jobs = [job(fresh()), job(fresh()), job(fresh())] as const;
      for (const one of jobs) await queue.add(one, raw);
      for (const taken of await take())
        await queue.finish(taken, taken.job.key === jobs[2].key ? updated : failed);
      await clock.tick(1000);
      // Of what did not fail, and of what nobody knows, there is nothing to be tried again.
      expect(await queue.retry({ ids: [jobs[2].key, "<nobody@x>"] })).toEqual([]);
      expect(await queue.retry({ reason: "access-denied" })).toEqual([]);
      expect(await queue.retry({ ids: [jobs[0].messageId] })).toEqual([jobs[0].key]);
      expect(await queue.retry({ ids: [jobs[0].key] })).toEqual([]);
      const again = only(await take());
      expect(again.job).toEqual({
        ...jobs[0],
        attempt: 0,
        notBefore: jobs[0].notBefore + 1001,
        deadline: jobs[0].deadline + 1001,
      });
      expect(Buffer.from(again.raw)).toEqual(raw);
      await queue.finish(again, updated);
      const [entry] = await queue.audit(0, 10, { ids: [jobs[0].key] });
      expect(entry?.history.map(({ text }) => text)).toEqual([
        "Taken in.",
        "No.",
        "To be tried again.",
        "Updated.",
      ]);
      await queue.prune({ rows: 0, failed: clock.now() + 1, originals: 0 });
      expect(await queue.retry({ reason: "not-found" })).toEqual([]);
      expect(await queue.audit(0, 10, { ids: [jobs[1].messageId] })).toHaveLength(1);
      await queue.prune({ rows: clock.now() + 1, failed: 0, originals: 0 });
      expect(await queue.audit(0, 10, { ids: [jobs[1].messageId] })).toEqual([]);
    });

    test("the audit is searched by sender, outcome, reason, id and time", async () => {
      const sender = "Searched@contoso.com".toLowerCase();
      const wanted = job(fresh(), "1", { senders: ["b@contoso.com", sender] });
      await queue.add(wanted, raw);
      await queue.finish(only(await take()), { ...updated, outcome: "skipped", reason: "smime" });
      const keys = async (choice: Choice) => (await queue.audit(0, 10, choice)).map(({ key }) => key);
      const all: Choice = { ids: [wanted.messageId], sender: "Searched@Contoso.com", outcome: "skipped" };
      expect(await keys({ ...all, reason: "smime", after: wanted.arrived })).toEqual([wanted.key]);
      for (const other of [
        { ids: ["<other@x>"] },
        { sender: "a@contoso.com" },
        { outcome: "failed" as const },
        { reason: "pgp" },
        { after: wanted.arrived + 1 },
      ])
        expect(await keys({ ...all, ...other })).toEqual([]);
    });

    test("takes in what a header may hold and a database may not: NUL and half a character", async () => {
      const odd = job(`<\0\ud83d${++messages}@contoso.com>`, "1", { senders: ["a\0\ud83d@contoso.com"] });
      expect(await queue.add(odd, raw)).toBe(true);
      await queue.finish(only(await take()), { ...updated, text: "half \ud83d" });
      await queue.refuse({
        messageId: "<\0>",
        senders: ["\ud83d"],
        at: 1,
        reason: "origin-not-proved",
        text: "\0",
      });
    });

    test("a message with somebody else's Message-ID does not hold theirs up", async () => {
      const messageId = fresh();
      const borrowed = job(messageId, "2", {
        key: jobKey("b@contoso.com", messageId, "2"),
        senders: ["b@contoso.com"],
      });
      await queue.add(borrowed, raw);
      await queue.add(job(messageId), raw);
      const taken = await take();
      expect(taken).toHaveLength(2);
      for (const one of taken) await queue.finish(one, updated);
    });

    test("opened again, it has everything, and jobs that were in hand are due at once", async () => {
      const [held, waiting] = [job(fresh()), job(fresh())];
      await queue.add(held, raw);
      await take();
      await queue.add(waiting, raw);
      await queue.close();
      queue = await openQueue(place, { clock });
      const taken = await take();
      expect(taken.map(({ job }) => job.key).toSorted()).toEqual([held.key, waiting.key].toSorted());
      for (const one of taken) await queue.finish(one, updated);
    });
  });
