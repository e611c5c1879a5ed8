import { simpleParser } from "mailparser";
import { afterEach, expect, test } from "vitest";
import { rows, sideOf, type Row, type SideName } from "../store.ts";
import { readMessage, valuesOf } from "./headers.ts";
import {
  anna,
  ben,
  headerIn,
  outsider,
  plain,
  provision,
  startMailWorld,
  uma,
  victor,
  type MailWorld,
  type Taken,
} from "./mail-world.ts";

let world: MailWorld;
const start = async (...given: Parameters<typeof startMailWorld>): Promise<MailWorld> =>
  (world = await startMailWorld(...given));
afterEach(() => world.close());

const stamp = { SetHeaderName: "X-Ruled", SetHeaderValue: "yes" };
const archive = "journal@siu.contoso.com";
function rule(row: Row = {}, side: SideName = "online"): Row {
  const all = { JournalEmailAddress: archive, Recipient: null, Scope: "Global", Enabled: true };
  return world.create("JournalRule", { Name: "All mail", ...all, ...row }, side);
}
const config = (row: Row, side: SideName = "online"): void => {
  const [settings] = rows(sideOf(world.organization, side), "TransportConfig");
  expect(settings).toMatchObject({ JournalingReportNdrTo: "<>" });
  Object.assign(settings ?? {}, row);
};
const reports = (): Taken[] => world.taken.filter(({ to }) => to.includes(archive));

/** A report's envelope lines, and the message it carries. */
async function opened({ mime }: { mime: Uint8Array }): Promise<{ lines: string[]; original: Buffer }> {
  const mail = await simpleParser(Buffer.from(mime));
  const [attached] = mail.attachments;
  return { lines: (mail.text ?? "").trimEnd().split("\n"), original: attached?.content ?? Buffer.of() };
}

test("a journal report has Exchange's form: the envelope as text, and the message itself untouched", async () => {
  const { flow, submit } = await start();
  rule();
  const id = ["Message-ID: <one@contoso.com>", `Cc: ${outsider}`];
  await submit(uma, [victor, outsider, "hidden@partner.example"], plain(uma, victor, "Offer", id));
  await flow.idle();
  const [report, ...more] = reports();
  expect(more).toEqual([]);
  expect(report).toMatchObject({ from: "", to: [archive], client: ["mail.protection.outlook.com"] });
  const mime = report?.mime ?? Buffer.of();
  expect(headerIn(mime, "X-MS-Journal-Report")).toBe("");
  expect(headerIn(mime, "Content-Type")).toMatch(/^multipart\/mixed;/);
  expect(headerIn(mime, "Subject")).toBe("Offer");
  expect(headerIn(mime, "From")).toMatch(/^Microsoft Outlook <MicrosoftExchange[0-9a-f]{32}@contoso\.com>$/);
  expect(headerIn(mime, "X-MS-Exchange-CrossTenant-Id")).toBe(world.organization.store.tenantId);
  expect(headerIn(mime, "Message-ID")).not.toBe("<one@contoso.com>");
  const { lines, original } = await opened({ mime });
  expect(lines).toEqual([
    `Sender: ${uma}`,
    "Subject: Offer",
    "Message-Id: <one@contoso.com>",
    `To: ${victor}`,
    `Cc: ${outsider}`,
    "Bcc: hidden@partner.example",
  ]);
  expect(mime.includes(original)).toBe(true);
  const delivered = Buffer.from(world.folder(victor, "inbox")[0]?.mime ?? []);
  expect(original.toString().trimEnd()).toBe(delivered.toString().trimEnd());
});

test("members of a group are told with the group, and a subject of any language as it is", async () => {
  const { flow, submit } = await start();
  rule({}, "onPremises");
  const board = "board@contoso.com";
  await submit(anna, [board], plain(anna, board, "=?utf-8?B?R3LDvMOfZQ==?="));
  await flow.idle();
  const [report] = reports();
  const { lines } = await opened(report ?? { mime: Buffer.of() });
  expect(lines).toContain("Subject: Grüße");
  expect(lines.slice(3).length).toBeGreaterThan(0);
  for (const line of lines.slice(3))
    expect(line).toMatch(/^To: \S+@contoso\.com, Expanded: board@contoso\.com$/);
});

test("a recipient is named without To or Cc where nobody vouches for the header", async () => {
  const { flow, bring } = await start();
  rule();
  await bring(flow.online ?? "", { from: outsider, to: [uma] }, plain(outsider, uma, "Hello"));
  await flow.idle();
  const { lines } = await opened(reports()[0] ?? { mime: Buffer.of() });
  expect(lines[0]).toBe(`Sender: ${outsider}`);
  expect(lines.slice(3)).toEqual([`Recipient: ${uma}`]);
});

test("mail sent on behalf tells the delegate and the mailbox", async () => {
  const { flow, submit, organization } = await start();
  rule({}, "onPremises");
  const side = sideOf(organization, "onPremises");
  const [owner, delegate] = [anna, ben].map((address) =>
    [...side.recipients.values()].find(({ primarySmtpAddress }) => primarySmtpAddress === address),
  );
  if (owner) owner.grantSendOnBehalfTo = [delegate?.guid ?? ""];
  await submit(ben, [outsider], plain(anna, outsider, "For Anna"));
  await flow.idle();
  const { lines } = await opened(reports()[0] ?? { mime: Buffer.of() });
  expect(lines.slice(0, 2)).toEqual([`Sender: ${ben}`, `On-Behalf-Of: ${anna}`]);
});

test("every version of a split message has its report, and so has the unsigned one", async () => {
  const { organization, flow, submit } = await start({ relaySplits: true });
  provision(organization, ["intakeRule"]);
  rule();
  await submit(anna, [uma, outsider], plain(anna, uma, "Both"));
  await flow.idle();
  const carried = await Promise.all(reports().map(opened));
  expect(carried).toHaveLength(3);
  const processed = carried.map(({ original }) => headerIn(original, "X-CodeTwoProcessed"));
  expect(processed.toSorted()).toEqual(["true", "true", undefined]);
  const ids = carried.map(({ original }) => headerIn(original, "X-CodeTwo-MessageID"));
  expect(new Set(ids).size).toBe(3);
  expect(new Set(carried.map(({ lines }) => lines[2])).size).toBe(1);
  const told = carried.map(({ lines }) => lines.slice(3).map((line) => line.split(": ")[1]));
  expect(told.toSorted((one, other) => other.length - one.length)[0]).toHaveLength(2);
});

test.each([
  ["Global", ["inside", "outside", "incoming"]],
  ["Internal", ["inside"]],
  ["External", ["outside", "incoming"]],
])("scope %s journals %j", async (scope, expected) => {
  const { flow, submit, bring } = await start();
  rule({ Scope: scope });
  await submit(uma, [victor], plain(uma, victor, "inside"));
  await submit(uma, [outsider], plain(uma, outsider, "outside"));
  await bring(flow.online ?? "", { from: outsider, to: [uma] }, plain(outsider, uma, "incoming"));
  await flow.idle();
  const subjects = reports().map(({ mime }) => headerIn(mime, "Subject"));
  expect(subjects.toSorted()).toEqual(expected.toSorted());
});

test("a rule for a person or a group journals what they send and get, and one that is off nothing", async () => {
  const { flow, submit } = await start();
  rule({ Recipient: "signatures@contoso.com" });
  rule({ Enabled: false, JournalEmailAddress: "off@siu.contoso.com" });
  const wanda = "wanda.zielinska@contoso.com";
  rule({ Recipient: wanda, JournalEmailAddress: "wanda@siu.contoso.com" });
  await submit(uma, [outsider], plain(uma, outsider, "sent"));
  await submit(victor, [uma, wanda], plain(victor, uma, "got"));
  await flow.idle();
  const seen = world.taken.map(({ to, mime }) => `${headerIn(mime, "Subject")}: ${to.join()}`);
  expect(seen.filter((each) => each.includes("wanda@siu"))).toHaveLength(1);
  expect(seen.filter((each) => each.includes(archive)).length).toBeGreaterThan(0);
  expect(seen.join()).not.toContain("off@");
});

test("two rules with one address make one report, two addresses share it", async () => {
  const { flow, submit } = await start();
  rule();
  rule({ Name: "Again", Scope: "External" });
  rule({ Name: "Other", JournalEmailAddress: "other@siu.contoso.com" });
  await submit(uma, [outsider], plain(uma, outsider, "Hi"));
  await flow.idle();
  expect(world.taken.map(({ to }) => to)).toEqual([[archive, "other@siu.contoso.com"]]);
});

test("no transport rule touches a report, here or on the other side, and nothing journals it", async () => {
  const { flow, submit } = await start();
  for (const side of ["onPremises", "online"] as const) world.rule(stamp, side);
  rule({ JournalEmailAddress: uma }, "onPremises");
  rule();
  await submit(anna, [ben], plain(anna, ben, "Inside"));
  await flow.idle();
  const [report, ...more] = world.folder(uma, "inbox");
  expect(more).toEqual([]);
  expect(headerIn(report?.mime, "X-MS-Journal-Report")).toBe("");
  expect(headerIn(report?.mime, "X-Ruled")).toBeUndefined();
  expect(headerIn(world.folder(ben, "inbox")[0]?.mime, "X-Ruled")).toBe("yes");
  expect(reports()).toEqual([]);
});

test("a stranger who calls his mail a journal report gets it ruled and journaled like any other", async () => {
  const { flow, bring } = await start();
  world.rule(stamp);
  rule();
  const claims = ["X-MS-Journal-Report:", "X-MS-Exchange-Organization-Journal-Report:"];
  await bring(flow.online ?? "", { from: outsider, to: [uma] }, plain(outsider, uma, "Forged", claims));
  await flow.idle();
  const [mail] = world.folder(uma, "inbox");
  expect(headerIn(mail?.mime, "X-Ruled")).toBe("yes");
  expect(reports()).toHaveLength(1);
});

test("a report that cannot be delivered goes to JournalingReportNdrTo, whole, and is not journaled there", async () => {
  const { flow, submit, events } = await start();
  config({ JournalingReportNdrTo: victor });
  rule({ JournalEmailAddress: "bounce@partner.example" });
  await submit(uma, [outsider], plain(uma, outsider, "Offer"));
  await flow.idle();
  const [ndr, ...more] = world.folder(victor, "inbox");
  expect(more).toEqual([]);
  expect(ndr?.subject).toBe("Undeliverable: Offer");
  expect(ndr?.itemClass).toBe("REPORT.IPM.Note.NDR");
  expect(Buffer.from(ndr?.mime ?? []).toString()).toContain("X-MS-Journal-Report:");
  expect(world.folder(uma, "inbox")).toEqual([]);
  expect(events("online")).toContainEqual(
    expect.stringMatching(/^Fail bounce@partner\.example: 550 5\.1\.1/),
  );
  expect(events("online")).toContain(
    `Journal ${outsider}: Journal rule: 'All mail', report to bounce@partner.example`,
  );
});

test("a message that is tried again is journaled once", async () => {
  const { organization, flow, submit } = await start();
  rule({}, "onPremises");
  organization.faults.add({ protocol: "smtp", side: "online", operation: "MAIL", failure: "unavailable" });
  await submit(anna, [uma], plain(anna, uma, "Hi"));
  await flow.idle();
  expect(reports()).toHaveLength(1);
  expect(valuesOf(readMessage(reports()[0]?.mime ?? Buffer.of()), "X-MS-Journal-Report")).toEqual([""]);
});
