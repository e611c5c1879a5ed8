import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromJournal, openReport } from "../../../reconciler/intake/journal.ts";
import { stamped } from "../message.ts";
import { listenFor, type Listener } from "./listener.ts";

const tenantId = "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10";
const address = "journal@siu.contoso.com";
const exchange = "mail.protection.outlook.com";
const own = "X-MS-Exchange-Organization-MessageDirectionality: Originating";
const internal = "X-MS-Exchange-Organization-AuthAs: Internal";

/** A report as Exchange writes it. */
function report(
  message: Buffer,
  { headers = [`X-MS-Exchange-CrossTenant-Id: ${tenantId}`], sender = "Anna.Weber@contoso.com" } = {},
): Buffer {
  return Buffer.from(
    [
      ...headers,
      "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@contoso.com>",
      `To: <${address}>`,
      "Subject: Hello",
      "Message-ID: <r1@journal.report.generator>",
      "X-MS-Journal-Report:",
      "MIME-Version: 1.0",
      'Content-Type: multipart/mixed; boundary="report"',
      "",
      "--report",
      "Content-Type: text/plain; charset=us-ascii",
      "",
      `Sender: ${sender}`,
      "Subject: Hello",
      "Message-Id: <m1@contoso.com>",
      "Recipient: carl@fabrikam.example",
      "",
      "--report",
      "Content-Type: message/rfc822",
      "",
      message.toString("latin1"),
      "--report--",
      "",
    ].join("\r\n"),
    "latin1",
  );
}

let listener: Listener;
const options = { clientCertificateName: exchange, address, tenantId, processedHeader: "X-CodeTwoProcessed" };
beforeEach(async () => {
  listener = await listenFor(fromJournal(options), address);
});
afterEach(() => listener.close());

const send = async (raw: Buffer, name = exchange): Promise<string> =>
  listener.send(raw, { from: "", tls: await listener.authority.issue([name]) });

describe("a report of a stamped message", () => {
  test("is taken as the message within it, with the sender whom Exchange names", async () => {
    const message = stamped({ headers: [own, "X-CodeTwo-MessageID: p1"], pictures: ["logo"] });
    expect(await send(report(message))).toMatch(/^250/);
    const [taken] = listener.jobs;
    expect(taken?.job).toMatchObject({
      messageId: "<m1@contoso.com>",
      senders: ["anna.weber@contoso.com"],
      recipients: ["carl@fabrikam.example"],
    });
    expect(
      Buffer.from(taken?.raw ?? [])
        .toString("latin1")
        .trimEnd(),
    ).toBe(message.toString("latin1").trimEnd());
  });

  test("that somebody signed in has sent is the organization's own, where no direction is told", async () => {
    expect(await send(report(stamped({ headers: [internal] })))).toMatch(/^250/);
    expect(listener.jobs).toHaveLength(1);
  });

  test("names the delegate who sent it for another", async () => {
    expect(await send(report(stamped({ headers: [own] }), { sender: "bob@contoso.com" }))).toMatch(/^250/);
    expect(listener.jobs[0]?.job.senders).toEqual(["anna.weber@contoso.com", "bob@contoso.com"]);
  });
});

describe("what a journal rule reports besides", () => {
  test("is acknowledged and makes no job: a message that is not stamped", async () => {
    const plain = Buffer.from(
      stamped({ headers: [own] })
        .toString()
        .replace("X-CodeTwoProcessed: true\r\n", ""),
    );
    expect(await send(report(plain))).toMatch(/^250/);
    expect([listener.jobs, listener.refusals]).toEqual([[], []]);
  });

  test.for([
    [
      "somebody else's mail that says it is stamped",
      ["X-MS-Exchange-Organization-MessageDirectionality: Incoming"],
    ],
    ["a forgery that comes anonymously", ["X-MS-Exchange-Organization-AuthAs: Anonymous"]],
    ["a mail about whose way nothing is known", []],
    [
      "a mail that says two things about it",
      [own, "X-MS-Exchange-Organization-MessageDirectionality: Incoming"],
    ],
  ] as const)("is acknowledged, makes no job, and the audit tells of it: %s", async ([, headers]) => {
    expect(await send(report(stamped({ headers: [...headers] })))).toMatch(/^250/);
    expect(listener.jobs).toEqual([]);
    expect(listener.refusals).toMatchObject([
      { reason: "origin-not-proved", text: expect.stringContaining("did not originate") },
    ]);
  });
});

describe("is refused", () => {
  const proved = { headers: [own] };
  test("a report of another server, or to another address", async () => {
    expect(await send(report(stamped(proved)), "mail.evil.example")).toMatch(/^550 5\.7\.1/);
    const tls = await listener.authority.issue([exchange]);
    expect(await listener.send(report(stamped(proved)), { tls, to: "stamped@siu.contoso.com" })).toMatch(
      /^550/,
    );
    expect(await listener.send(report(stamped(proved)), { plain: true })).toMatch(/^530/);
  });

  test("a report of another tenant, or of none", async () => {
    const other = ["X-MS-Exchange-CrossTenant-Id: 00000000-0000-0000-0000-000000000000"];
    for (const headers of [other, []])
      expect(await send(report(stamped(proved), { headers }))).toMatch(/^550 5\.7\.1/);
    expect(listener.jobs).toEqual([]);
  });

  test("a stamped message that is no report", async () => {
    const raw = stamped({ headers: [own, `X-MS-Exchange-CrossTenant-Id: ${tenantId}`] });
    expect(await send(raw)).toMatch(/^550 5\.7\.1 .*not a journal report/);
  });
});

test("servers of one's own name no tenant", async () => {
  const { tenantId: _, ...onPremises } = options;
  await listener.close();
  listener = await listenFor(
    fromJournal({ ...onPremises, clientCertificateName: "mail01.contoso.com" }),
    address,
  );
  expect(await send(report(stamped({ headers: [internal] }), { headers: [] }), "mail01.contoso.com")).toMatch(
    /^250/,
  );
  expect(listener.jobs).toHaveLength(1);
});

test("a report without a message within it is none", async () => {
  const raw = Buffer.from(
    "X-MS-Journal-Report:\r\nContent-Type: text/plain\r\n\r\nSender: anna.weber@contoso.com\r\n",
  );
  expect(await openReport({ raw, envelopeSender: "" })).toBeUndefined();
});

test("a report that cannot be parsed is acknowledged, makes no job, and the audit tells of it", async () => {
  const raw = report(stamped({ headers: [own] })).toString("latin1");
  const bomb = Buffer.from(raw.replace("--report--", "--report\r\n\r\n".repeat(2000)), "latin1");
  expect(await send(bomb)).toMatch(/^250/);
  expect(listener.jobs).toEqual([]);
  expect(listener.refusals).toMatchObject([{ text: expect.stringContaining("cannot be parsed") }]);
});
