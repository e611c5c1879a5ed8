import type { Db } from "pg-boss";

/** Runs one statement; `$1` placeholders. */
export type Sql = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

/** What another process has changed. */
export type News = "jobs" | "settings";

/** The PostgreSQL under the queue: embedded in this process, or a server that several daemons share. */
export interface Database {
  backend: "pglite" | "postgres";
  /** What pg-boss runs its own statements on. */
  boss: Db;
  sql: Sql;
  /** One transaction; what `work` throws undoes it. */
  transaction: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** Calls back when another process published something, and every few seconds for what it did not tell of. */
  onNews?: (listener: (news: News | "look") => void) => () => Promise<void>;
  /** Gives the space of what was deleted back. */
  compact: () => Promise<void>;
  close: () => Promise<void>;
}
