import MailComposer from "nodemailer/lib/mail-composer";
import type Mail from "nodemailer/lib/mailer";
import { simpleParser } from "mailparser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMessage } from "../smtp/headers.ts";
import { takeApart } from "./parts.ts";
import { signatureOf } from "./signature.ts";
import { stamp } from "./stamp.ts";

const signature = signatureOf("Jörg Müller <Łódź>", "joerg.mueller@contoso.com", "external");
const ascii = signatureOf("Ben Fischer", "ben@contoso.com", "internal");
const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 255]);
const compose = (mail: Mail.Options): Promise<Buffer> =>
  new MailComposer({
    from: "a@contoso.com",
    to: "b@c.example",
    subject: "Tür",
    date: new Date(0),
    messageId: "<1@x>",
    ...mail,
  })
    .compile()
    .build();
const raw = (...lines: string[]): Buffer => Buffer.from(lines.join("\r\n"), "latin1");
const parse = (mime: Buffer) =>
  simpleParser(mime, { keepCidLinks: true, skipHtmlToText: true, skipTextToHtml: true });
/** The bytes between two texts of a message. */
const between = (mime: Buffer, from: string, to: string): string => {
  const text = mime.toString("latin1");
  return text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));
};

test("taking a message apart loses no byte", async () => {
  const lines = fc.constantFrom(
    "Content-Type: multipart/mixed; boundary=b",
    "Content-Type: text/plain",
    "",
    "--b",
    "--b--",
    "text",
    " \t",
    "Subject: x",
  );
  const mimes = fc.array(lines).map((each) => Buffer.from(each.join("\r\n")));
  await fc.assert(
    fc.asyncProperty(mimes, async (mime) => {
      const pieces = await takeApart(mime);
      expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(mime.toString());
    }),
  );
});

test("a message that cannot be taken apart is handed on in one piece", async () => {
  const multipart = "Content-Type: multipart/mixed; boundary=b";
  const mime = raw(multipart, "", "--b", multipart, "--b--", multipart);
  expect(await takeApart(mime)).toEqual([{ is: "between", bytes: mime }]);
});

describe("structures", () => {
  const content = { text: "Hello\n", html: "<html><body><p>Hello</p></body></html>" };
  const attachment = { filename: "Prices.csv", content: "a;b\r\n", contentType: "text/csv" };
  const inline = {
    filename: "pic.png",
    content: picture,
    cid: "pic@contoso",
    contentDisposition: "inline" as const,
  };
  test.each<[string, Mail.Options]>([
    ["text alone", { text: content.text }],
    ["HTML alone", { html: content.html }],
    ["text and HTML", content],
    ["text, HTML and attachment", { ...content, attachments: [attachment] }],
    ["text, HTML and picture", { ...content, attachments: [inline] }],
    ["text, HTML, picture and attachment", { ...content, attachments: [inline, attachment] }],
    ["HTML and picture", { html: content.html, attachments: [inline] }],
    ["text and attachment", { text: content.text, attachments: [attachment] }],
  ])(
    "%s: each text gets the signature once, the logo stands beside the HTML, the rest is as it was",
    async (_name, mail) => {
      const mime = await compose(mail);
      const stamped = await stamp(mime, signature);
      expect(stamped.untouched).toBeUndefined();
      const [before, after] = [await parse(mime), await parse(stamped.mime)];
      const text = mail.text === undefined ? "" : `Hello\n${signature.text.replaceAll("\r\n", "\n")}`;
      expect((after.text ?? "").replaceAll(/\n{2,}/g, "\n").trimEnd()).toBe(text.trimEnd());
      const html = before.html ? before.html.replace("</body>", `${signature.html}</body>`) : undefined;
      expect(after.html || undefined).toBe(html);
      const logos = after.attachments.filter(({ cid }) => cid === signature.logo.contentId);
      expect(
        logos.map(({ content: bytes, related }) => [bytes.equals(signature.logo.content), related]),
      ).toEqual(before.html ? [[true, true]] : []);
      const others = after.attachments.filter(({ cid }) => cid !== signature.logo.contentId);
      expect(
        others.map(({ filename, content: bytes, cid }) => [filename, bytes.toString("hex"), cid]),
      ).toEqual(
        before.attachments.map(({ filename, content: bytes, cid }) => [filename, bytes.toString("hex"), cid]),
      );
      expect(readMessage(stamped.mime).fields.filter(({ name }) => !name.startsWith("content-"))).toEqual(
        readMessage(mime).fields.filter(({ name }) => !name.startsWith("content-")),
      );
    },
  );

  test("parts beside the text keep their bytes", async () => {
    const mime = await compose({ ...content, attachments: [inline, attachment] });
    const stamped = await stamp(mime, signature);
    for (const name of ["Content-Type: image/png; name=pic.png", "Content-Type: text/csv"]) {
      expect(between(mime, name, "\r\n--")).not.toBe("");
      expect(between(stamped.mime, name, "\r\n--")).toBe(between(mime, name, "\r\n--"));
    }
  });

  test("an attached text, an attached message and an attached calendar file are not the message's own text", async () => {
    const mime = await compose({
      html: content.html,
      attachments: [
        { filename: "notes.txt", content: "notes" },
        { filename: "page.html", content: "<body>page</body>" },
        {
          contentType: "message/rfc822",
          content: "Subject: inner\r\n\r\ninner",
          contentDisposition: "attachment",
        },
        { filename: "day.ics", content: "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH", contentType: "text/calendar" },
      ],
    });
    const stamped = await stamp(mime, signature);
    const [before, after] = [await parse(mime), await parse(stamped.mime)];
    expect(after.attachments.filter(({ cid }) => !cid).map(({ content: bytes }) => bytes.toString())).toEqual(
      before.attachments.map(({ content: bytes }) => bytes.toString()),
    );
  });
});

describe("charsets and encodings", () => {
  const message = (charset: string, encoding: string, body: string): Buffer =>
    raw(
      "Subject: x",
      `Content-Type: text/plain; charset="${charset}"; format=flowed`,
      `Content-Transfer-Encoding: ${encoding}`,
      "",
      body,
    );
  test.each([
    ["us-ascii", "7bit", "Hello", "us-ascii", "7bit", ascii],
    ["us-ascii", "7bit", "Hello", "utf-8", "quoted-printable", signature],
    ["utf-8", "8bit", Buffer.from("Grüße").toString("latin1"), "utf-8", "8bit", signature],
    ["utf-8", "base64", Buffer.from("Grüße").toString("base64"), "utf-8", "base64", signature],
    ["utf-8", "quoted-printable", "Gr=C3=BC=C3=9Fe", "utf-8", "quoted-printable", signature],
    ["iso-8859-1", "quoted-printable", "Gr=FC=DFe", "iso-8859-1", "quoted-printable", ascii],
    ["iso-8859-1", "8bit", "Gr\u00FC\u00DFe", "utf-8", "8bit", signature],
    ["windows-1250", "8bit", "Gr\u00FC\u00DFe", "utf-8", "8bit", signature],
    ["no-such-charset", "8bit", "Gr\u00FC\u00DFe", "utf-8", "8bit", signature],
    ["utf-16le", "base64", Buffer.from("Grüße", "utf16le").toString("base64"), "utf-8", "base64", ascii],
  ])(
    "%s in %s: %s becomes %s in %s",
    async (charset, encoding, body, wantedCharset, wantedEncoding, given) => {
      const { mime } = await stamp(message(charset, encoding, body), given);
      const parsed = await parse(mime);
      expect(`${parsed.text?.replaceAll("\r", "")}\n`).toBe(
        `${charset === "us-ascii" ? "Hello" : "Grüße"}\n\n${given.text.replaceAll("\r", "")}`,
      );
      const header = mime.toString("latin1").split("\r\n\r\n")[0] ?? "";
      expect(header).toMatch(new RegExp(`charset="?${wantedCharset}"?`));
      expect(header).toContain("format=flowed");
      expect(header).toContain(`Content-Transfer-Encoding: ${wantedEncoding}`);
    },
  );

  test("a page that names its charset names the new one", async () => {
    const page =
      '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head><body>Gr\u00FC\u00DFe</body></html>';
    const { mime } = await stamp(
      raw("Content-Type: text/html; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit", "", page),
      signature,
    );
    const { html } = await parse(mime);
    expect(html).toContain("charset=utf-8");
    expect(html).toContain(`Grüße${signature.html}</body>`);
  });

  test("a page without an end gets its signature at the end", async () => {
    const { mime } = await stamp(raw("Content-Type: text/html", "", "<p>Hi"), ascii);
    expect((await parse(mime)).html).toBe(`<p>Hi${ascii.html}`);
  });
});

test.each([
  [
    "S/MIME",
    raw(
      "Content-Type: multipart/signed; boundary=b",
      "",
      "--b",
      "",
      "Hi",
      "--b",
      "Content-Type: application/pkcs7-signature",
      "",
      "MII",
      "--b--",
    ),
  ],
  ["S/MIME", raw('Content-Type: application/pkcs7-mime; smime-type="enveloped-data"', "", "MII")],
  [
    "PGP",
    raw(
      "Content-Type: multipart/encrypted; boundary=b",
      "",
      "--b",
      "Content-Type: application/pgp-encrypted",
      "",
      "Version: 1",
      "--b--",
    ),
  ],
  [
    "PGP",
    raw(
      "Content-Type: multipart/signed; protocol=application/pgp-signature; boundary=b",
      "",
      "--b",
      "",
      "Hi",
      "--b--",
    ),
  ],
  ["PGP", raw("Content-Type: text/plain", "", "-----BEGIN PGP MESSAGE-----", "")],
  ["calendar", raw("Content-Type: text/calendar; method=REQUEST", "", "BEGIN:VCALENDAR")],
  [
    "calendar",
    raw(
      "Content-Type: multipart/alternative; boundary=b",
      "",
      "--b",
      "",
      "Hi",
      "--b",
      'Content-Type: text/calendar; charset="utf-8"; method="REQUEST"',
      "",
      "BEGIN",
      "--b--",
    ),
  ],
  [
    "rights-protected",
    raw(
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "",
      "Hi",
      "--b",
      'Content-Type: application/x-microsoft-rpmsg-message; name="message.rpmsg"',
      "",
      "x",
      "--b--",
    ),
  ],
  [
    "report",
    raw(
      "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
      "",
      "--b",
      "",
      "read",
      "--b--",
    ),
  ],
  ["TNEF", raw("Content-Type: application/ms-tnef", "", "x")],
  ["no text", raw("Content-Type: image/png", "", "x")],
])("%s stays byte for byte", async (reason, mime) => {
  expect(await stamp(mime, signature)).toEqual({ mime, untouched: reason });
});
