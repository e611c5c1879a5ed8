import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Clock } from "pg-boss";
import type { Database, News, Sql } from "./database.ts";
import { Fault } from "../fault.ts";

/** How often a daemon looks for what the others' notifications did not tell, in milliseconds. */
const lookEvery = 5000;
/** A connection that does not come about, or on which nothing comes back, is given up after so long. */
const patience = { connectionTimeoutMillis: 5000, query_timeout: 60_000, keepAlive: true };

/**
 * Opens a database on a PostgreSQL server, given as `postgres://user:password@host/database`; `?sslmode=verify-full`
 * and the other options of libpq's URLs count. A connection that breaks is made anew by the next statement.
 * @throws Fault UNAVAILABLE when the server does not let us in; it never names the URL, which holds a password
 */
export async function openServer(
  url: string,
  clock: Clock,
  onError: (error: unknown) => void,
): Promise<Database> {
  // Tells own notifications from those of others; the server shows it to its operator, too.
  const name = `siu ${randomUUID()}`;
  const connection = { connectionString: url, application_name: name, ...patience };
  /** What pg-boss wants said on every connection: nothing, except under a test's clock. */
  let setup: string[] = [];
  const onConnect = async (client: pg.ClientBase): Promise<void> => {
    for (const text of setup) await client.query(text);
  };
  const pool = new pg.Pool({ ...connection, max: 10, onConnect });
  pool.on("error", onError);

  const sql: Sql = (text, values) => pool.query<Record<string, unknown>>(text, values);
  const transaction: Database["transaction"] = async (work) => {
    const client = await pool.connect();
    // A connection that dies between two statements says so here; the next statement throws.
    let broken: Error | undefined;
    const onBroken = (error: Error) => (broken = error);
    client.on("error", onBroken);
    try {
      await client.query("BEGIN");
      const result = await work((text, values) => client.query<Record<string, unknown>>(text, values));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((failed: Error) => (broken = failed));
      throw error;
    } finally {
      client.off("error", onBroken);
      client.release(broken);
    }
  };

  await sql("SELECT 1").catch(async (cause: Error & { code?: string }) => {
    await pool.end();
    const message = `The PostgreSQL server of SIU_DATABASE does not let the daemon in (${cause.code ?? cause.message}).`;
    throw new Fault("UNAVAILABLE", message, { cause });
  });

  return {
    backend: "postgres",
    boss: {
      executeSql: sql,
      setSessionStatements: async (statements) => {
        setup = statements;
        for (const text of statements) await sql(text);
      },
    },
    sql,
    transaction,
    onNews: (listener) => listen(connection, name, clock, listener, onError),
    // The server has autovacuum and its checkpoints.
    compact: async () => {},
    close: () => pool.end(),
  };
}

/** Listens on a connection of its own, which each look proves alive, or makes anew. */
function listen(
  connection: pg.ClientConfig,
  name: string,
  clock: Clock,
  listener: (news: News | "look") => void,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let client: pg.Client | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;

  const drop = (broken: pg.Client) => {
    if (client === broken) client = undefined;
    void broken.end().catch(() => {});
  };
  const connect = async (): Promise<void> => {
    const made = new pg.Client({ ...connection, query_timeout: 5000 });
    made.on("error", () => drop(made));
    made.on("notification", ({ payload = "" }) => {
      const [what, ...who] = payload.split(" ");
      if (who.join(" ") !== name) listener(what as News);
    });
    try {
      await made.connect();
      await made.query("LISTEN siu");
      client = made;
    } catch (error) {
      drop(made);
      throw error;
    }
  };
  const look = async (): Promise<void> => {
    try {
      const old = client;
      await old?.query("SELECT 1").catch(() => drop(old));
      if (client === undefined) await connect();
    } catch (error) {
      onError(error);
    }
    if (!closed) listener("look");
  };
  const lookInTurn = () => (looking ??= look().finally(() => (looking = undefined)));
  const timer = clock.setInterval(() => void lookInTurn(), lookEvery);
  void lookInTurn();
  return async () => {
    closed = true;
    clock.clearInterval(timer);
    await looking;
    await client?.end();
  };
}
