import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createTransport } from "nodemailer";
import { Agent } from "undici";
import { storeInSentItems } from "../../demo/outlook.ts";
import { createObject } from "../../emulator/admin/object.ts";
import { startWorld, type World, type WorldOptions } from "../../emulator/world.ts";
import { type Item, type Row, recipientByAddress, type SideName, sideOf } from "../../emulator/store.ts";
import { settings } from "../message.ts";
import { type DaemonProcess, startDaemon } from "../process.ts";
import { openQueue } from "../../../reconciler/queue/pg-boss.ts";
import type { Intake, Settings } from "../../../stacks/config/types.ts";

/** Everything from a person's mail client to the daemon as a process of its own. */
export interface Scene {
  world: World;
  daemon: () => DaemonProcess;
  /** Where the daemon listens for stamped mail, before and after a restart; one port for each name. */
  ports: Record<string, number>;
  listen: (name: string) => Extract<Intake, { via: "relay" }>["listen"];
  /** Starts the daemon, for the first time or again. */
  start: () => Promise<void>;
  kill: () => Promise<void>;
  /** How the mailboxes of each side are reached. */
  mailboxes: Settings["mailboxes"];
  put: (change: Partial<Settings>) => Promise<Response>;
  make: (side: SideName, noun: string, row: Row) => void;
  /** A person sends a mail, and keeps the copy that the mail client or Exchange makes; answers its Message-ID. */
  send: (from: string, to?: string[], headers?: string[]) => Promise<string>;
  /** Brings a message to a port as whoever bears these names, or nobody; answers the reply. */
  bring: (port: number, mail: { from: string; to: string; raw: string; names?: string[] }) => Promise<string>;
  /** Copies of a message in somebody's Sent Items. */
  copies: (owner: string, messageId: string) => Item[];
  close: () => Promise<void>;
}

export const customer = "carl@fabrikam.example";
export const listeners: [string, string] = ["siu.contoso.com", "journal.contoso.com"];

/** A queue's folder as a first start leaves it: making the database anew each time is what takes longest. */
let template: Promise<string> | undefined;
async function makeTemplate(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "template-"));
  await (await openQueue(folder)).close();
  process.once("exit", () => rmSync(folder, { recursive: true }));
  return folder;
}

/** Starts it; mail that the daemon cannot take waits for it for a minute. */
export async function startScene(options: WorldOptions): Promise<Scene> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "end-to-end-"));
  await cp(await (template ??= makeTemplate()), path.join(folder, "data"), { recursive: true });
  const world = await startWorld({
    grant: true,
    retryDelays: Array.from({ length: 240 }, () => 250),
    ...options,
  });
  const { organization, onPremises, online, mail } = world;
  const { authority, store } = organization;
  const certificate = await authority.issue(listeners);
  const ports: Record<string, number> = {};
  for (const name of listeners) {
    ports[name] = await freePort();
    organization.hosts.set(name, `127.0.0.1:${ports[name]}`);
  }
  const person = (address: string) => recipientByAddress(sideOf(organization, "onPremises"), address);
  const environment = {
    CA: authority.ca,
    KEY: certificate.key,
    CERTIFICATE: certificate.cert,
    SERVICE_PASSWORD: person("siu@contoso.com")?.password ?? "",
    ADMIN_PASSWORD: person("admin@contoso.com")?.password ?? "",
    APPLICATION_SECRET: store.applications[0]?.secret ?? "",
  };
  const certificateAuthority = "${env:CA}";
  const mailboxes: Settings["mailboxes"] = {
    onPremises: {
      ewsUrl: onPremises.ews ?? "",
      certificateAuthority,
      account: { upn: "siu@contoso.com", password: "${env:SERVICE_PASSWORD}" },
    },
    ...(online && {
      online: {
        tenantId: store.tenantId,
        application: {
          clientId: store.applications[0]?.appId ?? "",
          clientSecret: "${env:APPLICATION_SECRET}",
        },
        graphUrl: online.graph ?? "",
        loginUrl: new URL(online.token ?? "").origin,
        certificateAuthority,
      },
    }),
  };
  let daemon: DaemonProcess | undefined;
  const running = (): DaemonProcess => {
    if (!daemon) throw new Error("the daemon has not been started");
    return daemon;
  };
  const dispatcher = new Agent({ connect: { ca: authority.ca } });
  const homeOf = (owner: string) => {
    for (const side of store.sides.values()) {
      const mailbox = side.mailboxes.get(recipientByAddress(side, owner)?.guid ?? "");
      if (mailbox) return { side, mailbox };
    }
    throw new Error(`${owner} has no mailbox`);
  };

  return {
    world,
    ports,
    mailboxes,
    daemon: running,
    listen: (name) => ({
      host: "127.0.0.1",
      port: ports[name] ?? 0,
      key: "${env:KEY}",
      certificate: "${env:CERTIFICATE}",
      certificateAuthority,
    }),
    start: async () => {
      daemon = await startDaemon(path.join(folder, "data"), environment);
    },
    kill: async () => {
      running().child.kill("SIGKILL");
      await running().ended;
    },
    put: (change) =>
      running().call("/settings", {
        method: "PUT",
        body: JSON.stringify(settings({ mailboxes, ...change })),
      }),
    make: (side, noun, row) => void createObject(organization, sideOf(organization, side), noun, row),
    send: async (from, to = [customer], headers = []) => {
      const messageId = `<${randomUUID()}@contoso.com>`;
      const raw = mailOf(from, messageId, to, headers);
      const { password = "" } = person(from) ?? {};
      const isOnline = homeOf(from).side.name === "online";
      const account = { address: from, password, submission: "", ews: onPremises.ews ?? "", dispatcher };
      if (!isOnline) await storeInSentItems({ ...account, ca: authority.ca }, Buffer.from(raw));
      const [host, port] = (isOnline ? (mail.onlineSubmission ?? "") : mail.submission).split(":");
      const transport = createTransport({
        host,
        port: Number(port),
        requireTLS: true,
        auth: { user: from, pass: password },
        tls: { ca: authority.ca, servername: "localhost" },
      });
      await transport.sendMail({ envelope: { from, to }, raw }).finally(() => transport.close());
      return messageId;
    },
    bring: async (port, { from, to, raw, names: [first, ...more] = [] }) => {
      const shown = first === undefined ? {} : await authority.issue([first, ...more]);
      const transport = createTransport({
        host: "127.0.0.1",
        port,
        requireTLS: true,
        tls: { ...shown, ca: authority.ca, checkServerIdentity: () => undefined },
      });
      try {
        return (await transport.sendMail({ envelope: { from, to }, raw })).response;
      } catch (error) {
        return (error as Error & { response?: string }).response ?? String(error);
      } finally {
        transport.close();
      }
    },
    copies: (owner, messageId) => {
      const { mailbox } = homeOf(owner);
      const sent = [...mailbox.folders.values()].find(
        ({ distinguishedId }) => distinguishedId === "sentitems",
      );
      return [...mailbox.items.values()].filter(
        (item) => item.internetMessageId === messageId && item.folderId === sent?.id,
      );
    },
    close: async () => {
      daemon?.child.kill("SIGKILL");
      await daemon?.ended;
      await dispatcher.close();
      await world.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A mail as its client hands it in. */
export function mailOf(from: string, messageId: string, to: string[], headers: string[] = []): string {
  return [
    `From: ${from}`,
    `To: ${to.join(", ")}`,
    "Subject: Offer",
    `Message-ID: ${messageId}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    ...headers,
    "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<html><body><p>Here is what we talked about.</p></body></html>",
    "",
  ].join("\r\n");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
