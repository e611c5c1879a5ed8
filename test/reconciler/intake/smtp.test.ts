import { once } from "node:events";
import { createConnection } from "node:net";
import type { TLSSocketOptions } from "node:tls";
import { type Transporter, createTransport } from "nodemailer";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromConnector } from "../../../reconciler/intake/connector.ts";
import { fromRelay } from "../../../reconciler/intake/relay.ts";
import { queueSink } from "../../../reconciler/intake/sink.ts";
import { type SmtpIntakeOptions, openSmtpIntake } from "../../../reconciler/intake/smtp.ts";
import type { Job } from "../../../reconciler/job.ts";
import type { Refusal } from "../../../reconciler/queue/port.ts";
import { type Authority, type Certificate, createAuthority } from "../../emulator/tls.ts";
import { settings, stamped } from "../message.ts";
import { issue } from "./issue.ts";
import { converse } from "./listener.ts";

const tenant = "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10";
const address = "stamped@siu.contoso.com";
const exchange = "mail.protection.outlook.com";
const proof = [
  `X-MS-Exchange-CrossTenant-Id: ${tenant}`,
  "X-MS-Exchange-Organization-MessageDirectionality: Originating",
];

let authority: Authority;
let server: Certificate;
let client: Certificate;
let intake: Awaited<ReturnType<typeof openSmtpIntake>>;
let jobs: Map<string, { job: Job; raw: Uint8Array }>;
let refusals: Refusal[];
let storing: () => Promise<void>;
const open: Transporter[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  server = await authority.issue(["siu.contoso.com"]);
  client = await authority.issue([exchange]);
});

beforeEach(async () => {
  jobs = new Map();
  refusals = [];
  storing = async () => undefined;
  await listen();
});

afterEach(async () => {
  for (const transport of open.splice(0)) transport.close();
  await intake.close();
});

async function listen(change: Partial<SmtpIntakeOptions> = {}): Promise<void> {
  const queue = {
    add: async (job: Job, raw: Uint8Array) => {
      await storing();
      const fresh = !jobs.has(job.key);
      if (fresh) jobs.set(job.key, { job, raw });
      return fresh;
    },
    refuse: async (refusal: Refusal) => void refusals.push(refusal),
    stumbled: async () => 1,
  };
  intake = await openSmtpIntake(
    {
      host: "127.0.0.1",
      port: 0,
      key: server.key,
      certificate: server.cert,
      certificateAuthority: authority.ca,
      origin: fromConnector({
        clientCertificateName: exchange,
        address,
        tenantId: tenant,
        processedHeader: "X-CodeTwoProcessed",
        tellsAudience: true,
      }),
      ...change,
    },
    queueSink({ queue, settings: settings({ settleDelaySeconds: 2, deadlineSeconds: 60 }), now: () => 1000 }),
  );
}

interface Sending {
  raw?: Buffer;
  to?: string;
  from?: string;
  tls?: TLSSocketOptions;
  plain?: boolean;
}

/** Sends as Exchange Online would, but for what a test says; answers the reply. */
async function send({
  raw = stamped({ headers: proof }),
  to = address,
  from = "anna.weber@contoso.com",
  tls = client,
  plain,
}: Sending = {}) {
  const transport = createTransport({
    host: "127.0.0.1",
    port: intake.port,
    ...(plain
      ? { ignoreTLS: true }
      : { requireTLS: true, tls: { ...tls, ca: authority.ca, servername: "siu.contoso.com" } }),
  });
  open.push(transport);
  return transport.sendMail({ raw, envelope: { from, to } }).then(
    ({ response }) => response,
    (error: Error & { response?: string }) => error.response ?? error.message,
  );
}

test("a proved copy is stored whole before it is acknowledged, with sender, times and key", async () => {
  const order: string[] = [];
  storing = async () => {
    await new Promise(setImmediate);
    order.push("stored");
  };
  const raw = stamped({ headers: [...proof, "X-CodeTwo-MessageID: p1", "Sender: <bob@contoso.com>"] });
  expect(await send({ raw, from: "Carol@contoso.com" }).finally(() => order.push("acknowledged"))).toMatch(
    /^250/,
  );
  expect(order).toEqual(["stored", "acknowledged"]);
  const [stored] = jobs.values();
  expect(stored?.job).toMatchObject({
    messageId: "<m1@contoso.com>",
    senders: ["anna.weber@contoso.com", "bob@contoso.com", "carol@contoso.com"],
    arrived: 1000,
    notBefore: 3000,
    deadline: 61_000,
  });
  expect(Buffer.from(stored?.raw ?? []).equals(raw)).toBe(true);
});

test("a copy that cannot be stored is not acknowledged: the sender is to try again, and the operator told", async () => {
  const errors: unknown[] = [];
  await intake.close();
  await listen({ onError: (error) => errors.push(error) });
  storing = () => Promise.reject(new Error("disk full"));
  expect(await send()).toMatch(/^451 4\.3\.0/);
  expect(errors).toEqual([new Error("disk full")]);
});

test("the same copy twice makes one job; another processing of the message makes its own", async () => {
  const version = (id: string) => stamped({ headers: [...proof, `X-CodeTwo-MessageID: ${id}`] });
  for (const id of ["p1", "p1", "p2"]) expect(await send({ raw: version(id) })).toMatch(/^250/);
  expect(jobs.size).toBe(2);
});

test("without a processing id the body tells versions apart, not the headers of the journey", async () => {
  const received = stamped({ headers: [...proof, "Received: from elsewhere"] });
  for (const raw of [stamped({ headers: proof }), received, stamped({ headers: proof, text: "Other" })])
    await send({ raw });
  expect(jobs.size).toBe(2);
});

test.for([
  [["X-SIU-Audience: external"], "external"],
  [["X-SIU-Audience: internal"], "internal"],
  [["X-SIU-Audience: everybody"], undefined],
  [["X-SIU-Audience: internal", "X-SIU-Audience: external"], undefined],
  [[], undefined],
] as const)(
  "what our rule says about the audience is kept, and nothing that can be read in two ways: %j",
  async ([more, audience]) => {
    expect(await send({ raw: stamped({ headers: [...proof, ...more] }) })).toMatch(/^250/);
    expect([...jobs.values()].map(({ job }) => job.audience)).toEqual([audience]);
  },
);

describe("a forgery is refused with 550 5.7.1, and the audit says so", () => {
  const without = (name: string) => proof.filter((header) => !header.startsWith(name));
  const forgeries: { title: string; sending: () => Promise<Sending>; says: RegExp }[] = [
    { title: "no client certificate", sending: async () => ({ tls: {} }), says: /no client certificate/ },
    {
      title: "a certificate of another name",
      sending: async () => ({ tls: await authority.issue(["mail.evil.example"]) }),
      says: /not that of 'mail\.protection\.outlook\.com'/,
    },
    {
      title: "the right name from an authority that nobody trusts",
      sending: async () => ({ tls: await (await createAuthority()).issue([exchange]) }),
      says: /not trusted/,
    },
    {
      title: "another tenant",
      sending: async () => ({
        raw: stamped({ headers: ["X-MS-Exchange-CrossTenant-Id: 00000000-0000-0000-0000-000000000000"] }),
      }),
      says: /another tenant/,
    },
    {
      title: "the own tenant beside another one",
      sending: async () => ({
        raw: stamped({
          headers: [...proof, "X-MS-Exchange-CrossTenant-Id: 00000000-0000-0000-0000-000000000000"],
        }),
      }),
      says: /another tenant/,
    },
    {
      title: "no tenant",
      sending: async () => ({ raw: stamped({ headers: without("X-MS-Exchange-CrossTenant-Id") }) }),
      says: /CrossTenant-Id is missing/,
    },
    {
      title: "another recipient",
      sending: async () => ({ to: "anna.weber@contoso.com" }),
      says: /recipient/,
    },
    {
      title: "a mail that came from outside",
      sending: async () => ({
        raw: stamped({
          headers: [
            ...without("X-MS-Exchange-Organization"),
            "X-MS-Exchange-Organization-MessageDirectionality: Incoming",
          ],
        }),
      }),
      says: /did not originate/,
    },
    {
      title: "not processed by the service",
      sending: async () => ({
        raw: Buffer.from(stamped({ headers: proof }).toString().replace("X-CodeTwoProcessed: true\r\n", "")),
      }),
      says: /X-CodeTwoProcessed/,
    },
    {
      title: "processed and not processed",
      sending: async () => ({ raw: stamped({ headers: [...proof, "X-CodeTwoProcessed: false"] }) }),
      says: /X-CodeTwoProcessed/,
    },
  ];

  test.each(forgeries)("$title", async ({ sending, says }) => {
    const reply = await send(await sending());
    expect(reply).toMatch(/^550 5\.7\.1 /);
    expect(reply).toMatch(says);
    expect(jobs.size).toBe(0);
    expect(refusals).toMatchObject([{ reason: "origin-not-proved", text: expect.stringMatching(says) }]);
  });

  test("the refusal names the message, where one was read", async () => {
    await send({ raw: stamped() });
    expect(refusals).toMatchObject([{ messageId: "<m1@contoso.com>", senders: ["anna.weber@contoso.com"] }]);
  });
});

describe("a certificate for servers only, as public authorities issue them", () => {
  const usages = ["1.3.6.1.5.5.7.3.1"];

  test("is accepted with the right name and authority, of a client that would resume its session too", async () => {
    const root = await issue("Root", undefined, { authority: 1 });
    const between = await issue("Between", root, { authority: 0 });
    const { key, pem } = await issue(exchange, between, { usages });
    await intake.close();
    await listen({ certificateAuthority: root.pem });
    let session: Buffer | undefined;
    for (let round = 0; round < 2; round++) {
      const tls = { key, cert: `${pem}\n${between.pem}`, ...(session ? { session } : {}) };
      const commands = ["EHLO a", "MAIL FROM:<anna.weber@contoso.com>"];
      const replies = await converse(intake.port, commands, tls, (ticket) => (session = ticket));
      expect(replies.at(-1)).toMatch(/^250/);
    }
  });

  test("is refused from an authority that nobody trusts", async () => {
    const root = await issue("Root", undefined, { authority: 1 });
    const { key, pem } = await issue(exchange, root, { usages });
    expect(await send({ tls: { key, cert: pem } })).toMatch(/^550 5\.7\.1 .*not trusted/);
  });
});

test("without TLS nobody is listened to", async () => {
  expect(await send({ plain: true })).toMatch(/^530 5\.7\.0/);
});

test("a message above the limit is refused, and the connection stays usable", async () => {
  await intake.close();
  await listen({ maxSize: 5000 });
  // Without SIZE in MAIL FROM the limit shows only while the message is read.
  const raw = stamped({ headers: proof, text: "x".repeat(20_000) });
  expect(await send({ raw })).toMatch(/^552/);
  expect(await send()).toMatch(/^250/);
});

test("more than fits into memory at once is put off, not dropped", async () => {
  await intake.close();
  await listen({ maxHeld: 100 });
  expect(await send()).toMatch(/^452 4\.3\.1/);
});

test("when it closes, idle clients are sent away at once, and a message under way is stored and acknowledged", async () => {
  const stored = Promise.withResolvers<void>();
  const begun = new Promise<void>((resolve) => {
    storing = () => (resolve(), stored.promise);
  });
  const idle = createConnection(intake.port, "127.0.0.1");
  const heard: Buffer[] = [];
  idle.on("data", (data: Buffer) => heard.push(data));
  await once(idle, "data");
  const sending = send();
  await begun;
  const closed = intake.close();
  await once(idle, "close");
  expect(Buffer.concat(heard).toString()).toContain("421 4.3.2");
  stored.resolve();
  expect(await sending).toMatch(/^250/);
  await closed;
  expect(jobs.size).toBe(1);
});

test("a taken port and a wrong key are reported as what they are", async () => {
  const options = {
    host: "127.0.0.1",
    port: intake.port,
    key: server.key,
    certificate: server.cert,
    origin: fromRelay({ allow: ["127.0.0.1"], processedHeader: "X-CodeTwoProcessed" }),
  };
  const sink = { accept: async () => undefined, refuse: async () => undefined, stumble: async () => 1 };
  await expect(openSmtpIntake(options, sink)).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: expect.stringContaining(String(intake.port)),
  });
  await expect(openSmtpIntake({ ...options, key: "no key" }, sink)).rejects.toMatchObject({
    code: "BAD_SETTINGS",
  });
});
