import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createTransport } from "nodemailer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Embedded, startEmbedded } from "../contract/embedded.ts";
import { type Certificate } from "../emulator/tls.ts";
import { findFolder, storeMessage } from "../emulator/mailbox.ts";
import { type Item, recipientByAddress, sideOf } from "../emulator/store.ts";
import { settings, stamped } from "./message.ts";
import { type DaemonProcess, Ended, startDaemon } from "./process.ts";
import { openQueue } from "../../reconciler/queue/pg-boss.ts";
import type { Settings } from "../../stacks/config/types.ts";

// Two starts of a whole database in one test, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const anna = "anna.weber@contoso.com";
const ben = "ben.fischer@contoso.com";
const address = "stamped@siu.contoso.com";
const html = '<p>Hello Carl</p><p>Anna <img src="cid:logo@relay">, Contoso</p>';

let embedded: Embedded;
/** A queue's folder as a first start leaves it: making the database anew each time is what takes longest. */
let template: string;
let server: Certificate;
let client: Certificate;
let folder: string;
let daemon: DaemonProcess;
let running: DaemonProcess[];
let environment: Record<string, string>;
let number = 0;

beforeAll(async () => {
  template = await mkdtemp(path.join(os.tmpdir(), "template-"));
  await (await openQueue(template)).close();
  embedded = await startEmbedded("Alias -ne 'tina.vogel'");
  const { authority } = embedded.organization;
  server = await authority.issue(["siu.contoso.com"]);
  client = await authority.issue(["mail.protection.outlook.com"]);
});
afterAll(async () => {
  await embedded.close();
  await rm(template, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "daemon-"));
  await cp(template, path.join(folder, "data"), { recursive: true });
  await writeFile(path.join(folder, "ca.pem"), embedded.organization.authority.ca);
  await writeFile(path.join(folder, "key.pem"), server.key);
  await writeFile(path.join(folder, "certificate.pem"), server.cert);
  environment = { SERVICE_PASSWORD: embedded.account.password, INTAKE_PORT: "0" };
  running = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill("SIGKILL");
    await ended;
  }
  await rm(folder, { recursive: true });
});

async function start(env = environment): Promise<DaemonProcess> {
  daemon = await startDaemon(path.join(folder, "data"), env);
  running.push(daemon);
  return daemon;
}

function wanted(change: Partial<Settings> = {}): Settings {
  const certificateAuthority = `\${file:${path.join(folder, "ca.pem")}}`;
  const account = { upn: "siu@contoso.com", password: "${env:SERVICE_PASSWORD}" };
  return settings({
    mailboxes: {
      onPremises: {
        autodiscover: embedded.autodiscover,
        certificateAuthority,
        account,
        ewsUrl: embedded.options.url,
      },
    },
    intake: {
      via: "connector",
      name: "Sent Items Update intake",
      address,
      smartHost: "siu.contoso.com",
      clientCertificateName: "mail.protection.outlook.com",
      adopt: false,
      listen: {
        host: "127.0.0.1",
        port: "${env:INTAKE_PORT}",
        key: `\${file:${path.join(folder, "key.pem")}}`,
        certificate: `\${file:${path.join(folder, "certificate.pem")}}`,
        certificateAuthority,
      },
    },
    ...change,
  });
}

async function put(change: Partial<Settings> = {}): Promise<void> {
  const answer = await daemon.call("/settings", { method: "PUT", body: JSON.stringify(wanted(change)) });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
}

const smtpPort = async (): Promise<number | undefined> =>
  ((await (await daemon.call("/status")).json()) as { ports: { smtp: number[] } }).ports.smtp[0];

/** A mail as its sender's client leaves it in Sent Items; answers its Message-ID. */
async function sent(mailbox: string): Promise<string> {
  const messageId = `<sent-${++number}@contoso.com>`;
  const { organization } = embedded;
  const side = sideOf(organization, "onPremises");
  const owner = side.mailboxes.get(recipientByAddress(side, mailbox)?.guid ?? "");
  if (!owner) throw new Error(`no mailbox ${mailbox}`);
  const raw = stamped({ from: mailbox, messageId, html: "<p>Hello Carl</p>", text: "Hello Carl" });
  await storeMessage(organization, owner, "sentitems", raw, { isRead: true, at: Date.now() });
  return messageId;
}

/** Items in somebody's Sent Items with a Message-ID. */
function copies(mailbox: string, messageId: string): Item[] {
  const side = sideOf(embedded.organization, "onPremises");
  const owner = side.mailboxes.get(recipientByAddress(side, mailbox)?.guid ?? "");
  const folder = owner && findFolder(owner, "sentitems");
  return [...(owner?.items.values() ?? [])].filter(
    (item) => item.internetMessageId === messageId && item.folderId === folder?.id,
  );
}

/** Brings stamped copies to the daemon's intake as Exchange Online does. */
async function bring(mails: { from: string; messageId: string }[]): Promise<void> {
  const transport = createTransport({
    host: "127.0.0.1",
    port: await smtpPort(),
    requireTLS: true,
    tls: { ...client, ca: embedded.organization.authority.ca, servername: "siu.contoso.com" },
  });
  const headers = [`X-MS-Exchange-CrossTenant-Id: ${embedded.organization.store.tenantId}`];
  try {
    for (const { from, messageId } of mails)
      await transport.sendMail({
        envelope: { from, to: address },
        raw: stamped({ from, messageId, html, pictures: ["logo@relay"], headers }),
      });
  } finally {
    transport.close();
  }
}

/** Calls back for every EWS operation as it arrives. */
function watch(seen: (operation: string) => void): () => void {
  const { faults } = embedded.organization;
  const { take } = faults;
  faults.take = (protocol, operation, side) => {
    if (protocol === "ews") seen(operation);
    return take(protocol, operation, side);
  };
  return () => (faults.take = take);
}

test("a stamped copy that reaches the listener updates the sent item over EWS", async () => {
  await start();
  expect((await daemon.call("/readyz")).status).toBe(503);
  await put();
  expect((await daemon.call("/readyz")).status).toBe(200);
  const messageId = await sent(anna);
  await bring([{ from: anna, messageId }]);
  const rows = await daemon.until((rows) => rows.get(messageId)?.done !== undefined);
  expect(rows.get(messageId)).toMatchObject({ outcome: "updated", items: 1, mailboxes: [anna] });
  const [item, ...others] = copies(anna, messageId);
  expect(others).toEqual([]);
  expect(item?.html).toContain("Contoso");
  expect(item?.attachments.map(({ contentId }) => contentId)).toEqual(["logo@relay"]);
  expect(item?.isRead).toBe(true);
});

describe("killed with SIGKILL in the middle and started again, it loses nothing and repeats nothing", () => {
  test.each([
    { keepOriginal: false, operation: "CreateAttachment", nth: 2 },
    { keepOriginal: false, operation: "UpdateItem", nth: 3 },
    { keepOriginal: true, operation: "CopyItem", nth: 2 },
    { keepOriginal: true, operation: "UpdateItem", nth: 4 },
  ])("keepOriginal $keepOriginal, at $operation number $nth", async ({ keepOriginal, operation, nth }) => {
    await start();
    await put({ keepOriginal });
    const mails: { from: string; messageId: string }[] = [];
    for (let i = 0; i < 8; i++) {
      const from = i % 2 ? anna : ben;
      mails.push({ from, messageId: await sent(from) });
    }
    let left = nth;
    let updates = 0;
    const stop = watch((seen) => {
      if (seen === "UpdateItem") updates++;
      if (seen === operation && --left === 0) daemon.child.kill("SIGKILL");
    });
    // What was not acknowledged is brought again, as a mail server does.
    const unacknowledged = await bring(mails).then(
      () => [],
      () => mails,
    );
    await daemon.ended;
    await start();
    await bring(unacknowledged);
    const ids = new Set(mails.map(({ messageId }) => messageId));
    const rows = await daemon.until((rows) => [...ids].every((id) => rows.get(id)?.done !== undefined));
    stop();
    expect(updates).toBeGreaterThanOrEqual(mails.length);
    for (const { from, messageId } of mails) {
      expect(rows.get(messageId)).toMatchObject({ outcome: "updated", items: 1 });
      const items = copies(from, messageId);
      expect(items).toHaveLength(keepOriginal ? 2 : 1);
      const updated = items.filter((item) => item.html?.includes("Contoso"));
      expect(updated).toHaveLength(1);
      expect(updated[0]?.attachments).toHaveLength(1);
    }
    const before = JSON.stringify(
      mails.flatMap(({ from, messageId }) => copies(from, messageId).map(({ change }) => change)),
    );
    await bring(mails);
    const counts = (await (await daemon.call("/status")).json()) as { messages: object };
    expect(counts.messages).toEqual({ updated: mails.length });
    expect(
      JSON.stringify(
        mails.flatMap(({ from, messageId }) => copies(from, messageId).map(({ change }) => change)),
      ),
    ).toBe(before);
  });
});

test("new settings work without a restart: off, then on again", async () => {
  await start();
  await put({ status: "off" });
  const [first, second] = [await sent(anna), await sent(anna)];
  await bring([{ from: anna, messageId: first }]);
  const rows = await daemon.until((rows) => rows.get(first)?.done !== undefined);
  expect(rows.get(first)).toMatchObject({ outcome: "skipped", reason: "status-off" });
  await put();
  await bring([{ from: anna, messageId: second }]);
  expect((await daemon.until((rows) => rows.get(second)?.done !== undefined)).get(second)).toMatchObject({
    outcome: "updated",
  });
});

test("after a restart it works on with the settings that it had, and ends cleanly on SIGTERM", async () => {
  await start();
  await put();
  daemon.child.kill("SIGTERM");
  expect(await daemon.ended).toBe(0);
  await start();
  expect(daemon.smtp).toEqual([expect.any(Number)]);
  expect((await daemon.call("/readyz")).status).toBe(200);
});

describe("says clearly what is wrong", () => {
  const failed = async (starting: Promise<unknown>): Promise<Ended> => {
    const error = await starting.catch((error: unknown) => error);
    if (error instanceof Ended) return error;
    throw new Error("it started");
  };

  test("a second daemon on the data folder is refused and told which process holds it", async () => {
    await start();
    const { code, message } = await failed(startDaemon(path.join(folder, "data"), environment));
    expect(code).toBe(1);
    expect(message).toMatch(new RegExp(`^DATA_FOLDER_IN_USE: .*process ${daemon.child.pid}\\b`, "m"));
    expect((await daemon.call("/healthz")).status).toBe(200);
  });

  test("the HTTP port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((listening) => holder.once("listening", listening));
    const { port } = holder.address() as { port: number };
    const { message } = await failed(
      startDaemon(path.join(folder, "data"), { ...environment, SIU_HTTP_PORT: String(port) }),
    );
    expect(message).toMatch(`PORT_IN_USE: Port ${port} of the daemon's HTTP interface is taken.`);
    await new Promise((closed) => holder.close(closed));
  });

  test.each([
    [
      "a wrong password",
      async () => ({ ...environment, SERVICE_PASSWORD: "wrong" }),
      /siu@contoso\.com|password|credential/i,
    ],
    ["a missing secret", async () => ({ INTAKE_PORT: "0" }), /SERVICE_PASSWORD/],
  ])("%s", async (_, env, says) => {
    await start(await env());
    await put();
    const answer = await daemon.call("/readyz");
    expect(answer.status).toBe(503);
    const told = await answer.text();
    expect(told).toMatch(says);
    expect(told + daemon.log()).not.toContain('wrong"');
  });

  test("a server that is not there", async () => {
    await start();
    const { mailboxes } = wanted();
    if (!mailboxes.onPremises) throw new Error("no mailboxes");
    const onPremises = { ...mailboxes.onPremises, ewsUrl: "https://127.0.0.1:1/EWS/Exchange.asmx" };
    await put({ mailboxes: { onPremises } });
    const answer = await daemon.call("/readyz");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("127.0.0.1:1");
  });
});

test.skipIf(process.platform === "win32")(
  "what it makes in the data folder is its own account's only",
  async () => {
    await start();
    expect((await stat(path.join(folder, "data", "owner.sock"))).mode & 0o077).toBe(0);
  },
);

test("its log at info names no address and no subject", async () => {
  await start();
  await put();
  const messageId = await sent(anna);
  await bring([{ from: anna, messageId }]);
  await daemon.until((rows) => rows.get(messageId)?.done !== undefined);
  expect(daemon.log()).toContain('"outcome":"updated"');
  expect(daemon.log()).not.toMatch(/anna|Subject|Hello|sent-/);
});
