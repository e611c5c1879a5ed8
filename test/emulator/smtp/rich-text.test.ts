import { simpleParser } from "mailparser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rows, sideOf, type Row } from "../store.ts";
import { headerIn, outsider, plain, provision, startMailWorld, uma, type MailWorld } from "./mail-world.ts";

let world: MailWorld;
beforeEach(async () => (world = await startMailWorld()));
afterEach(() => world.close());

const other = "x@other.example";
const remote = (row: Row): Row => world.create("RemoteDomain", row);
/** Changes the remote domain that every organization has. */
const others = (row: Row): Row | undefined => {
  const [known] = rows(sideOf(world.organization, "online"), "RemoteDomain");
  return known && Object.assign(known, row);
};
const isTnef = (mime: Uint8Array | undefined): boolean =>
  Buffer.from(mime ?? []).includes("Content-Type: application/ms-tnef");
const formOf = (to: string): boolean[] =>
  world.flow.internet.received.filter((mail) => mail.to.includes(to)).map(({ mime }) => isTnef(mime));
const html = ["MIME-Version: 1.0", "Message-ID: <one@contoso.com>", "Content-Type: text/html; charset=utf-8"];

test("a remote domain with TNEFEnabled gets the text and winmail.dat, the others the message as it is", async () => {
  expect(others({})).toMatchObject({ Name: "Default", DomainName: "*", TNEFEnabled: null });
  remote({ Name: "Partner", DomainName: "partner.example", TNEFEnabled: true });
  await world.submit(uma, [outsider, other], plain(uma, outsider, "Offer", html));
  await world.flow.idle();
  expect([formOf(outsider), formOf(other)]).toEqual([[true], [false]]);
  const rich = world.flow.internet.received.find(({ to }) => to.includes(outsider))?.mime ?? Buffer.of();
  expect(headerIn(rich, "X-MS-TNEF-Correlator")).toBe("<one@contoso.com>");
  expect(headerIn(rich, "X-MS-Has-Attach")).toBe("yes");
  expect(headerIn(rich, "Subject")).toBe("Offer");
  const mail = await simpleParser(rich);
  expect(mail.text?.trim()).toBe("Good morning.");
  expect(mail.html).toBe(false);
  expect(mail.attachments).toMatchObject([{ filename: "winmail.dat", contentType: "application/ms-tnef" }]);
  expect(mail.attachments[0]?.content.readUInt32LE(0)).toBe(0x22_3e_9f_78);
});

test("the closest remote domain counts, and a contact's own setting where it says nothing", async () => {
  others({ TNEFEnabled: true });
  remote({ Name: "Below", DomainName: "*.partner.example", TNEFEnabled: false });
  remote({ Name: "Partner", DomainName: "partner.example", TNEFEnabled: null });
  const side = sideOf(world.organization, "online");
  const [somebody] = side.recipients.values();
  if (!somebody) throw new Error("The directory is empty.");
  side.recipients.set("contact", {
    ...somebody,
    guid: "contact",
    type: "MailContact",
    primarySmtpAddress: outsider,
    userPrincipalName: outsider,
    emailAddresses: [`SMTP:${outsider}`],
    other: { UseMapiRichTextFormat: "Always" },
  });
  const to = [outsider, "else@partner.example", "x@sub.partner.example", other];
  await world.submit(uma, to, plain(uma, outsider, "Offer"));
  await world.flow.idle();
  expect(to.map(formOf)).toEqual([[true], [false], [false], [true]]);
});

test("what the relay gets for such a domain is TNEF, which it hands on unsigned", async () => {
  provision(world.organization, ["intakeRule"]);
  remote({ Name: "Partner", DomainName: "partner.example", TNEFEnabled: true });
  await world.submit(uma, [outsider, other], plain(uma, outsider, "Offer"));
  await world.flow.idle();
  expect([formOf(outsider), formOf(other)]).toEqual([[true], [false]]);
  const signed = (to: string): boolean | undefined =>
    world.flow.internet.received.find((mail) => mail.to.includes(to))?.mime.includes("Contoso Ltd.");
  expect([signed(outsider), signed(other)]).toEqual([false, true]);
  const untouched = world.flow.relay?.processed.map(({ to, untouched: why }) => [to, why]);
  expect(untouched).toContainEqual([[outsider], "TNEF"]);
});

test("signed mail, reports and what is TNEF already keep their form", async () => {
  others({ TNEFEnabled: true });
  for (const type of [
    "multipart/signed; boundary=b",
    "application/pkcs7-mime; smime-type=enveloped-data",
    "multipart/report; report-type=disposition-notification; boundary=b",
    'text/calendar; method="REQUEST"',
  ])
    await world.submit(
      uma,
      [outsider],
      plain(uma, outsider, type, ["MIME-Version: 1.0", `Content-Type: ${type}`]),
    );
  await world.flow.idle();
  expect(formOf(outsider)).toEqual([false, false, false, false]);
});
