import { randomUUID } from "node:crypto";
import { type Clock, type JobAttempt, PgBoss, systemClock } from "pg-boss";
import * as audit from "./audit.ts";
import type { Database, Sql } from "./database.ts";
import * as insight from "./insight.ts";
import { openEmbedded } from "./embedded.ts";
import type { Queue, StoredSettings, Taken } from "./port.ts";
import { prepare } from "./schema.ts";
import { openServer } from "./server.ts";
import * as tables from "./tables.ts";
import { type Job, jobKey } from "../job.ts";

const name = "message";
/** A job of whose daemon nothing was heard for so long is anybody's again, as soon as one of the daemons looks. */
const leaseSeconds = 20;
const renewEvery = 5000;
const lookEverySeconds = 5;

export interface QueueOptions {
  clock?: Clock;
  /** Told what goes wrong in the background. */
  onError?: (error: unknown) => void;
}

/**
 * Opens the queue: pg-boss on PGlite in a data folder, which this process then owns, or on a PostgreSQL server
 * (`postgres://...`) that any number of daemons share.
 * @throws Fault DATA_FOLDER_IN_USE naming the owner, UNAVAILABLE when the server does not let us in
 */
export async function openQueue(
  place: string,
  { clock = systemClock, onError = () => {} }: QueueOptions = {},
): Promise<Queue> {
  const database = await (/^postgres(ql)?:/.test(place)
    ? openServer(place, clock, onError)
    : openEmbedded(place));
  const boss = await start(database, clock, onError).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const { sql } = database;
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  const settingsListeners = new Set<(stored: StoredSettings) => void>();
  let settingsKnown = 0;
  /** Attempts in hand, by key, and until when nobody else can have them. */
  const held = new Map<string, { attempt: number; until: number }>();
  const attempts = (): JobAttempt[] => [...held].map(([id, { attempt }]) => ({ id, retryCount: attempt }));
  const leaseFromNow = () => clock.now() + leaseSeconds * 1000;

  const readSettings = async (): Promise<void> => {
    const stored = await tables.readSettings(sql);
    if (stored === undefined || stored.version <= settingsKnown) return;
    settingsKnown = stored.version;
    settingsListeners.forEach((listener) => listener(stored));
  };
  const unlisten = database.onNews?.((news) => {
    if (news !== "settings") changed();
    if (news !== "jobs") void readSettings().catch(onError);
  });
  const renew = async (): Promise<void> => {
    const until = leaseFromNow();
    const asked = attempts();
    if (asked.length === 0) return;
    const { rows } = await sql(
      `UPDATE pgboss.job SET heartbeat_on = pgboss.job_now() WHERE name = $1 AND state = 'active'
         AND (id, retry_count) IN (SELECT * FROM unnest($2::uuid[], $3::int[])) RETURNING id`,
      [name, asked.map(({ id }) => id), asked.map(({ retryCount }) => retryCount)],
    );
    const ours = new Set(rows.map(({ id }) => id));
    for (const { id, retryCount } of asked) {
      const hold = held.get(id);
      if (hold?.attempt !== retryCount) continue;
      if (ours.has(id)) hold.until = until;
      else held.delete(id);
    }
  };
  const renewing = clock.setInterval(() => void renew().catch(onError), renewEvery);

  /** One transaction over pg-boss and the own tables. */
  const together = <T>(work: (sql: Sql, db: { executeSql: Sql }) => Promise<T>): Promise<T> =>
    database.transaction((sql) => work(sql, { executeSql: sql }));
  const settle = async (taken: Taken, work: Parameters<typeof together<void>>[0]) => {
    await together(async (sql, db) => {
      // Fenced by the attempt: whoever holds an outdated one has lost the job, and must not write its result.
      const { rows } = await sql(
        "SELECT 1 FROM pgboss.job WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3 FOR UPDATE",
        [name, taken.job.key, taken.attempt],
      );
      if (rows.length > 0) await work(sql, db);
    });
    if (held.get(taken.job.key)?.attempt === taken.attempt) held.delete(taken.job.key);
    changed();
  };

  const send = async (job: Job, db: { executeSql: Sql }): Promise<void> => {
    // With the sender: a message that borrows somebody else's Message-ID must not hold theirs up.
    const singletonKey = jobKey(job.senders[0] ?? "", job.messageId || job.key, "");
    await boss.send(name, null, { id: job.key, singletonKey, startAfter: new Date(job.notBefore), db });
  };

  const store = (job: Job, raw: Uint8Array): Promise<boolean> =>
    together(async (sql, db) => {
      if (!(await tables.addMessage(sql, job, raw))) return false;
      await send(job, db);
      await tables.publish(sql, job.key);
      return true;
    });
  let lastStored = true;
  let lastTake = 0;

  return {
    add: async (job, raw) => {
      const added = await store(job, raw).catch((error: unknown) => {
        lastStored = false;
        throw error;
      });
      lastStored = true;
      if (added) changed();
      return added;
    },
    canStore: async () => {
      if (lastStored) return void (await sql("SELECT 1"));
      const undo = new Error("undone");
      await database
        .transaction(async (sql) => {
          await tables.storeTrial(sql);
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
      lastStored = true;
    },
    take: async (limit) => {
      if (clock.now() < lastTake) await pullIn(sql);
      lastTake = clock.now();
      const until = leaseFromNow();
      const claimed = await boss.fetch(name, { batchSize: limit });
      for (const { id, retryCount } of claimed) held.set(id, { attempt: retryCount, until });
      return tables.readMessages(sql, claimed);
    },
    holds: ({ job, attempt }) => {
      const hold = held.get(job.key);
      return hold?.attempt === attempt && clock.now() < hold.until;
    },
    later: (taken, at, result) =>
      settle(taken, async (sql, db) => {
        await boss.fail(name, taken.job.key, null, { db });
        await boss.update(name, undefined, { id: taken.job.key, startAfter: new Date(at), db });
        await tables.writeResult(sql, taken, result, clock.now(), false);
      }),
    finish: (taken, result) =>
      settle(taken, async (sql, db) => {
        await boss.complete(name, taken.job.key, null, { db });
        await tables.writeResult(sql, taken, result, clock.now(), true);
      }),
    refuse: async (refusal) => {
      await together((sql) => tables.addRefusal(sql, randomUUID(), refusal));
      changed();
    },
    stumbled: (mailbox, item, at) => tables.countStumble(sql, mailbox, item, at),
    nextDue: async (after) => {
      const { rows } = await sql(
        "SELECT min(start_after) AS due FROM pgboss.job WHERE name = $1 AND state IN ('created', 'retry') AND start_after > $2",
        [name, new Date(after)],
      );
      const due = rows[0]?.["due"];
      return due instanceof Date ? due.getTime() : undefined;
    },
    retry: async (choice) => {
      const jobs = await together(async (sql, db) => {
        const revived = await audit.reviveMessages(sql, choice, clock.now());
        for (const job of revived) {
          await boss.deleteJob(name, job.key, { db });
          await send(job, db);
        }
        for (const { key } of revived) await tables.publish(sql, key);
        return revived;
      });
      if (jobs.length > 0) changed();
      return jobs.map(({ key }) => key);
    },
    audit: (since, limit, choice) => audit.readAudit(sql, since, limit, choice),
    counts: () => audit.countMessages(sql),
    backlog: () => insight.readBacklog(sql, name, clock.now()),
    ends: (since) => insight.readEnds(sql, since),
    pace: (since, slot) => insight.readPace(sql, since, slot),
    latest: (which, limit) => insight.readLatest(sql, which, limit),
    reports: () => insight.readReports(sql),
    saveReport: (kind, report) => insight.writeReport(sql, kind, report),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settings: async () => {
      const stored = await tables.readSettings(sql);
      settingsKnown = stored?.version ?? 0;
      return stored;
    },
    onSettings: (listener) => {
      settingsListeners.add(listener);
      return () => settingsListeners.delete(listener);
    },
    saveSettings: async (settings, expected) => {
      const stored = await together((sql) => tables.writeSettings(sql, settings, expected));
      if (stored) settingsKnown = stored.version;
      return stored;
    },
    rememberOriginal: (mailbox, messageId, body, at) =>
      tables.writeOriginal(sql, mailbox, messageId, body, at),
    originalOf: (mailbox, messageId) => tables.readOriginal(sql, mailbox, messageId),
    prune: async (before) => {
      await database.transaction((sql) => audit.forget(sql, before));
      await database.compact();
    },
    close: async () => {
      clock.clearInterval(renewing);
      await unlisten?.();
      try {
        // What is still in hand is due at once, for whoever comes next.
        if (held.size > 0) await boss.fail(name, attempts());
        await boss.stop({ graceful: false, close: false });
      } catch (error) {
        onError(error);
      }
      await database.close();
    },
  };
}

async function start(database: Database, clock: Clock, onError: (error: unknown) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    db: database.boss,
    backend: database.backend,
    clock,
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: lookEverySeconds,
    monitorIntervalSeconds: lookEverySeconds,
    openTelemetry: { enabled: false },
  });
  boss.on("error", onError);
  await boss.start();
  const options = {
    // A failed job would hold back its successors for ever: jobs are put off or finished, never failed for good.
    retryLimit: 1_000_000,
    retryDelay: 0,
    expireInSeconds: 3600,
    heartbeatSeconds: leaseSeconds,
    // What is waited for is never thrown away, whatever its deadline; what became of it is in the audit.
    retentionSeconds: 10 * 365 * 86_400,
    deleteAfterSeconds: 3600,
  };
  await boss.createQueue(name, { policy: "key_strict_fifo", ...options });
  await boss.updateQueue(name, options);
  await prepare(database.transaction);
  if (database.backend === "pglite") await recover(database, boss);
  return boss;
}

/** After the clock was set back: what waits for times that were near then must not wait for long now, and may be due too early. */
async function pullIn(sql: Sql): Promise<void> {
  await sql(
    "UPDATE pgboss.job SET start_after = pgboss.job_now() WHERE name = $1 AND state IN ('created', 'retry') AND start_after > pgboss.job_now()",
    [name],
  );
}

/** Jobs that were in hand when the previous owner of the folder died are due again at once. */
async function recover({ sql }: Database, boss: PgBoss): Promise<void> {
  const { rows } = await sql("SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'", [name]);
  const ids = rows.map(({ id }) => String(id));
  if (ids.length > 0) await boss.fail(name, ids);
}
