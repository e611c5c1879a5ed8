import { entryOf } from "./audit.ts";
import type { Sql } from "./database.ts";
import { json } from "./json.ts";
import type { AuditEntry, Backlog, Ends, Outcome, Pace, PublishedReport, ReportKind } from "./port.ts";
import type { Reason } from "../reasons.ts";

/** What has not ended, of pg-boss's jobs of this name. */
export async function readBacklog(sql: Sql, name: string, now: number): Promise<Backlog> {
  const { rows } = await sql(
    `SELECT count(*) FILTER (WHERE state = 'active')::int AS in_hand,
       count(*) FILTER (WHERE state <> 'active' AND start_after <= $2)::int AS due,
       count(*) FILTER (WHERE state <> 'active' AND start_after > $2)::int AS later
     FROM pgboss.job WHERE name = $1 AND state IN ('created', 'retry', 'active')`,
    [name, new Date(now)],
  );
  const { rows: first } = await sql("SELECT min(arrived) AS arrived FROM siu.message WHERE done IS NULL");
  const arrived = first[0]?.["arrived"] ?? null;
  return {
    inHand: Number(rows[0]?.["in_hand"]),
    due: Number(rows[0]?.["due"]),
    later: Number(rows[0]?.["later"]),
    oldest: arrived === null ? 0 : Math.max(0, now - Number(arrived)),
  };
}

/** How many messages ended since a time, by outcome and reason, the most frequent first. */
export async function readEnds(sql: Sql, since: number): Promise<Ends[]> {
  const { rows } = await sql(
    `SELECT outcome, result->>'reason' AS reason, count(*)::int AS count
     FROM siu.message WHERE done >= $1 GROUP BY 1, 2 ORDER BY count DESC, 1, 2`,
    [since],
  );
  return rows.map((row) => ({
    outcome: row["outcome"] as Outcome,
    count: Number(row["count"]),
    ...(row["reason"] === null ? {} : { reason: row["reason"] as Reason }),
  }));
}

/** Updated messages since a time, in slots of so many milliseconds; slots without any are left out. */
export async function readPace(sql: Sql, since: number, slot: number): Promise<Pace[]> {
  const { rows } = await sql(
    `SELECT (done - $1) / $2 AS slot, count(*)::int AS updated,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY done - arrived) AS median,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY done - arrived) AS slow
     FROM siu.message WHERE done >= $1 AND outcome = 'updated' GROUP BY 1 ORDER BY 1`,
    [since, slot],
  );
  return rows.map((row) => ({
    at: since + Number(row["slot"]) * slot,
    updated: Number(row["updated"]),
    median: Number(row["median"]),
    slow: Number(row["slow"]),
  }));
}

/** The rows that changed last, of one outcome or with a text in Message-ID or a sender's address. */
export async function readLatest(
  sql: Sql,
  { outcome, text }: { outcome?: Outcome; text?: string },
  limit: number,
): Promise<AuditEntry[]> {
  const { rows } = await sql(
    `SELECT * FROM siu.message WHERE ($1::text IS NULL OR outcome = $1)
       AND ($2::text IS NULL OR position(lower($2) IN lower(message_id)) > 0 OR position(lower($2) IN lower(senders::text)) > 0)
     ORDER BY change DESC LIMIT $3`,
    [outcome ?? null, text ?? null, limit],
  );
  return rows.map(entryOf);
}

/** Keeps what a check found in place of what it found before. */
export async function writeReport(
  sql: Sql,
  kind: ReportKind,
  { at, content }: PublishedReport,
): Promise<void> {
  await sql(
    `INSERT INTO siu.report VALUES ($1, $2, $3::jsonb)
     ON CONFLICT (kind) DO UPDATE SET at = excluded.at, content = excluded.content`,
    [kind, at, json(content)],
  );
}

/** The last of each kind. */
export async function readReports(sql: Sql): Promise<Partial<Record<ReportKind, PublishedReport>>> {
  const { rows } = await sql("SELECT kind, at, content FROM siu.report");
  return Object.fromEntries(
    rows.map((row) => [row["kind"], { at: Number(row["at"]), content: row["content"] as object }]),
  );
}
