import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { type Clock, PgBoss, fromPglite, systemClock } from "pg-boss";
import { openDurable } from "./durable.ts";
import { own } from "./owner.ts";
import type { Queue, Taken } from "./port.ts";
import * as tables from "./tables.ts";
import { Fault } from "../fault.ts";
import { jobKey } from "../job.ts";

const name = "message";

/**
 * Opens the queue in a data folder: pg-boss on PGlite, which this process then owns.
 * @throws Fault DATA_FOLDER_IN_USE naming the owner, UNEXPECTED when the folder cannot be used
 */
export async function openQueue(
  folder: string,
  { clock = systemClock, onError = () => {} }: { clock?: Clock; onError?: (error: unknown) => void } = {},
): Promise<Queue> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The data folder '${folder}' cannot be made (${cause.code}). Choose another one (SIU_DATA).`;
    throw new Fault("UNEXPECTED", message, { cause });
  });
  const owner = await own(folder);
  const opened = await open(folder, clock, onError).catch(async (error: unknown) => {
    await owner.release();
    throw new Fault("UNEXPECTED", `The database in the data folder '${folder}' cannot be opened.`, {
      cause: error,
    });
  });
  const { pglite, boss } = opened;
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());

  const sql: tables.Sql = (text, values) => pglite.query(text, values);
  /** One transaction over pg-boss and the own tables. */
  const together = <T>(work: (sql: tables.Sql, db: { executeSql: tables.Sql }) => Promise<T>): Promise<T> =>
    pglite.transaction((tx) => {
      const sql: tables.Sql = (text, values) => tx.query(text, values);
      return work(sql, { executeSql: sql });
    });
  const settle = async (taken: Taken, work: Parameters<typeof together<void>>[0]) => {
    await together(async (sql, db) => {
      // Fenced by the attempt: whoever holds an outdated one has lost the job, and must not write its result.
      const { rows } = await sql(
        "SELECT 1 FROM pgboss.job WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3",
        [name, taken.job.key, taken.attempt],
      );
      if (rows.length > 0) await work(sql, db);
    });
    changed();
  };

  return {
    add: async (job, raw) => {
      const added = await together(async (sql, db) => {
        if (!(await tables.addMessage(sql, job, raw))) return false;
        const startAfter = new Date(job.notBefore);
        // With the sender: a message that borrows somebody else's Message-ID must not hold theirs up.
        const singletonKey = jobKey(job.senders[0] ?? "", job.messageId || job.key, "");
        await boss.send(name, null, { id: job.key, singletonKey, startAfter, db });
        return true;
      });
      if (added) changed();
      return added;
    },
    take: async (limit) => tables.readMessages(sql, await boss.fetch(name, { batchSize: limit })),
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
    audit: (since, limit) => tables.readAudit(sql, since, limit),
    counts: () => tables.countMessages(sql),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settings: () => tables.readSettings(sql),
    saveSettings: (settings, expected) => together((sql) => tables.writeSettings(sql, settings, expected)),
    rememberOriginal: (mailbox, messageId, body, at) =>
      tables.writeOriginal(sql, mailbox, messageId, body, at),
    originalOf: (mailbox, messageId) => tables.readOriginal(sql, mailbox, messageId),
    prune: async (rowsBefore, originalsBefore) => {
      await sql("DELETE FROM siu.message WHERE done < $1", [rowsBefore]);
      await sql("DELETE FROM siu.stumble WHERE at < $1", [rowsBefore]);
      await sql("DELETE FROM siu.original WHERE at < $1", [originalsBefore]);
      // PGlite has no process of its own for these two: without them files and log would grow for ever.
      await pglite.exec("VACUUM");
      await pglite.exec("CHECKPOINT");
    },
    close: async () => {
      await boss.stop({ graceful: false, close: false });
      await pglite.close();
      await owner.release();
    },
  };
}

async function open(
  folder: string,
  clock: Clock,
  onError: (error: unknown) => void,
): Promise<{ pglite: PGlite; boss: PgBoss }> {
  const pglite = await openDurable(path.join(folder, "database"));
  const boss = new PgBoss({
    db: fromPglite(pglite),
    backend: "pglite",
    clock,
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", onError);
  await boss.start();
  // A failed job would hold back its successors for ever: jobs are put off or finished, never failed for good.
  await boss.createQueue(name, {
    policy: "key_strict_fifo",
    retryLimit: 1_000_000,
    retryDelay: 0,
    expireInSeconds: 3600,
  });
  await pglite.exec(tables.schema);
  await recover(pglite, boss);
  return { pglite, boss };
}

/** Jobs that were in hand when the previous owner of the folder died are due again at once. */
async function recover(pglite: PGlite, boss: PgBoss): Promise<void> {
  const { rows } = await pglite.query<{ id: string }>(
    "SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'",
    [name],
  );
  if (rows.length > 0)
    await boss.fail(
      name,
      rows.map(({ id }) => id),
    );
}
