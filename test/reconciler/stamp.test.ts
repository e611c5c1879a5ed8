import { describe, expect, test } from "vitest";
import { parseHead, parseMail, sendersOf, stampOf, stampedBody } from "../../reconciler/stamp.ts";
import { type Stamped, dot, multipart, stamped } from "./message.ts";

const read = async (parts: Stamped) => stampOf(await parseMail(stamped(parts)), "X-CodeTwoProcessed");

test("bodies and pictures are those of the message; only pictures that the HTML shows count", async () => {
  const html = '<p>Hi <img src="cid:logo@relay"></p>';
  const stamp = await read({ html, text: "Hi", pictures: ["logo@relay", "unused@relay"] });
  expect(stamp).toMatchObject({
    html,
    text: "Hi",
    kind: "mail",
    processed: true,
    messageId: "<m1@contoso.com>",
  });
  expect(stamp.pictures).toMatchObject([
    { contentId: "logo@relay", name: "logo@relay.png", contentType: "image/png" },
  ]);
  expect(Buffer.from(stamp.pictures[0]?.content ?? []).equals(dot)).toBe(true);
});

test("the digest follows bodies and pictures, and nothing else", async () => {
  const digest = async (parts: Stamped) => (await read(parts)).digest;
  const base = await digest({});
  expect(await digest({ messageId: "<other@x>", headers: ["Received: x"] })).toBe(base);
  expect(await digest({ html: "<p>other</p>" })).not.toBe(base);
  expect(await digest({ text: "other" })).not.toBe(base);
  expect(await digest({ html: '<img src="cid:a">' })).not.toBe(
    await digest({ html: '<img src="cid:a">', pictures: ["a"] }),
  );
});

test("senders are From and Sender, once each, in lower case", async () => {
  const raw = stamped({
    from: "Info <INFO@contoso.com>",
    headers: ["Sender: Anna <anna.weber@contoso.com>"],
  });
  expect(sendersOf(await parseHead(raw))).toEqual(["info@contoso.com", "anna.weber@contoso.com"]);
});

test.each([
  "anna.weber@contoso.com",
  "<anna.weber@contoso.com>",
  "Anna Weber (Contoso) <Anna.Weber@contoso.com>",
  '"Weber, Anna <x@y>" <anna.weber@contoso.com>',
  "=?utf-8?Q?Anna_W=C3=A9ber?=\r\n <anna.weber@contoso.com>",
])("the sender of 'From: %s' is plain", async (from) => {
  expect(sendersOf(await parseHead(stamped({ from })))).toEqual(["anna.weber@contoso.com"]);
});

test.each([
  "mallory@contoso.com, anna.weber@contoso.com",
  "mallory@contoso.com\r\nFrom: anna.weber@contoso.com",
  "mallory@contoso.com <anna.weber@contoso.com>",
  "<mallory@contoso.com> <anna.weber@contoso.com>",
  "<mallory@contoso.com> (<anna.weber@contoso.com>)",
  "mallory@contoso.com (anna.weber@contoso.com)",
  '"mallory@contoso.com" anna.weber@contoso.com',
  "Us: mallory@contoso.com, anna.weber@contoso.com;",
  "<@relay.example:anna.weber@contoso.com>",
  '"anna.weber@contoso.com x"@contoso.com',
])("'From: %s' can be read in two ways and names nobody", async (from) => {
  expect(sendersOf(await parseHead(stamped({ from })))).toEqual([]);
});

test.each(["Content-Disposition: inline; filename=notes", "X-Nothing: said"])(
  "a text file beside the body is no part of it (%s)",
  async (header) => {
    const file = (type: string) =>
      [`Content-Type: ${type}; name="notes"`, header, "", "not yours"].join("\r\n");
    const alternative = multipart("alternative", [
      "Content-Type: text/plain\r\n\r\nHello",
      "Content-Type: text/html\r\n\r\n<p>Hello</p>",
    ]);
    const content = multipart("mixed", [alternative, file("text/plain"), file("text/html")]);
    expect(await read({ content })).toMatchObject({ kind: "mail", text: "Hello", html: "<p>Hello</p>" });
  },
);

test.each(["inline", "attachment", "inline; filename=inquiry.eml"])(
  "an attached message is no part of the body, nor a file of its own (%s)",
  async (disposition) => {
    const message = [
      "Content-Type: message/rfc822",
      `Content-Disposition: ${disposition}`,
      "",
      "Subject: Inquiry",
      "Content-Type: text/html",
      "",
      "<p>not yours</p>",
    ];
    const content = multipart("mixed", ["Content-Type: text/html\r\n\r\n<p>Hello</p>", message.join("\r\n")]);
    const { html, text, files } = await read({ content });
    expect([html, text, files]).toEqual(["<p>Hello</p>", undefined, []]);
  },
);

test("a text has the line ends of a mailbox", async () => {
  expect((await read({ html: undefined, text: "a\r\nb\nc" })).text).toBe("a\r\nb\r\nc");
});

test("a body of the item's own type is preferred, the other one taken where it is all there is", async () => {
  const [both, textOnly] = [
    await read({ html: "<p>a</p>", text: "a" }),
    await read({ html: undefined, text: "a" }),
  ];
  expect([stampedBody(both, "html")?.type, stampedBody(both, "text")?.type]).toEqual(["html", "text"]);
  expect(stampedBody(textOnly, "html")).toEqual({ type: "text", content: "a" });
});

describe("kinds that are left alone", () => {
  const part = (type: string, content: string, ...headers: string[]) =>
    [`Content-Type: ${type}`, ...headers, "", content].join("\r\n");
  const plain = part("text/plain", "Hello");
  const mixed = (...parts: string[]): Stamped => ({ content: multipart("mixed", [plain, ...parts]) });

  test.each<[string, Stamped, string]>([
    ["an ordinary mail", {}, "mail"],
    [
      "signed",
      {
        content: multipart(
          "signed",
          [plain, part("application/pkcs7-signature", "x")],
          '; protocol="application/pkcs7-signature"',
        ),
      },
      "smime",
    ],
    [
      "opaque signed or encrypted",
      { content: part('application/pkcs7-mime; name="smime.p7m"', "x") },
      "smime",
    ],
    [
      "PGP signed",
      {
        content: multipart(
          "signed",
          [plain, part("application/pgp-signature", "x")],
          '; protocol="application/pgp-signature"',
        ),
      },
      "pgp",
    ],
    [
      "PGP encrypted",
      { content: multipart("encrypted", [plain], '; protocol="application/pgp-encrypted"') },
      "pgp",
    ],
    ["PGP in the text", { content: part("text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nabc") }, "pgp"],
    [
      "rights-protected",
      mixed(
        part(
          "application/x-microsoft-rpmsg-message; name=message.rpmsg",
          "x",
          "Content-Disposition: attachment; filename=message.rpmsg",
        ),
      ),
      "rights-protected",
    ],
    [
      "an invitation",
      {
        content: multipart("alternative", [plain, part("text/calendar; method=REQUEST", "BEGIN:VCALENDAR")]),
      },
      "calendar",
    ],
    [
      "a calendar as the whole body",
      { content: part("text/calendar; method=REPLY", "BEGIN:VCALENDAR") },
      "calendar",
    ],
    [
      "an attached .ics file",
      mixed(
        part(
          "text/calendar; name=a.ics",
          "BEGIN:VCALENDAR",
          "Content-Disposition: attachment; filename=a.ics",
        ),
      ),
      "mail",
    ],
    [
      "a read receipt",
      {
        content: multipart(
          "report",
          [plain, part("message/disposition-notification", "x")],
          "; report-type=disposition-notification",
        ),
      },
      "receipt",
    ],
    ["an automatic reply", { headers: ["Auto-Submitted: auto-replied"] }, "auto-reply"],
    ["a mail that says it is none", { headers: ["Auto-Submitted: no"] }, "mail"],
    [
      "winmail.dat",
      mixed(
        part(
          "application/ms-tnef; name=winmail.dat",
          "x",
          "Content-Disposition: attachment; filename=winmail.dat",
        ),
      ),
      "tnef",
    ],
    [
      "no body",
      { content: part("image/png", "x", "Content-Disposition: attachment; filename=a.png") },
      "no-body",
    ],
  ])("%s", async (_, parts, kind) => {
    expect((await read(parts)).kind).toBe(kind);
  });
});

test.each([
  [[], true],
  [["X-CodeTwoProcessed: false"], false],
])("processed, with further lines %j: %s", async (headers, processed) => {
  expect((await read({ headers })).processed).toBe(processed);
});
