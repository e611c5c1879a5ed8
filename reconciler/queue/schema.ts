import type { Database } from "./database.ts";

/** Advisory lock under which change numbers are given out, and tables made. */
const lock = 0x5e_17;

/** The product's own tables beside those of pg-boss. Times are milliseconds since 1970. */
const schema = [
  "CREATE SCHEMA IF NOT EXISTS siu",
  "CREATE SEQUENCE IF NOT EXISTS siu.change",
  `CREATE TABLE IF NOT EXISTS siu.message (
    key uuid PRIMARY KEY,
    change bigint NOT NULL DEFAULT nextval('siu.change'),
    message_id text NOT NULL,
    senders jsonb NOT NULL,
    arrived bigint NOT NULL,
    not_before bigint NOT NULL,
    deadline bigint NOT NULL,
    attempt int NOT NULL DEFAULT 0,
    outcome text NOT NULL,
    result jsonb NOT NULL,
    done bigint,
    history jsonb NOT NULL DEFAULT '[]'
  )`,
  "ALTER TABLE siu.message ADD COLUMN IF NOT EXISTS recipients jsonb",
  "ALTER TABLE siu.message ADD COLUMN IF NOT EXISTS audience text",
  "CREATE INDEX IF NOT EXISTS message_change ON siu.message (change)",
  "CREATE INDEX IF NOT EXISTS message_id ON siu.message (message_id)",
  "CREATE TABLE IF NOT EXISTS siu.mime (key uuid NOT NULL REFERENCES siu.message ON DELETE CASCADE, content bytea NOT NULL)",
  "ALTER TABLE siu.mime DROP CONSTRAINT IF EXISTS mime_pkey",
  "ALTER TABLE siu.mime ADD COLUMN IF NOT EXISTS part int NOT NULL DEFAULT 0",
  "CREATE UNIQUE INDEX IF NOT EXISTS mime_part ON siu.mime (key, part)",
  "ALTER TABLE siu.mime ALTER content SET STORAGE EXTERNAL",
  `CREATE TABLE IF NOT EXISTS siu.original (
    mailbox text NOT NULL, message_id text NOT NULL, body jsonb NOT NULL, at bigint NOT NULL, PRIMARY KEY (mailbox, message_id)
  )`,
  "CREATE TABLE IF NOT EXISTS siu.stumble (mailbox text NOT NULL, item text NOT NULL, times int NOT NULL, at bigint NOT NULL, PRIMARY KEY (mailbox, item))",
  "CREATE TABLE IF NOT EXISTS siu.settings (one bool PRIMARY KEY DEFAULT true CHECK (one), version int NOT NULL, content jsonb NOT NULL)",
  "CREATE INDEX IF NOT EXISTS message_open ON siu.message (arrived) WHERE done IS NULL",
  "CREATE INDEX IF NOT EXISTS message_done ON siu.message (done)",
  "CREATE TABLE IF NOT EXISTS siu.report (kind text PRIMARY KEY, at bigint NOT NULL, content jsonb NOT NULL)",
  `CREATE OR REPLACE FUNCTION siu.publish(which uuid, what text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(${lock});
    UPDATE siu.message SET change = nextval('siu.change') WHERE key = which;
    PERFORM pg_notify('siu', what || ' ' || current_setting('application_name'));
  END $$`,
];

/** Grows with every change of `schema`. */
const version = "3";

/** Makes or renews the tables, where they are not as this version wants them; several processes may ask at once. */
export async function prepare(transaction: Database["transaction"]): Promise<void> {
  await transaction(async (sql) => {
    await sql("SELECT pg_advisory_xact_lock($1)", [lock]);
    const { rows } = await sql(
      "SELECT obj_description(to_regnamespace('siu')::oid, 'pg_namespace') AS version",
    );
    if (rows[0]?.["version"] === version) return;
    for (const statement of [...schema, `COMMENT ON SCHEMA siu IS '${version}'`]) await sql(statement);
  });
}
