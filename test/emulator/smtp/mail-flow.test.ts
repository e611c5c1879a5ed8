import { afterEach, expect, test, vi } from "vitest";
import { recipientByAddress, sideOf } from "../store.ts";
import {
  anna,
  ben,
  bodyIn,
  headerIn,
  intake,
  outsider,
  plain,
  provision,
  startMailWorld,
  uma,
  type MailWorld,
} from "./mail-world.ts";

let world: MailWorld;
const start = async (...given: Parameters<typeof startMailWorld>): Promise<MailWorld> =>
  (world = await startMailWorld(...given));
afterEach(() => world.close());

const signed = (mime: Uint8Array | undefined): boolean => Buffer.from(mime ?? []).includes("Contoso Ltd.");

test("a message to a stranger is signed on its way, and its stamped copy reaches the intake", async () => {
  const { organization, flow, taken, submit } = await start();
  provision(organization);
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await flow.idle();
  expect(flow.internet.received).toMatchObject([{ from: anna, to: [outsider] }]);
  const outside = flow.internet.received[0]?.mime ?? Buffer.of();
  expect(outside.toString()).toContain("Good morning.");
  expect(outside.toString()).not.toMatch(/X-MS-Exchange-(Organization|CrossPremises)-/i);
  expect(signed(outside)).toBe(true);
  expect(headerIn(outside, "X-CodeTwoProcessed")).toBe("true");
  expect(taken).toMatchObject([{ from: anna, to: [intake], client: ["mail.protection.outlook.com"] }]);
  const copy = taken[0]?.mime ?? Buffer.of();
  expect(headerIn(copy, "X-MS-Exchange-CrossTenant-Id")).toBe(organization.store.tenantId);
  expect(headerIn(copy, "X-CodeTwo-MessageID")).toMatch(/^[0-9a-f-]{36}$/);
  expect(headerIn(copy, "Message-ID")).toBe(headerIn(outside, "Message-ID"));
  expect(bodyIn(copy)).toEqual(bodyIn(outside));
});

test("on-premises recipients get their copy at once and unsigned, the others get it signed", async () => {
  const { organization, flow, taken, submit, folder } = await start();
  provision(organization);
  await submit(anna, [ben, uma, outsider], plain(anna, ben, "To all"));
  await flow.idle();
  expect(folder(ben, "inbox").map(({ mime }) => signed(mime))).toEqual([false]);
  expect(folder(uma, "inbox").map(({ mime }) => signed(mime))).toEqual([true]);
  expect(flow.internet.received.map(({ mime }) => signed(mime))).toEqual([true]);
  expect(taken).toHaveLength(1);
});

test("mail of an online mailbox is signed and crosses over to on-premises mailboxes as internal mail", async () => {
  const { organization, flow, submit, folder } = await start();
  provision(organization);
  await submit(uma, [anna], plain(uma, anna, "Hello"));
  await flow.idle();
  const [mail] = folder(anna, "inbox");
  expect(signed(mail?.mime)).toBe(true);
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-MessageDirectionality")).toBe("Originating");
});

test("what returns from the relay counts as originating, and as anonymous", async () => {
  const { organization, flow, submit, folder } = await start();
  provision(organization);
  await submit(anna, [uma], plain(anna, uma, "Hello"));
  await flow.idle();
  const [mail] = folder(uma, "inbox");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-AuthAs")).toBe("Anonymous");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-MessageDirectionality")).toBe("Originating");
});

test("without the rule an on-premises sender counts as internal online", async () => {
  const { flow, submit, folder } = await start();
  await submit(anna, [uma], plain(anna, uma, "Hello"));
  await flow.idle();
  const [mail] = folder(uma, "inbox");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-AuthAs")).toBe("Internal");
  expect(signed(mail?.mime)).toBe(false);
});

test("a sender outside the group goes by the relay, and so does an invitation", async () => {
  const { organization, flow, taken, submit } = await start();
  provision(organization);
  const nils = "nils.berger@contoso.com";
  await submit(nils, [outsider], plain(nils, outsider, "Unsigned"));
  const invitation = [
    "MIME-Version: 1.0",
    'Content-Type: text/calendar; charset=utf-8;\r\n method="REQUEST"',
  ];
  await submit(anna, [outsider], plain(anna, outsider, "Invitation", invitation));
  await flow.idle();
  expect(flow.relay?.processed).toEqual([]);
  expect(flow.internet.received.map(({ mime }) => signed(mime))).toEqual([false, false]);
  expect(taken).toEqual([]);
});

test("mail that says it was processed skips the relay, and the intake gets it as it is", async () => {
  const { organization, flow, taken, submit } = await start();
  provision(organization);
  await submit(anna, [outsider], plain(anna, outsider, "Done", ["X-CodeTwoProcessed: true"]));
  await flow.idle();
  expect(flow.relay?.processed).toEqual([]);
  expect(taken.map(({ mime }) => signed(mime))).toEqual([false]);
});

test("a stranger's forgery of a processed mail is delivered without its claims, and never reaches the intake", async () => {
  const { organization, flow, taken, bring, folder } = await start();
  provision(organization);
  const claims = [
    "X-CodeTwoProcessed: true",
    "X-CodeTwo-MessageID: 5b3b6c5c-2f4a-4a3e-9d55-0d6a0f6f7d11",
    "X-MS-Exchange-Organization-MessageDirectionality: Originating",
    "X-MS-Exchange-CrossPremises-MessageDirectionality: Originating",
    "X-MS-Exchange-Organization-AuthAs: Internal",
    `X-MS-Exchange-CrossTenant-Id: ${organization.store.tenantId}`,
  ];
  const forged = plain(anna, uma, "Pay", claims);
  await bring(flow.online ?? "", { from: anna, to: [uma] }, forged);
  await bring(flow.online ?? "", { from: anna, to: [uma] }, forged, ["contoso.smtp.codetwo.example"]);
  await flow.idle();
  const mails = folder(uma, "inbox");
  expect(mails).toHaveLength(2);
  for (const { mime } of mails) {
    expect(headerIn(mime, "X-MS-Exchange-Organization-MessageDirectionality")).toBe("Incoming");
    expect(headerIn(mime, "X-MS-Exchange-Organization-AuthAs")).toBe("Anonymous");
    expect(headerIn(mime, "X-MS-Exchange-CrossTenant-Id")).toBeUndefined();
  }
  expect(taken).toEqual([]);
});

test("a stranger's mail for an on-premises mailbox crosses over, and stays anonymous there", async () => {
  const { flow, bring, folder } = await start();
  await bring(flow.online ?? "", { from: outsider, to: [anna] }, plain(outsider, anna, "Hello"));
  await flow.idle();
  const [mail] = folder(anna, "inbox");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-AuthAs")).toBe("Anonymous");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-MessageDirectionality")).toBe("Incoming");
});

test("an S/MIME message comes out of the relay byte for byte", async () => {
  const { organization, flow, taken, submit } = await start();
  provision(organization);
  const boundary = "sig";
  const body = [
    `--${boundary}`,
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: 8bit",
    "",
    "Gr\u00FC\u00DFe  \t",
    ".",
    `--${boundary}`,
    "Content-Type: application/pkcs7-signature; name=smime.p7s",
    "",
    "MIIB",
    `--${boundary}--`,
    "",
  ].join("\r\n");
  const head = `From: ${anna}\r\nTo: ${outsider}\r\nSubject:  odd\r\n folding \r\nMIME-Version: 1.0\r\n`;
  const type = `Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n\tboundary=${boundary}; micalg=sha-256\r\n`;
  await submit(anna, [outsider], Buffer.from(`${head}${type}\r\n${body}`, "latin1"));
  await flow.idle();
  expect(flow.relay?.processed).toMatchObject([{ untouched: "S/MIME" }]);
  for (const { mime } of [flow.internet.received[0], taken[0]].map((each) => each ?? { mime: Buffer.of() })) {
    expect(bodyIn(mime).toString("latin1")).toBe(`\r\n${body}`);
    expect(mime.toString("latin1")).toContain(`Subject:  odd\r\n folding \r\n`);
    expect(mime.toString("latin1")).toContain(type);
    expect(headerIn(mime, "X-CodeTwoProcessed")).toBe("true");
  }
});

test("a relay that splits makes two versions, and the intake gets both", async () => {
  const { organization, flow, taken, submit, folder } = await start({ relaySplits: true });
  provision(organization);
  await submit(anna, [uma, outsider], plain(anna, uma, "Both"));
  await flow.idle();
  expect(folder(uma, "inbox").map(({ mime }) => Buffer.from(mime).includes("(internal)"))).toEqual([true]);
  expect(flow.internet.received.map(({ mime }) => mime.includes("Berlin"))).toEqual([true]);
  expect(new Set(taken.map(({ mime }) => headerIn(mime, "X-CodeTwo-MessageID"))).size).toBe(2);
  expect(new Set(taken.map(({ mime }) => headerIn(mime, "Message-ID"))).size).toBe(1);
});

test("groups open into their members, nested ones too, and everybody gets one copy", async () => {
  const { flow, submit, folder } = await start();
  await submit(
    ben,
    ["signatures@contoso.com", "sales@contoso.com", anna],
    plain(ben, "signatures@contoso.com", "All"),
  );
  await flow.idle();
  for (const person of [anna, "felix.braun@contoso.com", uma])
    expect(folder(person, "inbox")).toHaveLength(1);
  expect(folder("nils.berger@contoso.com", "inbox")).toEqual([]);
});

test("while the relay's domain is not accepted, what returns may not be relayed, and the sender gets a report", async () => {
  const { organization, flow, submit, folder, events } = await start();
  provision(organization);
  const domains = sideOf(organization, "online").objects.get("AcceptedDomain");
  for (const [guid, row] of domains ?? [])
    if (String(row["DomainName"]).includes("codetwo")) domains?.delete(guid);
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await flow.idle();
  expect(flow.internet.received).toEqual([]);
  expect(events("online")).toContainEqual(
    expect.stringMatching(
      /^Fail somebody@partner\.example: 550 5\.7\.64 TenantAttribution; Relay Access Denied/,
    ),
  );
  const [report] = folder(anna, "inbox");
  expect(report?.subject).toBe("Undeliverable: Offer");
  expect(Buffer.from(report?.mime ?? []).toString()).toContain("550 5.7.64 TenantAttribution");
});

test("a rule that names a missing connector holds mail back until the connector is there", async () => {
  const { organization, create, flow, submit, events } = await start({
    retryDelays: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  });
  const { outbound = {} } = provision(organization);
  const connectors = sideOf(organization, "online").objects.get("OutboundConnector");
  connectors?.delete(String(outbound["Guid"]));
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await vi.waitFor(() =>
    expect(events("online")).toContainEqual(
      expect.stringMatching(/^Defer .*'CodeTwo Outbound Connector' does not exist/),
    ),
  );
  create("OutboundConnector", outbound);
  await flow.idle();
  expect(flow.internet.received.map(({ mime }) => signed(mime))).toEqual([true]);
});

test("mail that waits in vain goes back to its sender", async () => {
  const { organization, flow, submit, folder, events } = await start();
  provision(organization, ["outbound"]);
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await flow.idle();
  expect(events("online").filter((event) => event.startsWith("Defer"))).toHaveLength(2);
  expect(folder(anna, "inbox").map(({ subject }) => subject)).toEqual(["Undeliverable: Offer"]);
});

test("a smart host with another name on its certificate gets nothing", async () => {
  const { organization, flow, submit, events } = await start();
  const { outbound = {} } = provision(organization);
  outbound["TlsDomain"] = "*.signatures.example";
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await flow.idle();
  expect(flow.relay?.processed).toEqual([]);
  expect(events("online")).toContainEqual(
    expect.stringMatching(/^Fail .*454 4\.7\.5 .*\*\.signatures\.example/),
  );
});

test("a connector works only after its propagation, and the server answers as if it were not there", async () => {
  let at = Date.parse("2026-11-22T12:00:00Z");
  const { organization, flow, submit } = await start({ propagationDelay: 60_000, now: () => at });
  at += 3_600_000;
  provision(organization);
  await submit(anna, [outsider], plain(anna, outsider, "Early"));
  await flow.idle();
  at += 60_000;
  await submit(anna, [outsider], plain(anna, outsider, "Late"));
  await flow.idle();
  expect(flow.internet.received.map(({ mime }) => signed(mime))).toEqual([false, true]);
});

test("a message that goes round in circles ends with ATTR1", async () => {
  const { organization, create, rule, flow, submit, folder, events } = await start();
  organization.hosts.set("loop.example", flow.online ?? "");
  create("OutboundConnector", {
    Name: "Loop",
    Enabled: true,
    IsTransportRuleScoped: true,
    SmartHosts: ["loop.example"],
    TlsSettings: "EncryptionOnly",
  });
  rule({ SubjectContainsWords: ["loop"], RouteMessageOutboundConnector: "Loop" });
  await submit(anna, [uma], plain(anna, uma, "a loop"));
  await flow.idle();
  expect(folder(uma, "inbox")).toEqual([]);
  expect(events("online")).toContainEqual(
    expect.stringContaining("554 5.4.14 Hop count exceeded - possible mail loop ATTR1"),
  );
  expect(folder(anna, "inbox")).toHaveLength(1);
});

test("a stranger who does not exist costs the sender a report, the others their mail arrives", async () => {
  const { flow, submit, folder } = await start();
  await submit(anna, [outsider, "bounce@partner.example", "nobody@contoso.com"], plain(anna, outsider, "Hi"));
  await flow.idle();
  expect(flow.internet.received.map(({ to }) => to)).toEqual([[outsider]]);
  const reports = folder(anna, "inbox").map(({ mime }) => Buffer.from(mime).toString());
  expect(reports).toHaveLength(2);
  expect(reports.join("")).toContain("550 5.1.1 User unknown");
  expect(reports.join("")).toContain("550 5.1.10 RESOLVER.ADR.RecipientNotFound");
});

test("a server that is busy for a moment delays mail and loses none", async () => {
  const { organization, flow, submit, folder, events } = await start();
  organization.faults.add({ protocol: "smtp", side: "online", operation: "MAIL", failure: "unavailable" });
  await submit(anna, [uma], plain(anna, uma, "Hi"));
  await flow.idle();
  expect(folder(uma, "inbox")).toHaveLength(1);
  expect(events("onPremises")).toContainEqual(expect.stringMatching(/^Defer .*451 4\.3\.2/));
});

test("the trace tells each hop, and who brought a message back", async () => {
  const { organization, flow, submit, events } = await start();
  provision(organization);
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await flow.idle();
  expect(events("onPremises").map((event) => event.split(":")[0])).toEqual([
    `Receive ${outsider}`,
    `Send external ${outsider}`,
  ]);
  const online = events("online");
  expect(online).toContain(`Receive ${outsider}: from mail.contoso.com`);
  expect(online).toContain(`Receive ${outsider}: from contoso.smtp.codetwo.online`);
  expect(online).toContain(`Transport rule ${outsider}: Transport rule: 'CodeTwo Exchange transport rule'`);
  expect(online).toContain(`Transport rule ${outsider}: Transport rule: 'Sent Items Update intake'`);
  expect(online.filter((event) => event.startsWith(`Send external ${intake}: 250`))).toHaveLength(1);
});

test("an on-premises organization delivers and sends by itself", async () => {
  const { organization, flow, submit, folder } = await start({ environment: "onPremises" });
  await submit(anna, [ben, outsider], plain(anna, ben, "Hi"));
  await flow.idle();
  expect(flow.online).toBeUndefined();
  expect(folder(ben, "inbox")).toHaveLength(1);
  expect(flow.internet.received).toMatchObject([{ to: [outsider], client: ["mail.contoso.com"] }]);
  expect(recipientByAddress(sideOf(organization, "onPremises"), uma)).toBeUndefined();
});
