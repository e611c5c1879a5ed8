import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, codes, messages, startEws, xmlText, type EwsTest } from "./client.ts";
import { create, createXml, folderXml, get, keyIn, mimeXml, tagXml, uris } from "./requests.ts";
import type { Submit } from "./call.ts";

const mime = `From: Anna Weber <anna.weber@contoso.com>
To: x@example.org
Subject: From MIME
Message-ID: <mime-1@contoso.com>
Date: Sun, 22 Nov 2026 09:00:00 +0000
X-Own: kept
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Hello</p>
`;
const sent: Parameters<Submit>[0][] = [];
let ews: EwsTest;

beforeAll(async () => {
  ews = await startEws(async (message) => void sent.push(message));
});
afterAll(() => ews.close());

describe("CreateItem from MIME", () => {
  test("keeps the message byte by byte", async () => {
    const key = await create(ews, { before: mimeXml(mime) });
    const found = await get(ews, key, uris("item:Subject", "message:InternetMessageId"), { mime: true });
    expect(at(found, "t:Subject")?.text).toBe("From MIME");
    expect(at(found, "t:InternetMessageId")?.text).toBe("<mime-1@contoso.com>");
    const bytes = Buffer.from(at(found, "t:MimeContent")?.text ?? "", "base64");
    expect(bytes.toString()).toBe(mime.replace(/\n/g, "\r\n"));
  });

  test("gives a draft, unless the message flags say otherwise", async () => {
    const isDraft = async (flags: string) =>
      at(
        await get(ews, await create(ews, { before: mimeXml(mime), flags }), uris("item:IsDraft")),
        "t:IsDraft",
      )?.text;
    expect(await isDraft("")).toBe("true");
    expect(await isDraft("1")).toBe("false");
    expect(await isDraft("8")).toBe("true");
  });

  test("takes times from extended properties, and only from these", async () => {
    const property = (tag: string, value: string) =>
      `<t:ExtendedProperty>${tagXml(tag, "SystemTime")}<t:Value>${value}</t:Value></t:ExtendedProperty>`;
    const times = property("0x0E06", "2026-01-02T03:04:05Z") + property("0x0039", "2026-01-02T03:04:00Z");
    const key = await create(ews, { before: mimeXml(mime), after: times });
    const found = await get(ews, key, uris("item:DateTimeReceived", "item:DateTimeSent"));
    expect(at(found, "t:DateTimeReceived")?.text).toBe("2026-01-02T03:04:05Z");
    expect(at(found, "t:DateTimeSent")?.text).toBe("2026-01-02T03:04:00Z");
    const refused = await ews.ask(
      createXml({ before: `${mimeXml(mime)}<t:DateTimeReceived>2026-01-02T03:04:05Z</t:DateTimeReceived>` }),
    );
    expect(codes(refused)).toEqual(["ErrorInvalidPropertySet"]);
  });

  test("refuses what is no base64", async () => {
    const answered = await ews.ask(createXml({ before: "<t:MimeContent>?!</t:MimeContent>" }));
    expect(codes(answered)).toEqual(["ErrorMimeContentInvalidBase64String"]);
  });
});

describe("CreateItem from properties", () => {
  const before = [
    `<t:Subject>${xmlText("Grüße & <mehr>")}</t:Subject>`,
    "<t:Sensitivity>Private</t:Sensitivity>",
    `<t:Body BodyType="HTML">${xmlText('<p>Hi <img src="cid:l"></p>')}</t:Body>`,
    `<t:Attachments><t:FileAttachment><t:Name>l.png</t:Name><t:ContentType>image/png</t:ContentType><t:ContentId>l</t:ContentId><t:IsInline>true</t:IsInline><t:Content>AQID</t:Content></t:FileAttachment></t:Attachments>`,
    "<t:Categories><t:String>Red</t:String></t:Categories>",
    "<t:Importance>High</t:Importance>",
  ].join("");
  const mailbox = (address: string) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`;
  const after = [
    `<t:ToRecipients>${mailbox("ben.fischer@contoso.com")}${mailbox("x@example.org")}</t:ToRecipients>`,
    `<t:BccRecipients>${mailbox("board@contoso.com")}</t:BccRecipients>`,
    `<t:From>${mailbox(anna)}</t:From>`,
    "<t:InternetMessageId>&lt;made@contoso.com&gt;</t:InternetMessageId>",
    "<t:IsRead>true</t:IsRead>",
    "<t:References>&lt;a@x&gt; &lt;b@x&gt;</t:References>",
  ].join("");

  test("makes a message that says the same as MIME", async () => {
    const found = await get(ews, await create(ews, { before, after }), "", {
      base: "AllProperties",
      mime: true,
    });
    expect(at(found, "t:Subject")?.text).toBe("Grüße & <mehr>");
    expect(at(found, "t:InternetMessageId")?.text).toBe("<made@contoso.com>");
    expect(at(found, "t:References")?.text).toBe("<a@x> <b@x>");
    expect(at(found, "t:HasAttachments")?.text).toBe("false");
    expect(all(found, "t:MailboxType").map(({ text }) => text)).toEqual(
      // Sender (the same as From), To, Bcc, From
      ["Mailbox", "Mailbox", "OneOff", "PublicDL", "Mailbox"],
    );
    const text = Buffer.from(at(found, "t:MimeContent")?.text ?? "", "base64").toString();
    expect(text).toMatch(/^Bcc: .*board@contoso\.com/m);
    expect(text).toMatch(/^Message-ID: <made@contoso\.com>/im);
    expect(text).toMatch(/^Importance: high/m);
    expect(text).toMatch(/^Sensitivity: Private/m);
    expect(text).toMatch(/Content-Id: <l>/i);
    const again = await get(ews, await create(ews, { before: mimeXml(text) }), "", { base: "AllProperties" });
    for (const name of [
      "Subject",
      "Sensitivity",
      "Body",
      "Importance",
      "DisplayTo",
      "References",
      "InternetMessageId",
    ]) {
      expect([name, at(again, `t:${name}`)?.text]).toEqual([name, at(found, `t:${name}`)?.text]);
    }
  });

  test("reports each message of a batch in order, and makes only the good ones", async () => {
    const good = "<t:Message><t:Subject>good</t:Subject></t:Message>";
    const bad = "<t:Message><t:Size>3</t:Size></t:Message>";
    const answered = await ews.ask(
      `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${folderXml("inbox")}</m:SavedItemFolderId><m:Items>${good}${bad}${good}</m:Items></m:CreateItem>`,
    );
    expect(codes(answered)).toEqual(["NoError", "ErrorInvalidPropertySet", "NoError"]);
    expect(messages(answered).map((message) => all(message, "t:ItemId").length)).toEqual([1, 0, 1]);
  });

  test("needs to know what to do with a message", async () => {
    const answered = await ews.ask("<m:CreateItem><m:Items><t:Message/></m:Items></m:CreateItem>");
    expect(codes(answered)).toEqual(["ErrorMessageDispositionRequired"]);
  });
});

describe("sending", () => {
  const send = (message: string, disposition = "SendAndSaveCopy") =>
    ews.ask(
      `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:Message>${message}</t:Message></m:Items></m:CreateItem>`,
    );
  const to = (address: string) =>
    `<t:ToRecipients><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;

  test("hands the message to transport without its Bcc line, and keeps a copy with it", async () => {
    const bcc = to("secret@example.org").replace(/ToRecipients/g, "BccRecipients");
    const answered = await send(`<t:Subject>sent</t:Subject>${to("x@example.org")}${bcc}`);
    expect(codes(answered)).toEqual(["NoError"]);
    const [message] = sent.splice(0);
    expect(message).toMatchObject({ from: anna, to: ["x@example.org", "secret@example.org"] });
    expect(Buffer.from(message?.mime ?? []).toString()).not.toMatch(/^bcc:/im);
    const mailbox = ews.side.mailboxes.get(ews.recipient(anna).guid);
    const copy = [...(mailbox?.items.values() ?? [])].find(({ subject }) => subject === "sent");
    expect(copy?.isDraft).toBe(false);
    expect(Buffer.from(copy?.mime ?? []).toString()).toMatch(/^Bcc: secret@example\.org/m);
  });

  test("needs a recipient, and the right to send as somebody else", async () => {
    const from = (address: string) => to(address).replace(/ToRecipients/g, "From");
    expect(codes(await send("<t:Subject>x</t:Subject>"))).toEqual(["ErrorMissingRecipients"]);
    expect(codes(await send(to("x@example.org") + from("ben.fischer@contoso.com")))).toEqual([
      "ErrorSendAsDenied",
    ]);
    expect(codes(await send(to("x@example.org") + from("info@contoso.com"), "SendOnly"))).toEqual([
      "NoError",
    ]);
  });
});

test("an item made by another client is found under its id at once", async () => {
  const key = keyIn(await ews.ask(createXml({ before: mimeXml(mime) })));
  await expect(get(ews, key)).resolves.toMatchObject({ name: "t:Message" });
});
