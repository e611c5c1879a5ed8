import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createTransport } from "nodemailer";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Embedded, startEmbedded } from "../../contract/embedded.ts";
import { findFolder, storeMessage } from "../../emulator/mailbox.ts";
import { type Item, recipientByAddress, sideOf } from "../../emulator/store.ts";
import { type PostgresServer, startPostgres } from "../../postgres/server.ts";
import { settings, stamped } from "../message.ts";
import { type DaemonProcess, startDaemon } from "../process.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const people = ["anna.weber@contoso.com", "ben.fischer@contoso.com"];
let embedded: Embedded;
let server: PostgresServer;
let folder: string;
const daemons: DaemonProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "several-"));
  embedded = await startEmbedded("Alias -ne 'tina.vogel'");
  server = await startPostgres();
});
afterAll(async () => {
  for (const { child, ended } of daemons) {
    child.kill("SIGKILL");
    await ended;
  }
  await server.close();
  await embedded.close();
  await rm(folder, { recursive: true });
});

function mailboxOf(address: string) {
  const side = sideOf(embedded.organization, "onPremises");
  const mailbox = side.mailboxes.get(recipientByAddress(side, address)?.guid ?? "");
  if (!mailbox) throw new Error(`no mailbox ${address}`);
  return mailbox;
}

const mail = (from: string, messageId: string, html: string) =>
  stamped({ from, messageId, html: `<p>Hello Carl</p>${html}`, pictures: html ? ["logo@relay"] : [] });

async function send(from: string, messageId: string): Promise<void> {
  const raw = mail(from, messageId, "");
  await storeMessage(embedded.organization, mailboxOf(from), "sentitems", raw, {
    isRead: true,
    at: Date.now(),
  });
}

function copies(from: string, messageId: string): Item[] {
  const mailbox = mailboxOf(from);
  const { id } = findFolder(mailbox, "sentitems") ?? {};
  return [...mailbox.items.values()].filter(
    (item) => item.internetMessageId === messageId && item.folderId === id,
  );
}

/** Brings the stamped copy to one daemon, as a relay does; false when it was not acknowledged. */
async function bring({ call }: DaemonProcess, from: string, messageId: string): Promise<boolean> {
  try {
    const { ports } = (await (await call("/status")).json()) as { ports: { smtp: number[] } };
    const transport = createTransport({ host: "127.0.0.1", port: ports.smtp[0], ignoreTLS: true });
    const raw = mail(from, messageId, '<p>Anna <img src="cid:logo@relay">, Contoso</p>');
    await transport.sendMail({ envelope: { from, to: "x@y.example" }, raw }).finally(() => transport.close());
    return true;
  } catch {
    return false;
  }
}

test("three daemons share the mail; what a killed and a stopped one had in hand, and what the server's death cut off, is done by the others, once", async () => {
  const certificate = await embedded.organization.authority.issue(["siu.contoso.com"]);
  const environment = {
    SIU_DATABASE: await server.database(),
    INTAKE_PORT: "0",
    SERVICE_PASSWORD: embedded.account.password,
    CA: embedded.organization.authority.ca,
    KEY: certificate.key,
    CERTIFICATE: certificate.cert,
  };
  daemons.push(
    ...(await Promise.all(["1", "2", "3"].map((name) => startDaemon(path.join(folder, name), environment)))),
  );
  const [first, second, third] = daemons as [DaemonProcess, DaemonProcess, DaemonProcess];
  const certificateAuthority = "${env:CA}";
  const account = { upn: "siu@contoso.com", password: "${env:SERVICE_PASSWORD}" };
  const body = settings({
    mailboxes: { onPremises: { ewsUrl: embedded.options.url, certificateAuthority, account } },
    intake: {
      via: "relay",
      allow: ["127.0.0.1"],
      listen: {
        host: "127.0.0.1",
        port: "${env:INTAKE_PORT}",
        key: "${env:KEY}",
        certificate: "${env:CERTIFICATE}",
      },
    },
  });
  const put = await first.call("/settings", { method: "PUT", body: JSON.stringify(body) });
  expect([put.status, await put.text()]).toEqual([204, ""]);
  // The others hear of them by themselves.
  for (const { call } of daemons) while ((await call("/readyz")).status !== 200);

  const mails = Array.from({ length: 24 }, (_, number) => ({
    from: people[number % 2] ?? "",
    messageId: `<shared-${number}@contoso.com>`,
  }));
  for (const { from, messageId } of mails) await send(from, messageId);
  const { faults } = embedded.organization;
  const { take } = faults;
  let updates = 0;
  let restarting: Promise<void> | undefined;
  faults.take = (protocol, operation, side) => {
    if (operation === "UpdateItem" && ++updates === 5) first.child.kill("SIGKILL");
    if (operation === "UpdateItem" && updates === 10) second.child.kill("SIGTERM");
    if (operation === "UpdateItem" && updates === 15) restarting = server.restart();
    return take(protocol, operation, side);
  };
  // Each copy comes twice, to two of them; what nobody acknowledged is brought again, as a relay does.
  const known = new Set<string>();
  await Promise.all(
    daemons.map(async (daemon, index) => {
      for (const [number, { from, messageId }] of mails.entries())
        if (number % 3 !== index && (await bring(daemon, from, messageId))) known.add(messageId);
    }),
  );
  await restarting;
  for (const { from, messageId } of mails)
    while (!known.has(messageId)) if (await bring(third, from, messageId)) known.add(messageId);
  const rows = await third.until((rows) => mails.every(({ messageId }) => rows.get(messageId)?.done));
  faults.take = take;

  expect(await second.ended).toBe(0);
  expect(restarting).toBeDefined();
  for (const { from, messageId } of mails) {
    expect(rows.get(messageId)).toMatchObject({ outcome: "updated", items: 1 });
    const [item, ...others] = copies(from, messageId);
    expect(others).toEqual([]);
    expect(item?.html).toContain("Contoso");
    expect(item?.attachments).toHaveLength(1);
  }
  expect(third.log() + second.log()).not.toContain("postgres://");
});
