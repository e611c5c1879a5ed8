import { setImmediate } from "node:timers/promises";
import { jobOf } from "./audit.ts";
import type { News, Sql } from "./database.ts";
import { json, storable } from "./json.ts";
import type { Refusal, Result, StoredSettings, Taken } from "./port.ts";
import type { Job } from "../job.ts";
import type { Original } from "../mailbox/port.ts";
import type { Settings } from "../../stacks/config/types.ts";

/**
 * Gives a message's row its change number and tells other processes: the last thing in a transaction, since from here on
 * others wait for its end. Whoever has read up to a change number has missed none below it.
 */
export async function publish(sql: Sql, key: string | null, what: News = "jobs"): Promise<void> {
  await sql("SELECT siu.publish($1, $2)", [key, what]);
}

/** Bytes of one row of content: a large message in one would stop everything else for seconds. */
const partSize = 2 ** 19;

/** Refused messages kept at most: whoever can reach the listener can cause them. */
const refusalsKept = 1000;

/**
 * Adds a message with its content; false when it is there already. One version that came once for insiders and once for
 * outsiders is for both, which counts as outsiders.
 */
export async function addMessage(sql: Sql, job: Job, raw: Uint8Array): Promise<boolean> {
  const { rows } = await sql(
    `INSERT INTO siu.message (key, message_id, senders, arrived, not_before, deadline, outcome, result, history, recipients, audience)
     VALUES ($1, $2, $3::jsonb, $4, $5, $6, 'pending', $7::jsonb, $8::jsonb, $9::jsonb, $10)
     ON CONFLICT (key) DO UPDATE SET audience = excluded.audience
       WHERE message.audience = 'internal' AND excluded.audience = 'external' AND message.outcome = 'pending'
     RETURNING xmax = 0 AS added`,
    [
      job.key,
      storable(job.messageId),
      json(job.senders),
      job.arrived,
      job.notBefore,
      job.deadline,
      json({ mailboxes: [], items: 0, text: "Taken in." }),
      json([{ at: job.arrived, text: "Taken in." }]),
      job.recipients === undefined ? null : json(job.recipients),
      job.audience ?? null,
    ],
  );
  if (rows[0]?.["added"] !== true) return false;
  for (let part = 0; part === 0 || part * partSize < raw.byteLength; part++) {
    if (part > 0) await setImmediate();
    // As base64, because PGlite's own form of bytea is ten times slower.
    const content = Buffer.from(raw.subarray(part * partSize, (part + 1) * partSize)).toString("base64");
    await sql("INSERT INTO siu.mime (key, part, content) VALUES ($1, $2, decode($3, 'base64'))", [
      job.key,
      part,
      content,
    ]);
  }
  return true;
}

/** Stores a megabyte in the way of a message; to be undone. */
export async function storeTrial(sql: Sql): Promise<void> {
  await sql("CREATE TABLE siu.trial AS SELECT md5(number::text) FROM generate_series(1, 20000) AS number");
}

/** Jobs with their messages, in the order of the given keys; a key without a message is left out. */
export async function readMessages(
  sql: Sql,
  claimed: { id: string; retryCount: number }[],
): Promise<Taken[]> {
  const { rows } = await sql("SELECT * FROM siu.message WHERE key = ANY($1::uuid[])", [
    claimed.map(({ id }) => id),
  ]);
  const byKey = new Map(rows.map((row) => [String(row["key"]), row]));
  const taken: Taken[] = [];
  for (const { id, retryCount } of claimed) {
    const row = byKey.get(id);
    const raw = row && (await readContent(sql, id));
    if (raw) taken.push({ job: jobOf(row), raw, attempt: retryCount });
  }
  return taken;
}

/** A message's content, or undefined where there is none. */
async function readContent(sql: Sql, key: string): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  for (;;) {
    const { rows } = await sql(
      "SELECT encode(content, 'base64') AS content FROM siu.mime WHERE key = $1 AND part = $2",
      [key, parts.length],
    );
    const [row] = rows;
    if (!row) return parts.length === 0 ? undefined : Buffer.concat(parts);
    const part = Buffer.from(String(row["content"]), "base64");
    parts.push(part);
    if (part.length !== partSize) return Buffer.concat(parts);
    await setImmediate();
  }
}

/** Writes what became of a turn into the audit; `done` ends it and, unless it failed, drops the content. */
export async function writeResult(
  sql: Sql,
  { job }: Taken,
  result: Result,
  at: number,
  done: boolean,
): Promise<void> {
  const { outcome, ...rest } = result;
  await sql(
    `UPDATE siu.message SET attempt = attempt + 1, outcome = $2, result = $3::jsonb, done = $4,
       history = CASE WHEN history->-1->>'text' = $6 OR jsonb_array_length(history) >= 50 THEN history ELSE history || $5::jsonb END
     WHERE key = $1`,
    [job.key, outcome, json(rest), done ? at : null, json([{ at, text: result.text }]), result.text],
  );
  if (done && outcome !== "failed") await sql("DELETE FROM siu.mime WHERE key = $1", [job.key]);
  await publish(sql, job.key);
}

/** Records a message that was not taken in, and forgets the oldest of too many. */
export async function addRefusal(sql: Sql, key: string, refusal: Refusal): Promise<void> {
  const { messageId, senders, at, reason, text } = refusal;
  await sql(
    `INSERT INTO siu.message (key, message_id, senders, arrived, not_before, deadline, outcome, result, done, history)
     VALUES ($1, $2, $3::jsonb, $4, $4, $4, 'refused', $5::jsonb, $4, $6::jsonb)`,
    [
      key,
      storable(messageId),
      json(senders),
      at,
      json({ reason, mailboxes: [], items: 0, text }),
      json([{ at, text }]),
    ],
  );
  await publish(sql, key);
  await sql(
    `DELETE FROM siu.message WHERE outcome = 'refused' AND change <=
       (SELECT change FROM siu.message WHERE outcome = 'refused' ORDER BY change DESC OFFSET $1 LIMIT 1)`,
    [refusalsKept],
  );
}

/** Counts one more failure of an item, and answers how many there were. */
export async function countStumble(sql: Sql, mailbox: string, item: string, at: number): Promise<number> {
  const { rows } = await sql(
    `INSERT INTO siu.stumble AS known VALUES ($1, $2, 1, $3)
     ON CONFLICT (mailbox, item) DO UPDATE SET times = known.times + 1, at = excluded.at RETURNING times`,
    [mailbox, item, at],
  );
  return Number(rows[0]?.["times"]);
}

/** The stored settings, if there are any. */
export async function readSettings(sql: Sql): Promise<StoredSettings | undefined> {
  const { rows } = await sql("SELECT version, content FROM siu.settings");
  const [row] = rows;
  return row && { version: Number(row["version"]), settings: row["content"] as Settings };
}

/** Stores settings when the stored version is the expected one. */
export async function writeSettings(
  sql: Sql,
  settings: Settings,
  expected?: number,
): Promise<StoredSettings | undefined> {
  await sql("LOCK TABLE siu.settings IN EXCLUSIVE MODE");
  const version = (await readSettings(sql))?.version ?? 0;
  if (expected !== undefined && expected !== version) return undefined;
  await sql(
    `INSERT INTO siu.settings (version, content) VALUES ($1, $2::jsonb)
     ON CONFLICT (one) DO UPDATE SET version = excluded.version, content = excluded.content`,
    [version + 1, json(settings)],
  );
  await publish(sql, null, "settings");
  return { version: version + 1, settings };
}

/** Keeps a body unless one is kept already. */
export async function writeOriginal(
  sql: Sql,
  mailbox: string,
  messageId: string,
  body: Original,
  at: number,
): Promise<void> {
  await sql("INSERT INTO siu.original VALUES ($1, $2, $3::jsonb, $4) ON CONFLICT DO NOTHING", [
    mailbox,
    messageId,
    json(body),
    at,
  ]);
}

/** The kept body of a message in a mailbox. */
export async function readOriginal(
  sql: Sql,
  mailbox: string,
  messageId: string,
): Promise<Original | undefined> {
  const { rows } = await sql("SELECT body FROM siu.original WHERE mailbox = $1 AND message_id = $2", [
    mailbox,
    messageId,
  ]);
  return rows[0]?.["body"] as Original | undefined;
}
