import { simpleParser } from "mailparser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recipientByAddress, sideOf, type Row } from "../store.ts";
import {
  bodyIn,
  headerIn,
  outsider,
  plain,
  startMailWorld,
  uma,
  victor,
  type MailWorld,
} from "./mail-world.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
let at = noon;
let world: MailWorld;
beforeEach(async () => {
  at = noon;
  world = await startMailWorld({ now: () => at });
});
afterEach(() => world.close());

const rule = (row: Row): Row => world.rule({ RuleErrorAction: "Ignore", ...row });
const send = async (more: string[] = [], subject = "Offer"): Promise<Buffer> => {
  const before = world.flow.internet.received.length;
  await world.submit(uma, [outsider], plain(uma, outsider, subject, more));
  await world.flow.idle();
  return world.flow.internet.received[before]?.mime ?? Buffer.of();
};

test("added recipients stand in To and Cc, blind copies do not", async () => {
  rule({
    AddToRecipients: [victor],
    CopyTo: ["copy@partner.example"],
    BlindCopyTo: ["blind@partner.example"],
  });
  const mime = await send();
  expect(headerIn(mime, "To")).toMatch(/somebody@partner\.example,\s+<victor\.hugo@contoso\.com>/);
  expect(headerIn(mime, "Cc")).toBe("<copy@partner.example>");
  expect(mime.toString()).not.toContain("blind@");
  expect(world.folder(victor, "inbox")).toHaveLength(1);
  expect(world.flow.internet.received.flatMap(({ to }) => to).toSorted()).toEqual([
    "blind@partner.example",
    "copy@partner.example",
    outsider,
  ]);
});

test.each(["To", "Cc", "Bcc", "Redirect"])("the sender's manager is added as %s", async (kind) => {
  const sender = recipientByAddress(sideOf(world.organization, "online"), uma);
  if (sender) sender.other["Manager"] = victor;
  rule({ AddManagerAsRecipientType: kind });
  const mime = await send();
  expect(world.folder(victor, "inbox")).toHaveLength(1);
  expect(mime.length > 0).toBe(kind !== "Redirect");
  if (kind === "To" || kind === "Cc") expect(headerIn(mime, kind)).toContain(victor);
});

test("SCL and classification are noted for colleagues, and do not leave", async () => {
  rule({ SetSCL: -1, ApplyClassification: "Secret", AddToRecipients: [victor] });
  const mime = await send();
  const [mail] = world.folder(victor, "inbox");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-SCL")).toBe("-1");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-Classification")).toBe("Secret");
  expect(mime.toString()).not.toContain("Secret");
});

test("a prefix of any script goes before a subject of any script", async () => {
  rule({ PrependSubject: "[Außen] " });
  const mail = await simpleParser(await send([], "=?utf-8?B?R3LDvMOfZQ==?="));
  expect(mail.subject?.replace(/\s+/, " ")).toBe("[Außen] Grüße");
});

test("a disclaimer is written into text and HTML, at the end or the start, with the sender's attributes", async () => {
  rule({ ApplyHtmlDisclaimerText: "<p>From %%DisplayName%% &amp; all</p>" });
  const text = await send();
  expect(bodyIn(text).toString()).toMatch(/Good morning\.\s+From Uma Patel & all\s*$/);
  const html = await simpleParser(
    await send(["MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8"]),
  );
  expect(String(html.html)).toMatch(/Good morning\.\s*<p>From Uma Patel &amp; all<\/p>/);
  rule({
    Name: "Top",
    Priority: 1,
    ApplyHtmlDisclaimerText: "External",
    ApplyHtmlDisclaimerLocation: "Prepend",
  });
  expect(bodyIn(await send()).toString()).toMatch(/^\r\nExternal\s+Good morning\./);
});

test.each(["Wrap", "Ignore", "Reject"])("a signed message that takes no disclaimer: %s", async (fallback) => {
  rule({ ApplyHtmlDisclaimerText: "<p>Confidential</p>", ApplyHtmlDisclaimerFallbackAction: fallback });
  const signed = ["MIME-Version: 1.0", "Content-Type: application/pkcs7-mime; smime-type=signed-data"];
  const mime = await send(signed);
  const [report] = world.folder(uma, "inbox");
  if (fallback === "Reject") {
    expect(mime).toHaveLength(0);
    expect(report?.subject).toBe("Undeliverable: Offer");
  } else if (fallback === "Ignore") expect(bodyIn(mime).toString()).toBe("\r\nGood morning.\r\n");
  else {
    const mail = await simpleParser(mime);
    expect(mail.subject).toBe("Offer");
    expect(String(mail.html)).toContain("Confidential");
    expect(mail.attachments[0]?.contentType).toBe("message/rfc822");
    expect(mail.attachments[0]?.content.toString()).toContain("smime-type=signed-data");
  }
});

test("a rule works from its activation to its expiry", async () => {
  rule({
    SetHeaderName: "X-Ruled",
    SetHeaderValue: "yes",
    ActivationDate: "2026-11-22T13:00:00Z",
    ExpiryDate: "2026-11-22T14:00:00Z",
  });
  const seen: (string | undefined)[] = [];
  for (; at < noon + 3 * 3_600_000; at += 3_600_000) seen.push(headerIn(await send(), "X-Ruled"));
  expect(seen).toEqual([undefined, "yes", undefined]);
});

test("quarantine and delete say so in the trace, and nobody hears of it", async () => {
  rule({ Quarantine: true });
  expect(await send()).toHaveLength(0);
  expect(world.events("online").at(-1)).toBe(
    `Drop ${outsider}: A transport rule put the message into quarantine`,
  );
  expect(world.folder(uma, "inbox")).toEqual([]);
});

test("RouteMessageOutboundRequireTls demands encryption of the next server", async () => {
  world.create("OutboundConnector", {
    Name: "Plain",
    Enabled: true,
    RecipientDomains: ["partner.example"],
    SmartHosts: ["plain.example"],
    TlsSettings: "None",
  });
  world.organization.hosts.set("plain.example", world.flow.internet.address);
  expect((await send()).toString()).toContain("Good morning.");
  rule({ RouteMessageOutboundRequireTls: true });
  await send();
  expect(world.flow.internet.received.map(({ client }) => client)).toEqual([
    [],
    ["mail.protection.outlook.com"],
  ]);
});

test.each([{ ModerateMessageByUser: [victor] }, { ApplyOME: true }, { NotifySender: "RejectMessage" }])(
  "an action that cannot be taken (%j) fails the rule, and the trace says so",
  async (action) => {
    rule({ ...action, SetHeaderName: "X-Ruled", SetHeaderValue: "yes" });
    expect(headerIn(await send(), "X-Ruled")).toBeUndefined();
    const [name = ""] = Object.keys(action);
    expect(world.events("online")).toContain(
      `Transport rule ${outsider}: 'Rule' was ignored: Action ${name} is not supported.`,
    );
  },
);

test("a condition on recipients forks the members of a group", async () => {
  rule({ SentTo: [victor], SetHeaderName: "X-Ruled", SetHeaderValue: "yes" });
  const group = "signatures@contoso.com";
  const side = sideOf(world.organization, "online");
  const members = recipientByAddress(side, group)?.members;
  const [one, other] = [victor, uma].map((each) => recipientByAddress(side, each)?.guid ?? "");
  members?.splice(0, members.length, one ?? "", other ?? "");
  await world.submit(uma, [group], plain(uma, group, "All"));
  await world.flow.idle();
  const ruled = (who: string): (string | undefined)[] =>
    world.folder(who, "inbox").map(({ mime }) => headerIn(mime, "X-Ruled"));
  expect([ruled(victor), ruled(uma)]).toEqual([["yes"], [undefined]]);
});
