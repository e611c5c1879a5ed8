import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic, openSession, type AdminSession } from "./admin/session.ts";
import { soap } from "./ews/client.ts";

interface Ready {
  admin: string;
  ews: string;
  ca: string;
  submission: string;
  users: { upn: string; password: string; side: string }[];
  administrator: { upn: string; password: string };
  serviceAccount?: { upn: string; password: string };
  certificates: Record<string, { key: string; certificate: string }>;
  control: { url: string; token: string };
  sides: { online?: object };
}

interface Emulator {
  child: ChildProcess;
  ready: Ready;
  admin: AdminSession;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
}

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-test-"));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
  const violations = join(folder, "violations");
  expect(existsSync(violations) && (await readFile(violations, "utf8"))).toBe(false);
  await rm(folder, { recursive: true });
});

/** Kills a process unless it has ended, and waits until it is gone: its folder is removed next. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGKILL");
  await promise;
}

function run(args: string[]): {
  child: ChildProcess;
  ended: Promise<number | null>;
  lines: AsyncIterator<string>;
  errors: () => string;
} {
  const watched = ["--import", new URL("../held-process.ts", import.meta.url).href];
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [...watched, main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, SCHEMA_VIOLATIONS: join(folder, "violations") },
  });
  children.push(child);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once("close", resolve);
  return {
    child,
    ended,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    errors: () => errors,
  };
}

async function start(...args: string[]): Promise<Emulator> {
  const { child, ended, lines, errors } = run(["--json", ...args]);
  const { value, done } = await lines.next();
  if (done) throw new Error(errors());
  const ready = JSON.parse(value) as Ready;
  const { upn, password } = ready.administrator;
  return {
    child,
    ended,
    ready,
    admin: openSession(ready.admin, await readFile(ready.ca, "utf8"), basic(upn, password)),
  };
}

test("prints where everything is, and answers there", async () => {
  const { ready, admin, child, ended } = await start("--host", "siu.contoso.com=127.0.0.1:2525");
  expect(ready.ews).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/EWS\/Exchange\.asmx$/);
  expect(ready.submission).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(ready.users).toHaveLength(23);
  expect(ready.users.filter(({ side }) => side === "online").map(({ upn }) => upn)).toEqual([
    "uma.patel@contoso.com",
    "victor.hugo@contoso.com",
    "wanda.zielinska@contoso.com",
  ]);
  expect(ready.sides.online).toBeDefined();
  expect(await admin.must("Get-AcceptedDomain")).toHaveLength(2);
  const { key, certificate } = ready.certificates["siu.contoso.com"] ?? {};
  expect(await readFile(key ?? "", "utf8")).toContain("PRIVATE KEY");
  expect(await readFile(certificate ?? "", "utf8")).toContain("BEGIN CERTIFICATE");
  await admin.close();
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("an on-premises organization has one side, and its service account is still to be made", async () => {
  const { ready, admin, child, ended } = await start("--on-premises");
  expect(ready.sides.online).toBeUndefined();
  expect(ready.serviceAccount).toBeUndefined();
  expect(await admin.must("Get-SendConnector")).toHaveLength(1);
  await admin.close();
  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("state, accounts and authority survive a kill as soon as a write is answered", async () => {
  const first = await start("--data", folder);
  await first.admin.must("New-TransportRule", { Name: "Kept", DeleteMessage: true });
  await first.admin.close();
  first.child.kill("SIGKILL");
  await first.ended;
  const second = await start("--data", folder);
  expect(await second.admin.must("Get-TransportRule")).toEqual([
    expect.objectContaining({ Name: "Kept", Priority: 0 }),
  ]);
  expect(second.ready.users).toEqual(first.ready.users);
  await second.admin.close();
});

test("a data folder of one kind of organization is not taken for another", async () => {
  const first = await start("--data", folder);
  await first.admin.close();
  first.child.kill("SIGTERM");
  await first.ended;
  const { ended, errors } = run(["--on-premises", "--data", folder]);
  expect(await ended).toBe(1);
  expect(errors()).toContain("holds a hybrid organization: start it with --hybrid");
});

test("a data folder that another one uses is refused", async () => {
  const first = await start("--data", folder);
  const { ended, errors } = run(["--data", folder]);
  expect(await ended).toBe(1);
  expect(errors()).toContain(`another embedded Exchange uses the data folder ${folder}`);
  await first.admin.close();
});

test("a data folder that is a file is refused by name", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const { ended, errors } = run(["--data", file]);
  expect(await ended).toBe(1);
  expect(errors()).toBe(
    `The embedded Exchange could not start: the data folder ${file} cannot be used (EEXIST). Choose another --data folder.\n`,
  );
});

test("ends when its parent closes its standard input", async () => {
  const { child, admin, ended } = await start();
  await admin.close();
  child.stdin?.end();
  expect(await ended).toBe(0);
});

test("a granted organization with people and mail prints all that other programs need, and its service account opens every mailbox", async () => {
  const { ready, admin } = await start(
    "--on-premises",
    "--grant",
    "--people",
    "30",
    "--items",
    "20",
    "--insecure-http",
    "--latency",
    "1",
    "--any-certificate",
    "--mail-advanced-from",
    "2026-11-30",
  );
  await admin.close();
  expect(ready).toMatchObject({
    ews: expect.stringMatching(/^http:/),
    admin: expect.stringMatching(/^http:/),
    autodiscover: expect.stringMatching(/^http:/),
    token: expect.stringMatching(/^https:/),
    smtp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    control: { url: expect.stringMatching(/^http:/), token: expect.any(String) },
    groups: expect.arrayContaining([{ address: "sales@contoso.com" }]),
    tenant: "contoso.onmicrosoft.com",
    app: { clientId: expect.any(String), secret: expect.any(String) },
  });
  expect(ready.users).toHaveLength(30);
  const settings = await fetch(`${ready.control.url}/settings`, {
    headers: { Authorization: `Bearer ${ready.control.token}` },
  });
  expect(await settings.json()).toMatchObject({ mailAdvancedFrom: "2026-11-30T00:00:00.000Z" });
  const { upn = "", password = "" } = ready.serviceAccount ?? {};
  const last = ready.users.at(-1)?.upn ?? "";
  const answer = await fetch(ready.ews, {
    method: "POST",
    headers: { "Content-Type": "text/xml", Authorization: basic(upn, password) },
    body: soap(
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="sentitems"/></m:ParentFolderIds></m:FindItem>',
      { impersonate: `<t:PrincipalName>${last}</t:PrincipalName>` },
    ),
  });
  expect(await answer.text()).toMatch(/<t:Subject>.*<t:Size>/s);
});

test("a seed file that is wrong is refused with its mistakes", async () => {
  const file = join(folder, "seed.yaml");
  await writeFile(file, "people: [{ nome: x }]");
  const { ended, errors } = run(["--seed", file]);
  expect(await ended).toBe(1);
  expect(errors()).toContain("line 1, column 10: people/0 must have required property 'name'");
});

test("a taken port is said clearly", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const { ended, errors } = run(["--port", port]);
  expect(await ended).toBe(1);
  expect(errors()).toBe(
    `Port ${port} is taken: end the program that uses it, or choose another with --port.\n`,
  );
  await new Promise((resolve) => holder.close(resolve));
});

test.each([
  [["--port", "http"], "--port http: a number"],
  [["--host", "siu.contoso.com"], "NAME=HOST:PORT is wanted"],
  [["--mail-advanced-from", "soon"], "a date is wanted"],
  [["--hybrid", "--on-premises"], "exclude each other"],
  [["--people", "1"], "at least one person on each side"],
  [["--on-premises", "--people", "0"], "at least one person"],
  [["--people", "3", "--seed", "x.yaml"], "exclude each other"],
  [["--colour"], "Unknown option '--colour'"],
])("%j is refused with what would be right", async (args, text) => {
  const { ended, errors } = run(args);
  expect(await ended).toBe(2);
  expect(errors()).toContain(text);
});
