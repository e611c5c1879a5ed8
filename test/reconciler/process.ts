import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { AuditEntry } from "../../reconciler/queue/port.ts";

/** A daemon running as its own process. */
export interface DaemonProcess {
  child: ChildProcess;
  /** Calls its HTTP interface with the token. */
  call: (path: string, init?: RequestInit) => Promise<Response>;
  /** Resolves with the audit by Message-ID once it satisfies a condition. */
  until: (done: (rows: Map<string, AuditEntry>) => boolean) => Promise<Map<string, AuditEntry>>;
  http: number;
  smtp: number[];
  /** Everything it wrote to standard error so far: its log. */
  log: () => string;
  ended: Promise<number | null>;
}

/** A daemon that ended before it was ready. */
export class Ended extends Error {
  readonly code: number | null;

  constructor(code: number | null, log: string) {
    super(log);
    this.code = code;
  }
}

const token = "a-token-of-the-tests";

/** Starts reconciler/main.ts on a data folder with free ports. @throws Ended */
export async function startDaemon(folder: string, env: Record<string, string> = {}): Promise<DaemonProcess> {
  const child = spawn(process.execPath, ["reconciler/main.ts", "--json"], {
    env: { ...process.env, SIU_DATA: folder, SIU_HTTP_PORT: "0", SIU_TOKEN: token, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  const line = once(createInterface(child.stdout), "line").then(([text]) => String(text));
  const first = await Promise.race([line, ended.then((code) => new Ended(code, log))]);
  if (first instanceof Ended) throw first;
  const { http, smtp } = JSON.parse(first) as { http: number; smtp: number[] };
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${http}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
    });
  const until: DaemonProcess["until"] = async (done) => {
    const rows = new Map<string, AuditEntry>();
    for (let since = 0; !done(rows);) {
      const answer = await call(`/messages?since=${since}&wait=20000`);
      const { messages, next } = (await answer.json()) as { messages: AuditEntry[]; next: number };
      for (const row of messages) rows.set(row.messageId, row);
      since = next;
    }
    return rows;
  };
  return { child, call, until, http, smtp, log: () => log, ended };
}
