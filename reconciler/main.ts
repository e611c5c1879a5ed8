import { randomBytes } from "node:crypto";
import { fstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "pg-boss";
import { pino } from "pino";
import { createDaemon } from "./daemon.ts";
import { connectExchange } from "./exchange.ts";
import { Fault } from "./fault.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openQueue } from "./queue/pg-boss.ts";
import { forgotten } from "./retention.ts";
import { watchRoundTrips } from "./round-trips.ts";
import { settingsCheck } from "./settings.ts";
import { type Web, openWeb } from "./web/server.ts";

const { env } = process;
const readFile = (file: string): string => readFileSync(file, "utf8");
const minute = 60_000;

/** A secret from the environment: the variable itself, or the file that `<name>_FILE` names. */
function secret(name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (env[name] || file === undefined) return env[name] || undefined;
  try {
    return readFile(file).trim();
  } catch (cause) {
    throw new Fault("BAD_SETTINGS", `${name}_FILE: '${file}' cannot be read.`, { cause });
  }
}

/** The token for the HTTP interface: SIU_TOKEN, or one made and kept in the data folder. */
function tokenIn(folder: string): string {
  const given = secret("SIU_TOKEN");
  if (given !== undefined) return given;
  const file = path.join(folder, "token");
  try {
    return readFile(file).trim();
  } catch {
    const made = randomBytes(32).toString("base64url");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${made}\n`, { mode: 0o600 });
    return made;
  }
}

/** Where the queue is: the PostgreSQL server that SIU_DATABASE names, else the data folder. */
function placeOfQueue(folder: string): string {
  const url = secret("SIU_DATABASE");
  // Never shown, whatever it is: it holds a password.
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url))
    throw new Fault("BAD_SETTINGS", "SIU_DATABASE must be a URL: postgres://user:password@host/database.");
  return url ?? folder;
}

function httpPort(): number {
  const port = Number(env["SIU_HTTP_PORT"] ?? 8420);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Fault("BAD_SETTINGS", "SIU_HTTP_PORT must be a port from 0 (any free one) to 65535.");
}

async function main(): Promise<void> {
  process.umask(0o077); // The data folder holds mail while it is worked on.
  const started = Date.now();
  const log = createLog(
    { level: env["SIU_LOG_LEVEL"], addresses: env["SIU_LOG_ADDRESSES"] === "1" },
    pino.destination({ dest: 2, sync: true }),
  );
  const folder = path.resolve(env["SIU_DATA"] ?? ".siu/data");
  const port = httpPort();
  const schema = JSON.parse(
    readFile(path.join(import.meta.dirname, "../stacks/config/schema.json")),
  ) as object;
  const check = settingsCheck(schema);
  const { version } = JSON.parse(readFile(path.join(import.meta.dirname, "../package.json"))) as {
    version: string;
  };
  const metrics = createMetrics({ version, node: process.versions.node });
  watchRoundTrips(metrics.meter.answered);

  const queue = await openQueue(placeOfQueue(folder), { onError: (err) => log.error({ err }, "queue") });
  const sources = { env, readFile };
  const daemon = createDaemon({
    queue,
    clock: systemClock,
    log,
    sources,
    connect: connectExchange,
    meter: metrics.meter,
  });
  const web: Web = await openWeb({
    host: env["SIU_HTTP_HOST"] || "127.0.0.1",
    port,
    token: tokenIn(folder),
    queue,
    check,
    apply: daemon.apply,
    problems: daemon.problems,
    warnings: daemon.warnings,
    metrics,
    now: Date.now,
    onError: (err) => log.error({ err }, "http"),
    status: () => ({
      pid: process.pid,
      started,
      settingsVersion: daemon.settingsVersion() ?? null,
      warnings: daemon.warnings(),
      ports: { http: web.port, smtp: daemon.smtpPorts() },
    }),
  }).catch(async (error: unknown) => {
    await queue.close();
    throw error;
  });

  const prune = async (): Promise<void> => {
    try {
      await queue.prune(forgotten((await queue.settings())?.settings, Date.now()));
    } catch (err) {
      log.error({ err }, "prune");
    }
  };
  const pruning = setInterval(() => void prune(), 10 * minute);
  queue.onSettings((stored) => void daemon.apply(stored));
  const stored = await queue.settings();
  if (stored) await daemon.apply(stored);
  const stop = async (why: string): Promise<void> => {
    log.info({ why }, "stopping");
    clearInterval(pruning);
    await web.close();
    await daemon.close();
    await queue.close();
  };
  let stopping: Promise<void> | undefined;
  const end = (why: string): void => {
    // A request to Exchange may hang for long; dying in the middle of it costs nothing.
    setTimeout(() => process.exit(0), 15_000).unref();
    stopping ??= stop(why).then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, "stopping failed");
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, end);
  if (process.argv.includes("--json")) {
    // Started by a program: its pipe ends when it does, however that comes about.
    const input = fstatSync(0);
    if (input.isFIFO() || input.isSocket()) process.stdin.resume().on("end", () => end("end of input"));
  }

  // Last: who reads this may end the process at once.
  log.info({ folder, http: web.port, smtp: daemon.smtpPorts() }, "ready");
  if (process.argv.includes("--json"))
    process.stdout.write(`${JSON.stringify({ ready: true, http: web.port, smtp: daemon.smtpPorts() })}\n`);
}

main().catch((error: unknown) => {
  const known = error instanceof Fault;
  process.stderr.write(
    known ? `${error.code}: ${error.message}\n` : `${String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
});
