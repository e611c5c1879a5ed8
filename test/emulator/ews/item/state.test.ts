import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, startEws, type EwsTest } from "../client.ts";
import { create, get, mimeXml, setXml, tagXml, updateXml, uris } from "../requests.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

const value = async (id: { id: string }, name: string) =>
  at(await get(ews, id, uris(`item:${name}`)), `t:${name}`)?.text;

test("that a message was read is no modification, and a new subject is one", async () => {
  const item = await create(ews, { before: "<t:Subject>x</t:Subject>", flags: "0" });
  expect(await value(item, "IsUnmodified")).toBe("true");
  await ews.ask(updateXml(item, setXml("message:IsRead", "<t:IsRead>true</t:IsRead>")));
  expect(await value(item, "IsUnmodified")).toBe("true");
  await ews.ask(updateXml(item, setXml("item:Subject", "<t:Subject>y</t:Subject>")));
  expect(await value(item, "IsUnmodified")).toBe("false");
});

describe("the icon", () => {
  const signed = `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b

--b

x
--b
Content-Type: application/pkcs7-signature

AQID
--b--
`;
  const encrypted = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAQID\n";
  const restricted =
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/x-microsoft-rpmsg-message; name="message.rpmsg"\nContent-Disposition: attachment; filename=message.rpmsg\n\nx\n--b--\n';
  const icon = (index: number): string =>
    `<t:ExtendedProperty>${tagXml("0x1080", "Integer")}<t:Value>${index}</t:Value></t:ExtendedProperty>`;

  test.each([
    ["a plain message", "\nx", "", "MailRead", "MailUnread"],
    ["one that was replied to", "\nx", icon(0x105), "MailReplied", "MailReplied"],
    ["a signed message", signed, "", "MailSmimeSignedRead", "MailSmimeSigned"],
    [
      "a forwarded signed message",
      signed,
      icon(0x106),
      "MailSmimeSignedForwarded",
      "MailSmimeSignedForwarded",
    ],
    ["an encrypted message", encrypted, "", "MailEncryptedRead", "MailEncrypted"],
    ["a rights-protected message", restricted, "", "MailIrm", "MailIrm"],
  ])("of %s says so, and whether it was read", async (_, content, more, read, unread) => {
    const before = mimeXml(`Subject: s\nMIME-Version: 1.0\n${content}`) + more;
    expect(await value(await create(ews, { before, flags: "1" }), "IconIndex")).toBe(read);
    expect(await value(await create(ews, { before, flags: "0" }), "IconIndex")).toBe(unread);
  });
});
