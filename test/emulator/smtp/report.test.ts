import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { createOrganization } from "../organization.ts";
import { headerIn, plain } from "./mail-world.ts";
import { deliveryReport, encodedWord } from "./report.ts";

test("a report is a multipart/report with the answers, and the message without the organization's own headers", async () => {
  const organization = await createOrganization();
  const original = plain("anna@contoso.com", "x@partner.example", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", [
    "Message-ID: <one@contoso.com>",
    "X-MS-Exchange-Organization-AuthAs: Internal",
  ]);
  const report = deliveryReport(organization, "anna@contoso.com", Buffer.from(original), [
    { action: "failed", recipient: "x@partner.example", answer: "550 5.1.1 User\r\nunknown" },
  ]);
  expect(headerIn(report, "Content-Type")).toMatch(/^multipart\/report; report-type=delivery-status;/);
  expect(headerIn(report, "In-Reply-To")).toBe("<one@contoso.com>");
  const mail = await simpleParser(report);
  expect(mail.subject).toBe("Undeliverable: Grüße");
  expect(mail.attachments.map(({ contentType }) => contentType)).toEqual(["message/rfc822"]);
  const [attached] = mail.attachments.map(({ content }) => content.toString());
  const status = report.toString();
  expect(status).toContain(
    "Final-Recipient: rfc822;x@partner.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
  );
  expect(status).toContain("Diagnostic-Code: smtp;550 5.1.1 User unknown");
  expect(attached).toContain("Good morning.");
  expect(attached).not.toContain("X-MS-Exchange-Organization");
});

test("long subjects of any script survive as encoded words", async () => {
  const subject = "Грозный день 🌧 ".repeat(12).trim();
  const mail = await simpleParser(`Subject: ${encodedWord(subject)}\r\n\r\n`);
  expect(mail.subject).toBe(subject);
});
