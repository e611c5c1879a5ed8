import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Submit } from "./call.ts";
import { all, anna, at, codes, messages, startEws, type EwsTest } from "./client.ts";
import { compare, findXml } from "./filled.ts";
import {
  create,
  folderXml,
  get,
  idXml,
  keyIn,
  mimeXml,
  recipientsXml,
  setXml,
  updateXml,
  uris,
  type ItemKey,
} from "./requests.ts";

const ben = "ben.fischer@contoso.com";
const sent: Parameters<Submit>[0][] = [];
let ews: EwsTest;

beforeAll(async () => {
  ews = await startEws(async (message) => void sent.push(message));
});
afterAll(() => ews.close());
beforeEach(() => {
  sent.length = 0;
});

const draft = (subject: string, to = recipientsXml("ToRecipients", ben)) =>
  create(ews, { before: `<t:Subject>${subject}</t:Subject>`, after: to, folder: "drafts", flags: "" });
const sendXml = (items: Partial<ItemKey>[], saves = true, folder = "") =>
  `<m:SendItem SaveItemToFolder="${saves}"><m:ItemIds>${items.map((item) => idXml({ id: "", ...item })).join("")}</m:ItemIds>${folder && `<m:SavedItemFolderId>${folder}</m:SavedItemFolderId>`}</m:SendItem>`;
/** Ids of the items of a subject in a folder. */
async function find(subject: string, folder: string): Promise<string[]> {
  const restriction = compare("IsEqualTo", "item:Subject", subject);
  const answered = await ews.ask(findXml({ restriction, folders: folderXml(folder) }));
  return all(answered.body, "t:ItemId").map(({ attributes }) => attributes["Id"] ?? "");
}
const text = () => sent.map(({ mime }) => Buffer.from(mime).toString());

describe("SendItem", () => {
  test("sends a saved draft and moves it to Sent Items (MS-OXWSCORE_R424, MS-OXWSCORE_R462, MS-OXWSCORE_R1648, MS-OXWSMSG_R81, MS-OXWSMSG_R178, MS-OXWSMSG_R179)", async () => {
    const key = await draft(
      "one",
      recipientsXml("ToRecipients", ben) + recipientsXml("BccRecipients", "x@example.org"),
    );
    const answered = await ews.ask(sendXml([key]));
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Success");
    expect(codes(answered)).toEqual(["NoError"]);
    expect(sent).toMatchObject([{ from: anna, to: [ben, "x@example.org"] }]);
    expect(text()[0]).toMatch(/^From: Anna Weber <anna\.weber@contoso\.com>/m);
    expect(text()[0]).not.toMatch(/^bcc:/im);
    expect(await find("one", "drafts")).toEqual([]);
    const [copy = ""] = await find("one", "sentitems");
    const found = await get(
      ews,
      { id: copy },
      uris("item:IsDraft", "message:IsRead", "message:BccRecipients"),
    );
    expect([at(found, "t:IsDraft")?.text, at(found, "t:IsRead")?.text]).toEqual(["false", "true"]);
    expect(all(found, "t:EmailAddress").map(({ text }) => text)).toEqual(["x@example.org"]);
  });

  test("keeps no copy unless told to (MS-OXWSCORE_R465, MS-OXWSCORE_R1649)", async () => {
    expect(codes(await ews.ask(sendXml([await draft("two")], false)))).toEqual(["NoError"]);
    expect(sent).toHaveLength(1);
    expect([...(await find("two", "drafts")), ...(await find("two", "sentitems"))]).toEqual([]);
  });

  test("keeps the copy where the client wants it (MS-OXWSCORE_R463)", async () => {
    const inInbox = sendXml([await draft("three")], true, folderXml("inbox"));
    expect(codes(await ews.ask(inInbox))).toEqual(["NoError"]);
    expect(await find("three", "inbox")).toHaveLength(1);
    expect(await find("three", "sentitems")).toEqual([]);
    const contradiction = sendXml([await draft("three")], false, folderXml("inbox"));
    expect(codes(await ews.ask(contradiction))).toEqual(["ErrorInvalidSendItemSaveSettings"]);
  });

  test("needs the present change key and a recipient, and leaves the draft alone otherwise", async () => {
    const key = await draft("four");
    const nobody = await draft("four", "");
    await ews.ask(updateXml(key, setXml("item:Importance", "<t:Importance>High</t:Importance>")));
    const answered = await ews.ask(sendXml([key, { id: key.id }, nobody]));
    expect(codes(answered)).toEqual([
      "ErrorIrresolvableConflict",
      "ErrorChangeKeyRequiredForWriteOperations",
      "ErrorMissingRecipients",
    ]);
    expect(sent).toEqual([]);
    expect(await find("four", "drafts")).toHaveLength(2);
  });

  test("gives a draft made of bare MIME what the recipients have to see", async () => {
    const key = await create(ews, {
      before: mimeXml(`To: ${ben}\nSubject: five\n\nHello\n`),
      folder: "drafts",
      flags: "",
    });
    await ews.ask(sendXml([key]));
    for (const line of [/^From: Anna Weber/m, /^Date: /m, /^Message-ID: <.+@contoso\.com>/im])
      expect(text()[0]).toMatch(line);
  });
});

describe("CreateItem", () => {
  const createAs = (disposition: string, folder = "") =>
    ews.ask(
      `<m:CreateItem MessageDisposition="${disposition}">${folder && `<m:SavedItemFolderId>${folder}</m:SavedItemFolderId>`}<m:Items><t:Message><t:Subject>new</t:Subject>${recipientsXml("ToRecipients", ben)}</t:Message></m:Items></m:CreateItem>`,
    );

  test("saves only, and answers the id (MS-OXWSMSG_R80, MS-OXWSMSG_R82)", async () => {
    const answered = await createAs("SaveOnly");
    expect(keyIn(answered).id).toBe((await find("new", "drafts"))[0]);
    expect(sent).toEqual([]);
  });

  test("sends only, and answers no id (MS-OXWSMSG_R83, MS-OXWSMSG_R203, MS-OXWSMSG_R84)", async () => {
    const answered = await createAs("SendOnly");
    expect([codes(answered), all(answered.body, "t:ItemId")]).toEqual([["NoError"], []]);
    expect(sent).toHaveLength(1);
    expect(await find("new", "sentitems")).toEqual([]);
  });

  test("sends and saves a copy, and answers no id (MS-OXWSMSG_R85, MS-OXWSMSG_R204, MS-OXWSMSG_R86, MS-OXWSCORE_R298)", async () => {
    const answered = await createAs("SendAndSaveCopy", folderXml("inbox"));
    expect([codes(answered), all(answered.body, "t:ItemId")]).toEqual([["NoError"], []]);
    expect(sent).toHaveLength(1);
    expect(await find("new", "inbox")).toHaveLength(1);
  });

  test("a message by MIME without a Message-ID and its copy have the same one", async () => {
    const mime = Buffer.from(`To: ${ben}\r\nSubject: unnamed\r\n\r\nHello`).toString("base64");
    const items = `<m:Items><t:Message><t:MimeContent>${mime}</t:MimeContent></t:Message></m:Items>`;
    const answered = await ews.ask(
      `<m:CreateItem MessageDisposition="SendAndSaveCopy">${items}</m:CreateItem>`,
    );
    expect(codes(answered)).toEqual(["NoError"]);
    const [id] = await find("unnamed", "sentitems");
    const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris("message:InternetMessageId")}</t:AdditionalProperties>`;
    const copy = await ews.ask(
      `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${idXml({ id: id ?? "" })}</m:ItemIds></m:GetItem>`,
    );
    const [messageId] = all(copy.body, "t:InternetMessageId").map((found) => found.text);
    expect(/^Message-ID: *(\S+)/im.exec(text()[0] ?? "")?.[1]).toBe(messageId);
  });
});

describe("UpdateItem", () => {
  const updateAs = (key: ItemKey, disposition: string, subject: string, folder = "") =>
    ews.ask(
      updateXml(key, setXml("item:Subject", `<t:Subject>${subject}</t:Subject>`))
        .replace('MessageDisposition="SaveOnly"', `MessageDisposition="${disposition}"`)
        .replace(
          "<m:ItemChanges>",
          `${folder && `<m:SavedItemFolderId>${folder}</m:SavedItemFolderId>`}<m:ItemChanges>`,
        ),
    );

  test("changes a draft and sends it", async () => {
    const answered = await updateAs(await draft("old"), "SendOnly", "changed");
    expect(codes(answered)).toEqual(["NoError"]);
    expect(text()[0]).toMatch(/^Subject: changed/m);
    for (const subject of ["old", "changed"])
      for (const folder of ["drafts", "sentitems"]) expect(await find(subject, folder)).toEqual([]);
  });

  test("changes a draft, sends it and keeps it where the client wants it (MS-OXWSCORE_R514)", async () => {
    expect(codes(await updateAs(await draft("old"), "SendAndSaveCopy", "kept"))).toEqual(["NoError"]);
    expect(await find("kept", "sentitems")).toHaveLength(1);
    await updateAs(await draft("old"), "SendAndSaveCopy", "put", folderXml("inbox"));
    expect(await find("put", "inbox")).toHaveLength(1);
    expect(sent).toHaveLength(2);
  });

  test("changes nothing when the draft cannot be sent", async () => {
    const key = await draft("same", "");
    expect(codes(await updateAs(key, "SendAndSaveCopy", "lost"))).toEqual(["ErrorMissingRecipients"]);
    expect(await find("same", "drafts")).toHaveLength(1);
  });
});
