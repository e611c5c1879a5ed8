import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, anna, at, codes, messages, startEws, xmlText, type EwsTest } from "./client.ts";
import { itemId } from "./ids.ts";
import {
  create,
  get,
  idXml,
  keyIn,
  mimeXml,
  mixedMime,
  setXml,
  tagXml,
  updateXml,
  uris,
  type ItemKey,
} from "./requests.ts";

const mime = mixedMime(
  `From: Anna Weber <anna.weber@contoso.com>
To: x@example.org
Bcc: y@example.org
Subject: Before
Message-ID: <1@contoso.com>
X-Own: =?utf-8?q?kept?=`,
  "<html><head></head><body><p>Hello</p></body></html>",
);
let ews: EwsTest;
let item: ItemKey;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  item = await create(ews, { before: mimeXml(mime) });
});

const body = (html: string, type = "HTML") => `<t:Body BodyType="${type}">${xmlText(html)}</t:Body>`;
const update = (updates: string, resolution?: string, key: Partial<ItemKey> = item) =>
  ews.ask(updateXml({ ...key, id: key.id ?? item.id }, updates, resolution));
const read = async (name: string) => at(await get(ews, item, uris(name)), `t:${name.split(":")[1]}`);
const mimeNow = async () =>
  Buffer.from(at(await get(ews, item, "", { mime: true }), "t:MimeContent")?.text ?? "", "base64").toString();

describe("UpdateItem of the body", () => {
  test("answers the body as a whole document, and rewrites the MIME with its header kept", async () => {
    expect(codes(await update(setXml("item:Body", body("<p>Grüße 😀</p>"))))).toEqual(["NoError"]);
    const html = (await read("item:Body"))?.text;
    expect(html).toMatch(
      /^<html>\r\n<head>\r\n<meta http-equiv="Content-Type"[^>]*>\r\n<\/head>\r\n<body>\r\n<p>Grüße 😀<\/p>/,
    );
    const now = await mimeNow();
    expect(now).toMatch(
      /^From: Anna Weber <anna\.weber@contoso\.com>\r\nTo: x@example\.org\r\nBcc: y@example\.org\r\nSubject: Before\r\nMessage-ID: <1@contoso\.com>\r\nX-Own: =\?utf-8\?q\?kept\?=\r\n/,
    );
    expect(now).toContain('filename="a.pdf"');
    const again = await get(
      ews,
      await create(ews, { before: mimeXml(now) }),
      uris("item:Body", "item:Attachments"),
    );
    expect(at(again, "t:Body")?.text.trim()).toBe(html?.trim());
    expect(all(again, "t:Name").map(({ text }) => text)).toEqual(["a.pdf"]);
  });

  test("turns it into plain text and back", async () => {
    await update(setXml("item:Body", body("a < b\r\nc", "Text")));
    const bodyIn = async (bodyType: string) =>
      at(await get(ews, item, uris("item:Body"), { bodyType }), "t:Body");
    expect(await bodyIn("Best")).toMatchObject({ attributes: { BodyType: "Text" }, text: "a < b\r\nc" });
    expect((await bodyIn("HTML"))?.text).toContain("a &lt; b<br>");
    await update(setXml("item:Body", body("<p>a &lt; b</p>")));
    expect(await bodyIn("Text")).toMatchObject({ attributes: { BodyType: "Text" }, text: "a < b" });
  });

  test("puts appended text before the end of the document", async () => {
    await update(
      `<t:AppendToItemField>${uris("item:Body")}<t:Message>${body("<p>More</p>")}</t:Message></t:AppendToItemField>`,
    );
    expect((await read("item:Body"))?.text).toMatch(/<p>Hello<\/p><p>More<\/p>\s*<\/body>/);
  });

  test("leaves sent and received times, read state and draft state alone", async () => {
    const names = uris(
      "item:DateTimeSent",
      "item:DateTimeReceived",
      "message:IsRead",
      "item:IsDraft",
      "item:DateTimeCreated",
    );
    const before = (await get(ews, item, names)).children.slice(1);
    await update(setXml("item:Body", body("<p>x</p>")));
    expect((await get(ews, item, names)).children.slice(1)).toEqual(before);
  });
});

describe("UpdateItem of other properties", () => {
  test("changes subject, importance and sensitivity in item and MIME", async () => {
    await update(
      setXml("item:Subject", "<t:Subject>Ä after</t:Subject>") +
        setXml("item:Importance", "<t:Importance>Low</t:Importance>") +
        setXml("item:Sensitivity", "<t:Sensitivity>Confidential</t:Sensitivity>"),
    );
    const now = await mimeNow();
    expect(now).toMatch(/^Subject: =\?utf-8\?/im);
    expect(now).toMatch(/^Importance: low/m);
    expect(now).toMatch(/^Sensitivity: Company-Confidential/m);
    expect(now.match(/^Subject:/gm)).toHaveLength(1);
    expect((await read("item:Subject"))?.text).toBe("Ä after");
  });

  test("sets and deletes categories, flag and read state", async () => {
    const flag =
      "<t:Flag><t:FlagStatus>Flagged</t:FlagStatus><t:StartDate>2026-11-22T00:00:00Z</t:StartDate><t:DueDate>2026-11-23T00:00:00Z</t:DueDate></t:Flag>";
    await update(
      setXml(
        "item:Categories",
        "<t:Categories><t:String>Red</t:String><t:String>Ü &amp; b</t:String></t:Categories>",
      ) +
        setXml("item:Flag", flag) +
        setXml("message:IsRead", "<t:IsRead>false</t:IsRead>"),
    );
    expect((await read("item:Categories"))?.children.map(({ text }) => text)).toEqual(["Red", "Ü & b"]);
    expect((await read("item:Flag"))?.children.map(({ text }) => text)).toEqual([
      "Flagged",
      "2026-11-22T00:00:00Z",
      "2026-11-23T00:00:00Z",
    ]);
    expect((await read("message:IsRead"))?.text).toBe("false");
    const clear = (uri: string) => `<t:DeleteItemField>${uris(uri)}</t:DeleteItemField>`;
    await update(clear("item:Categories") + clear("item:Flag"));
    expect(await read("item:Categories")).toBeUndefined();
    expect((await read("item:Flag"))?.children[0]?.text).toBe("NotFlagged");
  });

  test("answers success to new message flags and changes nothing", async () => {
    const tag = tagXml("0x0E07", "Integer");
    const property = `<t:ExtendedProperty>${tag}<t:Value>8</t:Value></t:ExtendedProperty>`;
    expect(codes(await update(setXml(tag, property)))).toEqual(["NoError"]);
    expect((await read("item:IsDraft"))?.text).toBe("false");
  });

  test("shows an item as a draft whose MIME was replaced", async () => {
    await update(setXml("item:MimeContent", mimeXml(mime.replace("Before", "After"))));
    expect((await read("item:IsDraft"))?.text).toBe("true");
    expect((await read("item:Subject"))?.text).toBe("After");
  });

  test.each([
    ["item:DateTimeSent", "<t:DateTimeSent>2026-01-01T00:00:00Z</t:DateTimeSent>", "ErrorInvalidPropertySet"],
    ["item:IsDraft", "<t:IsDraft>true</t:IsDraft>", "ErrorInvalidPropertySet"],
    ["item:HasAttachments", "<t:HasAttachments>true</t:HasAttachments>", "ErrorInvalidPropertySet"],
    ["message:InternetMessageId", "<t:InternetMessageId>x</t:InternetMessageId>", "ErrorInvalidPropertySet"],
    ["message:ToRecipients", "<t:ToRecipients/>", "ErrorInvalidPropertyUpdateSentMessage"],
    ["item:Subject", body("x"), "ErrorUpdatePropertyMismatch"],
    [
      "item:Subject",
      "<t:Subject>a</t:Subject><t:Importance>Low</t:Importance>",
      "ErrorIncorrectUpdatePropertyCount",
    ],
    ["message:IsRead", "", "ErrorIncorrectUpdatePropertyCount"],
  ])("refuses %s with %s: %s", async (uri, value, code) => {
    expect(codes(await update(setXml(uri, value)))).toEqual([code]);
  });

  test("refuses to delete or extend what allows neither", async () => {
    const deleting = await update(`<t:DeleteItemField>${uris("item:DateTimeSent")}</t:DeleteItemField>`);
    const subject = "<t:Message><t:Subject>x</t:Subject></t:Message>";
    const appending = await update(
      `<t:AppendToItemField>${uris("item:Subject")}${subject}</t:AppendToItemField>`,
    );
    expect([...codes(deleting), ...codes(appending)]).toEqual([
      "ErrorInvalidPropertyDelete",
      "ErrorInvalidPropertyAppend",
    ]);
  });

  test("makes all of an item's changes or none", async () => {
    const subject = setXml("item:Subject", "<t:Subject>Half</t:Subject>");
    await update(subject + setXml("item:IsDraft", "<t:IsDraft>true</t:IsDraft>"));
    expect((await read("item:Subject"))?.text).toBe("Before");
  });
});

describe("a change key", () => {
  const subject = (text: string) => setXml("item:Subject", `<t:Subject>${text}</t:Subject>`);

  test("is new after each change", async () => {
    const { changeKey } = keyIn(await update(subject("a")));
    expect(changeKey).not.toBe(item.changeKey);
    expect(at(await get(ews, item), "t:ItemId")?.attributes["ChangeKey"]).toBe(changeKey);
  });

  test("that is stale stops NeverOverwrite, and nothing else", async () => {
    await update(subject("first"));
    expect(codes(await update(subject("second"), "NeverOverwrite"))).toEqual(["ErrorIrresolvableConflict"]);
    expect((await read("item:Subject"))?.text).toBe("first");
    expect(codes(await update(subject("third"), "AutoResolve"))).toEqual(["NoError"]);
    expect(codes(await update(subject("fourth"), "AlwaysOverwrite"))).toEqual(["NoError"]);
  });

  test("that is current lets NeverOverwrite through, once", async () => {
    const answers = await Promise.all([
      update(subject("one"), "NeverOverwrite"),
      update(subject("two"), "NeverOverwrite"),
    ]);
    expect(answers.flatMap(codes).toSorted()).toEqual(["ErrorIrresolvableConflict", "NoError"]);
  });

  test("may be missing only when everything is to be overwritten", async () => {
    const key = { id: item.id };
    expect(codes(await update(subject("a"), "NeverOverwrite", key))).toEqual([
      "ErrorChangeKeyRequiredForWriteOperations",
    ]);
    expect(codes(await update(subject("a"), "AutoResolve", key))).toEqual([
      "ErrorChangeKeyRequiredForWriteOperations",
    ]);
    expect(codes(await update(subject("a"), "AlwaysOverwrite", key))).toEqual(["NoError"]);
  });

  test("has to be one", async () => {
    expect(codes(await update(subject("a"), "NeverOverwrite", { id: item.id, changeKey: "eA==" }))).toEqual([
      "ErrorInvalidChangeKey",
    ]);
  });
});

test("a batch reports each item in its place", async () => {
  const other = await create(ews, { before: mimeXml(mime) });
  const change = (id: string) =>
    `<t:ItemChange>${id}<t:Updates>${setXml("item:Subject", "<t:Subject>x</t:Subject>")}</t:Updates></t:ItemChange>`;
  const gone = idXml({ id: itemId(ews.recipient(anna).guid, "999999") });
  const request = `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"><m:ItemChanges>${[idXml(item), gone, idXml(other)].map(change).join("")}</m:ItemChanges></m:UpdateItem>`;
  const answered = await ews.ask(request);
  expect(codes(answered)).toEqual(["NoError", "ErrorItemNotFound", "NoError"]);
  expect(messages(answered).map((message) => all(message, "t:ItemId")[0]?.attributes["Id"])).toEqual([
    item.id,
    undefined,
    other.id,
  ]);
  expect(codes(await ews.ask(request.replace(' MessageDisposition="SaveOnly"', "")))[0]).toBe(
    "ErrorMessageDispositionRequired",
  );
});
