import { join } from "node:path";
import { queueSink } from "../../../reconciler/intake/sink.ts";
import { openDurable } from "../../../reconciler/queue/durable.ts";
import { openQueue } from "../../../reconciler/queue/pg-boss.ts";
import { settings } from "../../reconciler/message.ts";
import type { Letter } from "./letter.ts";

/** Puts letters into a queue that no daemon has open, and so many jobs behind them, due as well, each of another message. */
export async function fillQueue(folder: string, letters: readonly Letter[], behind: number): Promise<void> {
  const queue = await openQueue(folder);
  const sink = queueSink({ queue, settings: settings(), now: Date.now });
  for (const { from, stamped } of letters)
    await sink.accept({ raw: Buffer.from(stamped), envelopeSender: from });
  const last = ["From: nobody@contoso.com", "Message-ID: <waiting@contoso.com>", "", "Hello"].join("\r\n");
  await sink.accept({ raw: Buffer.from(last), envelopeSender: "nobody@contoso.com" });
  const row = (await queue.audit(0, 1_000_000)).find(
    ({ messageId }) => messageId === "<waiting@contoso.com>",
  );
  await queue.close();
  const database = await openDurable(join(folder, "database"));
  // The last one again and again, as the queue itself stored it; a million rows by the way that mail takes would take an hour.
  const again = (table: string, key: string, other: string): string =>
    `INSERT INTO ${table} SELECT copy.* FROM ${table} AS one, waiting,
       jsonb_populate_record(one, jsonb_build_object('${key}', waiting.key, ${other})) AS copy
     WHERE one.${key} = '${row?.key}'`;
  await database.exec(`
    CREATE TEMPORARY TABLE waiting AS SELECT gen_random_uuid() AS key FROM generate_series(1, ${behind});
    ${again("siu.message", "key", "'change', nextval('siu.change'), 'message_id', '<' || waiting.key || '@contoso.com>'")};
    ${again("siu.mime", "key", "'part', 0")};
    ${again("pgboss.job", "id", "'singleton_key', waiting.key, 'created_on', one.created_on + interval '1 hour'")};
    ANALYZE;
  `);
  await database.close();
}
