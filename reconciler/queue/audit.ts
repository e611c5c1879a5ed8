import type { Sql } from "./database.ts";
import { json, storable } from "./json.ts";
import type { AuditEntry, Choice, Forgotten, Outcome, Result } from "./port.ts";
import type { Audience } from "../job.ts";
import type { Job } from "../job.ts";
import type { Reason } from "../reasons.ts";

/** What a choice says in SQL, over the first five placeholders. */
const chosen = `($1::text[] IS NULL OR key::text = ANY($1) OR message_id = ANY($1))
  AND ($2::jsonb IS NULL OR senders @> $2) AND ($3::text IS NULL OR outcome = $3)
  AND ($4::text IS NULL OR result->>'reason' = $4) AND ($5::bigint IS NULL OR arrived >= $5)`;

function placeholders({ ids, sender, outcome, reason, after }: Choice): unknown[] {
  const senders = sender === undefined ? null : json([sender.toLowerCase()]);
  return [ids?.map(storable) ?? null, senders, outcome ?? null, reason ?? null, after ?? null];
}

/** Lets chosen messages that failed, and whose content is still there, begin anew; answers them as they are then. */
export async function reviveMessages(sql: Sql, choice: Choice, at: number): Promise<Job[]> {
  const { rows } = await sql(
    `UPDATE siu.message SET outcome = 'pending', done = NULL, attempt = 0, not_before = $6, deadline = $6 + deadline - arrived,
       history = history || $7::jsonb
     WHERE ${chosen} AND outcome = 'failed' AND EXISTS (SELECT FROM siu.mime WHERE mime.key = message.key) RETURNING *`,
    [...placeholders(choice), at, json([{ at, text: "To be tried again." }])],
  );
  return rows.map(jobOf);
}

/** Deletes what is older than it needs to be. */
export async function forget(sql: Sql, { rows, failed, originals }: Forgotten): Promise<void> {
  await sql("DELETE FROM siu.message WHERE done < $1", [rows]);
  await sql("DELETE FROM siu.stumble WHERE at < $1", [rows]);
  await sql("DELETE FROM siu.mime USING siu.message WHERE mime.key = message.key AND done < $1", [failed]);
  await sql("DELETE FROM siu.original WHERE at < $1", [originals]);
}

/** Rows changed after a change number. */
export async function readAudit(
  sql: Sql,
  since: number,
  limit: number,
  choice: Choice = {},
): Promise<AuditEntry[]> {
  const { rows } = await sql(
    `SELECT * FROM siu.message WHERE ${chosen} AND change > $6 ORDER BY change LIMIT $7`,
    [...placeholders(choice), since, limit],
  );
  return rows.map(entryOf);
}

/** A row of the audit as the table has it. */
export function entryOf(row: Record<string, unknown>): AuditEntry {
  return {
    ...(row["result"] as Omit<Result, "outcome"> & { reason?: Reason }),
    key: String(row["key"]),
    change: Number(row["change"]),
    messageId: String(row["message_id"]),
    senders: row["senders"] as string[],
    arrived: Number(row["arrived"]),
    attempts: Number(row["attempt"]),
    outcome: row["outcome"] as Outcome,
    ...(row["done"] === null ? {} : { done: Number(row["done"]) }),
    history: row["history"] as AuditEntry["history"],
  };
}

/** Number of messages by outcome. */
export async function countMessages(sql: Sql): Promise<Partial<Record<Outcome, number>>> {
  const { rows } = await sql("SELECT outcome, count(*)::int AS count FROM siu.message GROUP BY outcome");
  return Object.fromEntries(rows.map((row) => [row["outcome"], row["count"]]));
}

/** The job that a row of the audit tells of. */
export function jobOf(row: Record<string, unknown>): Job {
  return {
    key: String(row["key"]),
    messageId: String(row["message_id"]),
    senders: row["senders"] as string[],
    ...(row["recipients"] === null ? {} : { recipients: row["recipients"] as string[] }),
    ...(row["audience"] === null ? {} : { audience: row["audience"] as Audience }),
    arrived: Number(row["arrived"]),
    notBefore: Number(row["not_before"]),
    deadline: Number(row["deadline"]),
    attempt: Number(row["attempt"]),
    // A turn that is put off without a fault has no reason; one that is made due again has its old one before its first turn.
    ...(Number(row["attempt"]) > 0 &&
      (row["result"] as Partial<Result>).reason !== undefined && { faulted: true }),
  };
}
