import MailComposer from "nodemailer/lib/mail-composer";
import type Mail from "nodemailer/lib/mailer";
import { beforeEach, describe, expect, test } from "vitest";
import { copyItem, createMailbox, findFolder, moveItem, storeMessage } from "./mailbox.ts";
import { createOrganization, type Organization } from "./organization.ts";
import type { Item, Mailbox } from "./store.ts";

const at = Date.UTC(2026, 10, 22, 10);
let organization: Organization;
let mailbox: Mailbox;

beforeEach(async () => {
  organization = await createOrganization();
  mailbox = createMailbox(organization, "11111111-2222-3333-4444-555555555555");
});

async function stored(mail: Mail.Options): Promise<Item> {
  const mime = await new MailComposer({ from: "anna@contoso.com", to: "x@example.org", ...mail })
    .compile()
    .build();
  return storeMessage(organization, mailbox, "inbox", mime, { at });
}

async function storedText(source: string): Promise<Item> {
  return storeMessage(organization, mailbox, "inbox", Buffer.from(source.replace(/\n/g, "\r\n")), { at });
}

describe("a mailbox", () => {
  test("has every default folder below one root", () => {
    expect(findFolder(mailbox, "sentitems")?.displayName).toBe("Sent Items");
    expect(findFolder(mailbox, "recoverableitemsdeletions")?.parentId).toBe(
      findFolder(mailbox, "recoverableitemsroot")?.id,
    );
    expect([...mailbox.folders.values()].filter(({ parentId }) => parentId === undefined)).toHaveLength(1);
  });

  test("refuses a message for a folder that it does not have", async () => {
    const storing = storeMessage(organization, mailbox, "nowhere", Buffer.from("Subject: x\r\n\r\n"), { at });
    await expect(storing).rejects.toThrow("no folder 'nowhere'");
  });

  test("gives a copy and a moved item ids and change numbers of their own", async () => {
    const item = await stored({
      subject: "x",
      text: "x",
      attachments: [{ filename: "a.txt", content: "a" }],
    });
    const copy = copyItem(organization, mailbox, item, item.folderId);
    const moved = moveItem(organization, mailbox, item, copy.folderId);
    expect(new Set([item.id, copy.id, moved.id]).size).toBe(3);
    expect(moved.change).toBeGreaterThan(copy.change);
    expect([...mailbox.items.keys()]).toEqual([copy.id, moved.id]);
  });
});

describe("a stored message", () => {
  test("keeps its MIME untouched and shows subject, bodies, times and priority", async () => {
    const item = await stored({
      subject: "Grüße",
      html: "<p>Hallo</p>",
      text: "Hallo",
      messageId: "<1@contoso.com>",
      date: new Date(at - 5000),
      headers: { Importance: "high", Sensitivity: "Company-Confidential" },
    });
    expect(item).toMatchObject({
      subject: "Grüße",
      internetMessageId: "<1@contoso.com>",
      itemClass: "IPM.Note",
      importance: "High",
      sensitivity: "Confidential",
      sent: at - 5000,
      received: at,
      isRead: false,
      isDraft: false,
    });
    expect(item.html).toContain("<p>Hallo</p>");
    expect(item.html).toMatch(
      /^<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text\/html; charset=utf-8">/,
    );
    expect(item.text?.trim()).toBe("Hallo");
    expect(Buffer.from(item.mime).toString()).toContain("Message-ID: <1@contoso.com>");
  });

  test("tells inline pictures from ordinary attachments and attached messages", async () => {
    const item = await stored({
      html: '<img src="cid:logo@x">',
      attachments: [
        { filename: "logo.png", cid: "logo@x", content: Buffer.from([1, 2, 3]) },
        { filename: "report.pdf", content: "pdf" },
        {
          contentType: "message/rfc822",
          contentDisposition: "attachment",
          content: "Subject: inner\r\n\r\nbody\r\n",
        },
      ],
    });
    expect(item.attachments).toMatchObject([
      { name: "logo.png", contentId: "logo@x", isInline: true, isItem: false },
      { name: "report.pdf", isInline: false, isItem: false },
      { isItem: true, isInline: false },
    ]);
    expect([...(item.attachments[0]?.content ?? [])]).toEqual([1, 2, 3]);
  });

  test("joins the conversation of what it answers", async () => {
    const first = await stored({ subject: "a", messageId: "<root@x>", text: "a" });
    const reply = await stored({
      subject: "re: a",
      inReplyTo: "<root@x>",
      references: ["<root@x>"],
      text: "b",
    });
    const other = await stored({ subject: "a", messageId: "<other@x>", text: "a" });
    expect(reply.conversationId).toBe(first.conversationId);
    expect(other.conversationId).not.toBe(first.conversationId);
  });

  test.each([
    [
      'multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
      "IPM.Note.SMIME.MultipartSigned",
    ],
    ["application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "IPM.Note.SMIME"],
    ["multipart/report; report-type=delivery-status; boundary=b", "REPORT.IPM.Note.NDR"],
    ["multipart/report; report-type=disposition-notification; boundary=b", "REPORT.IPM.Note.IPNRN"],
    ["text/calendar; method=CANCEL", "IPM.Schedule.Meeting.Canceled"],
  ])("of type %s is an %s", async (type, itemClass) => {
    const item = await storedText(
      `Subject: x\nMIME-Version: 1.0\nContent-Type: ${type}\n\n--b\n\nx\n--b--\n`,
    );
    expect(item.itemClass).toBe(itemClass);
  });

  test("with a meeting request inside is one, and the calendar part is no attachment", async () => {
    const item = await stored({
      text: "Meet",
      icalEvent: { method: "REQUEST", content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR" },
    });
    expect(item.itemClass).toBe("IPM.Schedule.Meeting.Request");
  });

  test("without header, body or sense is stored all the same", async () => {
    await expect(storedText("\n\n")).resolves.toMatchObject({ subject: "", itemClass: "IPM.Note" });
  });
});
