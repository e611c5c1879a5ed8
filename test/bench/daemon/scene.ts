import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { openQueue } from "../../../reconciler/queue/pg-boss.ts";
import type { AuditEntry } from "../../../reconciler/queue/port.ts";
import { settings } from "../../reconciler/message.ts";
import { startDaemon, type DaemonProcess } from "../../reconciler/process.ts";
import { startServer, type ServerProcess } from "../exchange/server.ts";
import { atPace } from "../pace.ts";
import { cpuSeconds, forgetMost, residentMB } from "../process-figures.ts";
import type { Letter } from "./letter.ts";

/** How the daemon reaches mailboxes. */
export type Protocol = "ews" | "graph";

export interface SceneOptions {
  protocol: Protocol;
  /** Mailboxes, and made-up messages in each; 20 and none unless told. */
  people?: number;
  items?: number;
  /** Milliseconds that each answer of Exchange takes longer. */
  latency?: number;
  /** Does something in the daemon's data folder before it is started. */
  prepare?: (folder: string, server: ServerProcess) => Promise<void>;
  /** Further variables of the daemon's environment. */
  environment?: Record<string, string>;
}

/** The embedded Exchange and the daemon, a process each; this one brings the stamped mail. Linux only. */
export interface Scene {
  server: ServerProcess;
  /** Addresses of those who have a mailbox. */
  people: string[];
  /** Hands letters in, all at once or so many a second, and waits until they were dealt with. @throws Error for one that was not updated */
  update: (letters: readonly Letter[], perSecond?: number) => Promise<AuditEntry[]>;
  /** Waits until letters that the daemon has got were dealt with. @throws Error for one that was not updated */
  ended: (letters: readonly Letter[]) => Promise<AuditEntry[]>;
  /** Its processor time, and its memory: the most since it was ready. */
  daemon: { cpuSeconds: () => Promise<number>; rssMB: (which: "now" | "most") => Promise<number> };
  close: () => Promise<void>;
}

const name = "siu.contoso.com";
/** Connections on which stamped mail comes. */
const connections = 8;

export async function startScene(options: SceneOptions): Promise<Scene> {
  const { protocol, people = 20, items = 0, latency = 0, prepare, environment = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const port = await freePort();
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  try {
    const args = { people, items, latency, host: `${name}=127.0.0.1:${port}` };
    const server = await startServer(
      Object.entries(args).flatMap(([key, value]) => [`--${key}`, String(value)]),
    );
    closers.push(server.stop);
    const data = join(folder, "data");
    // Making the database is not what is measured, in time or in memory.
    await (await openQueue(data)).close();
    await prepare?.(data, server);
    const { ready } = server;
    const files = ready.certificates[name];
    const daemon = await startDaemon(data, {
      CA: server.ca,
      KEY: await readFile(files?.key ?? "", "utf8"),
      CERTIFICATE: await readFile(files?.certificate ?? "", "utf8"),
      SERVICE_PASSWORD: ready.serviceAccount.password,
      APPLICATION_SECRET: ready.app.secret,
      ...environment,
    });
    closers.push(async () => {
      daemon.child.kill("SIGTERM");
      await daemon.ended;
    });
    await forgetMost(daemon.child.pid ?? 0);
    await publish(daemon, protocol, server, port);
    const transport = createTransport({
      pool: true,
      maxConnections: connections,
      maxMessages: Infinity,
      host: "127.0.0.1",
      port,
      requireTLS: true,
      tls: { ca: server.ca, servername: name },
    });
    closers.push(async () => transport.close());
    const ended = follow(daemon);
    const bring = ({ from, stamped }: Letter): Promise<unknown> =>
      transport.sendMail({ envelope: { from, to: "stamped@siu.contoso.com" }, raw: stamped });
    const pid = daemon.child.pid ?? 0;
    return {
      server,
      people: ready.users.map(({ upn }) => upn),
      update: async (letters, perSecond) => {
        await atPace(letters, bring, perSecond);
        return ended(letters);
      },
      ended,
      daemon: { cpuSeconds: () => cpuSeconds(pid), rssMB: (which) => residentMB(pid, which) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function publish(
  daemon: DaemonProcess,
  protocol: Protocol,
  { ready }: ServerProcess,
  port: number,
): Promise<void> {
  const certificateAuthority = "${env:CA}";
  const mailboxes =
    protocol === "ews"
      ? {
          onPremises: {
            ewsUrl: ready.ews,
            certificateAuthority,
            account: { upn: ready.serviceAccount.upn, password: "${env:SERVICE_PASSWORD}" },
          },
        }
      : {
          online: {
            tenantId: ready.tenantId,
            application: { clientId: ready.app.clientId, clientSecret: "${env:APPLICATION_SECRET}" },
            graphUrl: ready.graph,
            loginUrl: new URL(ready.token).origin,
            certificateAuthority,
          },
        };
  const listen = { host: "127.0.0.1", port, key: "${env:KEY}", certificate: "${env:CERTIFICATE}" };
  const answer = await daemon.call("/settings", {
    method: "PUT",
    body: JSON.stringify(settings({ mailboxes, intake: { via: "relay", listen, allow: ["127.0.0.1"] } })),
  });
  if (answer.status !== 204) throw new Error(`The settings were refused: ${await answer.text()}`);
  const able = await daemon.call("/readyz");
  if (able.status !== 200) throw new Error(`The daemon is not ready: ${await able.text()}`);
}

/** Waits for the end of messages by looking now and then: to be told of each would be work for the daemon. */
function follow(daemon: DaemonProcess): (letters: readonly Letter[]) => Promise<AuditEntry[]> {
  const known = new Map<string, AuditEntry>();
  let since = 0;
  return async (letters) => {
    for (;;) {
      // A kept connection may have been closed meanwhile.
      const headers = { connection: "close" };
      const answer = await daemon.call(`/messages?since=${since}&limit=1000`, { headers });
      const { messages, next } = (await answer.json()) as { messages: AuditEntry[]; next: number };
      since = next;
      for (const row of messages) known.set(row.messageId, row);
      const rows = letters.flatMap(({ messageId }) => known.get(messageId) ?? []);
      const wrong = rows.find(({ outcome }) => outcome !== "updated" && outcome !== "pending");
      if (wrong) throw new Error(`A message was not updated: ${JSON.stringify(wrong)}`);
      if (rows.filter(({ done }) => done !== undefined).length === letters.length) return rows;
      if (messages.length === 0) await setTimeout(250);
    }
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
