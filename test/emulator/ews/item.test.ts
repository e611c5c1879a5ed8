import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findFolder } from "../mailbox.ts";
import { all, anna, at, codes, messages, soap, startEws, type EwsTest } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import {
  create,
  deleteXml,
  folderXml,
  get,
  getXml,
  idXml,
  keyIn,
  mimeXml,
  transferXml,
  uris,
  type ItemKey,
} from "./requests.ts";

const mime = `From: Anna Weber <anna.weber@contoso.com>
To: Ben <ben.fischer@contoso.com>
Subject: RE: x
Message-ID: <1@contoso.com>
Received: from a by b; Sun, 22 Nov 2026 09:00:00 +0000
Content-Type: text/plain; charset=utf-8

Hello
`;
let ews: EwsTest;
let item: ItemKey;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  item = await create(ews, { before: mimeXml(mime) });
});

describe("GetItem", () => {
  test("answers more with each base shape, in the schema's order", async () => {
    const names = async (base: string) =>
      (await get(ews, item, "", { base })).children.map(({ name }) => name);
    expect(await names("IdOnly")).toEqual(["t:ItemId"]);
    const some = await names("Default");
    expect(some).toEqual(
      expect.arrayContaining(["t:Subject", "t:Body", "t:ToRecipients", "t:From", "t:IsRead"]),
    );
    const everything = await names("AllProperties");
    expect(everything).toEqual(
      expect.arrayContaining([...some, "t:InternetMessageHeaders", "t:Flag", "t:ConversationId"]),
    );
    expect(everything).not.toContain("t:MimeContent");
  });

  test("keeps newer properties from older clients", async () => {
    const answered = await ews.ask(getXml([item], "", { base: "AllProperties" }), {
      version: "Exchange2010_SP2",
    });
    expect(all(answered.body, "t:Flag")).toEqual([]);
  });

  test("gives header lines one by one or all together", async () => {
    const one = '<t:IndexedFieldURI FieldURI="item:InternetMessageHeader" FieldIndex="message-id"/>';
    const header = async (more: string) =>
      at(await get(ews, item, more), "t:InternetMessageHeaders")?.children ?? [];
    expect(await header(one)).toMatchObject([
      { attributes: { HeaderName: "message-id" }, text: "<1@contoso.com>" },
    ]);
    expect(await header(uris("item:InternetMessageHeaders"))).toHaveLength(6);
  });

  test("answers good and bad ids in their places", async () => {
    const other = await ews.ask(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${folderXml()}</m:ParentFolderIds></m:FindItem>`,
    );
    const folder = await ews.ask(getFoldersXml(folderXml(), "IdOnly"));
    const folderId = all(folder.body, "t:FolderId")[0]?.attributes["Id"] ?? "";
    const ids = [keyIn(other).id, "nonsense", "", folderId].map((id) => ({ id }));
    const answered = await ews.ask(getXml(ids));
    expect(codes(answered)).toEqual([
      "NoError",
      "ErrorInvalidIdMalformed",
      "ErrorInvalidIdEmpty",
      "ErrorCannotUseFolderIdForItemId",
    ]);
    expect(messages(answered).map(({ attributes }) => attributes["ResponseClass"])).toEqual([
      "Success",
      "Error",
      "Error",
      "Error",
    ]);
  });

  test("does not find an item of somebody else", async () => {
    expect(codes(await ews.ask(getXml([item]), { as: "ben.fischer@contoso.com" }))).toEqual([
      "ErrorItemNotFound",
    ]);
  });

  test("shows a meeting request as one", async () => {
    const meeting = await create(ews, {
      before: mimeXml(
        "Subject: m\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n",
      ),
    });
    expect(await get(ews, meeting, "", { base: "AllProperties" })).toMatchObject({
      name: "t:MeetingRequest",
    });
  });

  test("shows what it does not know as a plain item", async () => {
    const other = await create(ews, {
      before: "<t:ItemClass>IPM.StickyNote</t:ItemClass><t:Subject>n</t:Subject>",
    });
    expect(await get(ews, other, "", { base: "AllProperties" })).toMatchObject({ name: "t:Item" });
  });

  test("refuses property paths that are in no schema", async () => {
    expect(codes(await ews.raw(soap(getXml([item], uris("item:Nothing")))))).toEqual([
      "ErrorSchemaValidation",
    ]);
  });
});

describe("DeleteItem", () => {
  const remove = (type: string) => ews.ask(deleteXml(idXml(item), type));

  test.each([
    ["MoveToDeletedItems", "deleteditems", 1],
    ["SoftDelete", "recoverableitemsdeletions", 1],
    ["HardDelete", "deleteditems", 0],
  ])("%s leaves it in %s %i times", async (type, place, times) => {
    const mailbox = ews.side.mailboxes.get(ews.recipient(anna).guid);
    const folder = mailbox && findFolder(mailbox, place)?.id;
    const there = () =>
      [...(mailbox?.items.values() ?? [])].filter(({ folderId }) => folderId === folder).length;
    const before = there();
    expect(codes(await remove(type))).toEqual(["NoError"]);
    expect(codes(await ews.ask(getXml([item])))).toEqual(["ErrorItemNotFound"]);
    expect(there() - before).toBe(times);
    expect(codes(await remove(type))).toEqual(["ErrorItemNotFound"]);
  });
});

describe("CopyItem and MoveItem", () => {
  const transfer = (name: string, folder = "drafts", more = "") =>
    ews.ask(transferXml(name, idXml(item), folderXml(folder), more));

  test("a copy is another item with the same content", async () => {
    const copy = keyIn(await transfer("CopyItem"));
    expect(copy.id).not.toBe(item.id);
    const [one, two] = await Promise.all(
      [item, copy].map((key) => get(ews, key, uris("item:Subject", "item:DateTimeReceived"), { mime: true })),
    );
    expect(two?.children.filter(({ name }) => name !== "t:ItemId")).toEqual(
      one?.children.filter(({ name }) => name !== "t:ItemId"),
    );
  });

  test("a moved item has a new id, and the old one is gone", async () => {
    const moved = keyIn(await transfer("MoveItem"));
    expect(codes(await ews.ask(getXml([item, moved])))).toEqual(["ErrorItemNotFound", "NoError"]);
  });

  test("tell no new ids when none are wanted, and need a folder to go to", async () => {
    const silent = await transfer("CopyItem", "drafts", "<m:ReturnNewItemIds>false</m:ReturnNewItemIds>");
    expect(all(silent.body, "t:ItemId")).toEqual([]);
    expect(codes(await transfer("CopyItem", "favorites"))).toEqual(["ErrorToFolderNotFound"]);
  });
});

describe("GetFolder and FindFolder", () => {
  const shape = (base: string) => `<m:FolderShape><t:BaseShape>${base}</t:BaseShape></m:FolderShape>`;

  test("count items, unread ones and children", async () => {
    await create(ews, { before: mimeXml(mime), folder: "junkemail", flags: "0" });
    const answered = await ews.ask(
      `<m:GetFolder>${shape("AllProperties")}<m:FolderIds>${folderXml("junkemail")}${folderXml("msgfolderroot")}${folderXml("favorites")}</m:FolderIds></m:GetFolder>`,
    );
    expect(codes(answered)).toEqual(["NoError", "NoError", "ErrorFolderNotFound"]);
    const [junk, top] = all(answered.body, "t:Folder");
    const text = (name: string) => at(junk, `t:${name}`)?.text;
    expect(["DisplayName", "TotalCount", "UnreadCount", "DistinguishedFolderId"].map(text)).toEqual([
      "Junk Email",
      "1",
      "1",
      "junkemail",
    ]);
    expect(Number(at(top, "t:ChildFolderCount")?.text)).toBeGreaterThan(6);
  });

  test("walk the tree as far as asked, in pages", async () => {
    const find = async (traversal: string, parent: string, view = "") => {
      const answered = await ews.ask(
        `<m:FindFolder Traversal="${traversal}">${shape("Default")}${view}<m:ParentFolderIds>${folderXml(parent)}</m:ParentFolderIds></m:FindFolder>`,
      );
      return all(answered.body, "t:DisplayName").map(({ text }) => text);
    };
    expect(await find("Shallow", "msgfolderroot")).toEqual(
      expect.arrayContaining(["Inbox", "Sent Items", "Calendar"]),
    );
    expect(await find("Shallow", "root")).not.toContain("Deletions");
    expect(await find("Deep", "root")).toContain("Deletions");
    const view = '<m:IndexedPageFolderView MaxEntriesReturned="2" Offset="0" BasePoint="Beginning"/>';
    expect(await find("Deep", "root", view)).toHaveLength(2);
  });
});
