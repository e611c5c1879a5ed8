import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Submit } from "../call.ts";
import { all, anna, at, codes, messages, startEws, type EwsTest } from "../client.ts";
import { deliverTo } from "../delivered.ts";
import { compare, findXml } from "../filled.ts";
import { getFoldersXml } from "../folder-requests.ts";
import {
  create,
  deleteXml,
  folderXml,
  get,
  getXml,
  idXml,
  keyIn,
  recipientsXml,
  setXml,
  transferXml,
  updateXml,
  uris,
  type ItemKey,
} from "../requests.ts";

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

const to = (address: string, name = "ToRecipients") => recipientsXml(name, address);
const draft = (subject = "s") =>
  create(ews, { before: `<t:Subject>${subject}</t:Subject>`, after: to(ben), folder: "drafts", flags: "" });
const read = async (item: { id: string }, uri: string) =>
  at(await get(ews, item, uris(uri)), `t:${uri.split(":")[1]}`);
const folderId = async (name: string) =>
  all((await ews.ask(getFoldersXml(folderXml(name), "IdOnly"))).body, "t:FolderId")[0]?.attributes["Id"];
const place = async (item: { id: string }) => (await read(item, "item:ParentFolderId"))?.attributes["Id"];
const gone = async (item: { id: string }) => codes(await ews.ask(getXml([item])));
const inFolder = async (folder: string, subject: string): Promise<ItemKey[]> => {
  const restriction = compare("IsEqualTo", "item:Subject", subject);
  const found = await ews.ask(findXml({ restriction, folders: folderXml(folder) }));
  return all(found.body, "t:ItemId").map(({ attributes }) => ({
    id: attributes["Id"] ?? "",
    changeKey: attributes["ChangeKey"] ?? "",
  }));
};
const transfer = (name: string, items: ItemKey[], more = "", folder = folderXml("inbox")) =>
  ews.ask(transferXml(name, items.map((item) => idXml(item)).join(""), folder, more));

describe("CopyItem and MoveItem", () => {
  test("copy every item of the list into the folder, and leave the originals (MS-OXWSCORE_R1600, MS-OXWSCORE_R1601, MS-OXWSCORE_R221)", async () => {
    const items = [await draft("c1"), await draft("c2")];
    const answered = await transfer("CopyItem", items);
    expect(codes(answered)).toEqual(["NoError", "NoError"]);
    for (const { attributes } of all(answered.body, "t:ItemId"))
      expect(await place({ id: attributes["Id"] ?? "" })).toBe(await folderId("inbox"));
    for (const item of items) expect(await place(item)).toBe(await folderId("drafts"));
  });

  test("move every item of the list into the folder, under new ids (MS-OXWSCORE_R45, MS-OXWSCORE_R46, MS-OXWSCORE_R388)", async () => {
    const items = [await draft("m1"), await draft("m2")];
    const answered = await transfer("MoveItem", items);
    expect(codes(answered)).toEqual(["NoError", "NoError"]);
    for (const { attributes } of all(answered.body, "t:ItemId"))
      expect(await place({ id: attributes["Id"] ?? "" })).toBe(await folderId("inbox"));
    for (const item of items) expect(await gone(item)).toEqual(["ErrorItemNotFound"]);
  });

  test.each(["CopyItem", "MoveItem"])(
    "%s tells new ids, unless they are not wanted (MS-OXWSCORE_R47, MS-OXWSCORE_R1230)",
    async (name) => {
      const ids = async (more: string) =>
        all((await transfer(name, [await draft()], more)).body, "t:ItemId").length;
      expect(await ids("")).toBe(1);
      expect(await ids("<m:ReturnNewItemIds>true</m:ReturnNewItemIds>")).toBe(1);
      expect(await ids("<m:ReturnNewItemIds>false</m:ReturnNewItemIds>")).toBe(0);
    },
  );
});

describe("DeleteItem", () => {
  test.each([
    ["HardDelete", "no folder", "MS-OXWSCORE_R1667"],
    ["MoveToDeletedItems", "deleteditems", "MS-OXWSCORE_R1668"],
    ["SoftDelete", "recoverableitemsdeletions", "MS-OXWSCORE_R1669"],
  ])(
    "%s leaves the item in %s (%s, MS-OXWSCORE_R341, MS-OXWSCORE_R343, MS-OXWSCDATA_R76)",
    async (type, folder) => {
      const items = [await draft(`d-${type}`), await draft(`d-${type}`)];
      const answered = await ews.ask(deleteXml(items.map((item) => idXml(item)).join(""), type));
      expect(codes(answered)).toEqual(["NoError", "NoError"]);
      for (const item of items) expect(await gone(item)).toEqual(["ErrorItemNotFound"]);
      for (const each of ["drafts", "deleteditems", "recoverableitemsdeletions"])
        expect([each, (await inFolder(each, `d-${type}`)).length]).toEqual([each, each === folder ? 2 : 0]);
    },
  );
});

describe("dispositions of CreateItem", () => {
  const make = (subject: string, disposition: string) =>
    ews.ask(
      `<m:CreateItem MessageDisposition="${disposition}"><m:SavedItemFolderId>${folderXml("inbox")}</m:SavedItemFolderId><m:Items><t:Message><t:Subject>${subject}</t:Subject>${to(ben)}</t:Message></m:Items></m:CreateItem>`,
    );

  test("SaveOnly saves in the folder, answers the id, and the message can be sent later (MS-OXWSMSG_R80, MS-OXWSMSG_R81, MS-OXWSMSG_R82, MS-OXWSCORE_R298, MS-OXWSCORE_R299)", async () => {
    const key = keyIn(await make("save", "SaveOnly"));
    expect(await place(key)).toBe(await folderId("inbox"));
    expect(sent).toEqual([]);
    expect(
      codes(
        await ews.ask(
          `<m:SendItem SaveItemToFolder="false"><m:ItemIds>${idXml(key)}</m:ItemIds></m:SendItem>`,
        ),
      ),
    ).toEqual(["NoError"]);
    expect(sent).toMatchObject([{ from: anna, to: [ben] }]);
  });

  test("SendOnly sends, keeps nothing and answers no id (MS-OXWSMSG_R83, MS-OXWSMSG_R203, MS-OXWSMSG_R84, MS-OXWSMSG_R31)", async () => {
    expect(all((await make("only", "SendOnly")).body, "t:ItemId")).toEqual([]);
    expect(sent).toMatchObject([{ from: anna, to: [ben] }]);
    for (const folder of ["inbox", "sentitems", "drafts"]) expect(await inFolder(folder, "only")).toEqual([]);
    const lonely =
      '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message/></m:Items></m:CreateItem>';
    expect(codes(await ews.ask(lonely))).toEqual(["ErrorMissingRecipients"]);
  });

  test("SendAndSaveCopy sends, keeps a copy in the folder and answers no id (MS-OXWSMSG_R85, MS-OXWSMSG_R204, MS-OXWSMSG_R86)", async () => {
    expect(all((await make("both", "SendAndSaveCopy")).body, "t:ItemId")).toEqual([]);
    expect(sent).toMatchObject([{ from: anna, to: [ben] }]);
    expect(await inFolder("inbox", "both")).toHaveLength(1);
  });
});

describe("SendItem", () => {
  const send = (key: ItemKey, saves: boolean, folder = "") =>
    ews.ask(
      `<m:SendItem SaveItemToFolder="${saves}"><m:ItemIds>${idXml(key)}</m:ItemIds>${folder && `<m:SavedItemFolderId>${folderXml(folder)}</m:SavedItemFolderId>`}</m:SendItem>`,
    );

  test("keeps a copy in the folder where it is wanted (MS-OXWSCORE_R463, MS-OXWSCORE_R465, MS-OXWSCORE_R1648)", async () => {
    expect(codes(await send(await draft("kept"), true, "junkemail"))).toEqual(["NoError"]);
    expect(await inFolder("junkemail", "kept")).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  test("keeps none where it is not (MS-OXWSCORE_R1649)", async () => {
    expect(codes(await send(await draft("lost"), false))).toEqual(["NoError"]);
    for (const folder of ["drafts", "sentitems"]) expect(await inFolder(folder, "lost")).toEqual([]);
    expect(sent).toHaveLength(1);
  });
});

describe("UpdateItem", () => {
  test("sets, appends to and deletes one property each, of each item (MS-OXWSCORE_R555, MS-OXWSCORE_R556, MS-OXWSCORE_R557, MS-OXWSCORE_R561, MS-OXWSCORE_R61, MS-OXWSCORE_R65)", async () => {
    const item = await draft("before");
    const answered = await ews.ask(
      updateXml(
        item,
        `${setXml("item:Subject", "<t:Subject>after</t:Subject>")}<t:AppendToItemField>${uris("message:ToRecipients")}<t:Message>${to("x@example.org")}</t:Message></t:AppendToItemField><t:DeleteItemField>${uris("item:Categories")}</t:DeleteItemField>`,
      ),
    );
    expect(codes(answered)).toEqual(["NoError"]);
    expect(all(answered.body, "t:Count").map(({ text }) => text)).toEqual(["0"]);
    expect((await read(item, "item:Subject"))?.text).toBe("after");
    expect(
      all((await read(item, "message:ToRecipients")) as never, "t:EmailAddress").map(({ text }) => text),
    ).toEqual([ben, "x@example.org"]);
    expect(await read(item, "item:Categories")).toBeUndefined();
  });

  test("sends and keeps the copy in the folder that it names (MS-OXWSCORE_R514)", async () => {
    const item = await draft("u-sent");
    const request = updateXml(item, setXml("item:Subject", "<t:Subject>u-sent</t:Subject>"))
      .replace("SaveOnly", "SendAndSaveCopy")
      .replace(
        "<m:ItemChanges>",
        `<m:SavedItemFolderId>${folderXml("junkemail")}</m:SavedItemFolderId><m:ItemChanges>`,
      );
    expect(codes(await ews.ask(request))).toEqual(["NoError"]);
    expect(await inFolder("junkemail", "u-sent")).toHaveLength(1);
  });

  test("refuses more than one property in a change (MS-OXWSCDATA_R335)", async () => {
    const both = "<t:Subject>a</t:Subject><t:Importance>Low</t:Importance>";
    expect(codes(await ews.ask(updateXml(await draft(), setXml("item:Subject", both))))).toEqual([
      "ErrorIncorrectUpdatePropertyCount",
    ]);
  });
});

describe("read receipts", () => {
  const mime = (id: string) =>
    Buffer.from(
      `From: x@example.org\r\nTo: ${anna}\r\nSubject: wish\r\nMessage-ID: <${id}@x>\r\nDisposition-Notification-To: <x@example.org>\r\n\r\nb`,
    );
  const arrived = async (id: string): Promise<ItemKey> => {
    await deliverTo(ews, mime(id));
    return (await inFolder("inbox", "wish")).at(0) as ItemKey;
  };
  const markXml = (item: ItemKey, suppress: string) =>
    updateXml(item, setXml("message:IsRead", "<t:IsRead>true</t:IsRead>")).replace(
      "<m:UpdateItem",
      `<m:UpdateItem SuppressReadReceipts="${suppress}"`,
    );
  const responses = async (item: ItemKey) =>
    (await read(item, "item:ResponseObjects"))?.children.map(({ name }) => name);

  test("are sent once, when the message is read, unless suppressed (MS-OXWSCORE_R2311, MS-OXWSCORE_R2315, MS-OXWSCORE_R1376, MS-OXWSCORE_R136, MS-OXWSCDATA_R1295)", async () => {
    const item = await arrived("r1");
    expect(await responses(item)).toContain("t:SuppressReadReceipt");
    expect(codes(await ews.ask(markXml(item, "false")))).toEqual(["NoError"]);
    expect(sent).toMatchObject([{ from: anna, to: ["x@example.org"] }]);
    expect(Buffer.from(sent[0]?.mime ?? []).toString()).toMatch(
      /report-type="?disposition-notification[^]*Original-Message-ID: <r1@x>/,
    );
    expect(await responses(item)).not.toContain("t:SuppressReadReceipt");
    const quiet = await arrived("r2");
    expect(codes(await ews.ask(markXml(quiet, "true")))).toEqual(["NoError"]);
    expect(sent).toHaveLength(1);
  });

  test("MarkAllItemsAsRead marks every item, sends or suppresses, and marks as unread too (MS-OXWSCORE_R1157, MS-OXWSCORE_R1290)", async () => {
    const items = [await arrived("r3"), await arrived("r4")];
    const mark = (flag: boolean, suppress: boolean) =>
      ews.ask(
        `<m:MarkAllItemsAsRead><m:ReadFlag>${flag}</m:ReadFlag><m:SuppressReadReceipts>${suppress}</m:SuppressReadReceipts><m:FolderIds>${folderXml("inbox")}</m:FolderIds></m:MarkAllItemsAsRead>`,
      );
    expect(codes(await mark(true, false))).toEqual(["NoError"]);
    expect(sent).toHaveLength(2);
    for (const item of items) expect((await read(item, "message:IsRead"))?.text).toBe("true");
    await mark(false, true);
    for (const item of items) expect((await read(item, "message:IsRead"))?.text).toBe("false");
    await mark(true, true);
    expect(sent).toHaveLength(2);
  });
});

describe("MarkAsJunk", () => {
  let count = 0;
  const comes = async (): Promise<[folder: string, key: ItemKey]> => {
    const subject = `junk${(count += 1)}`;
    await deliverTo(
      ews,
      Buffer.from(`From: spam@example.org\r\nTo: ${anna}\r\nSubject: ${subject}\r\n\r\nb`),
    );
    for (const folder of ["inbox", "junkemail"]) {
      const [key] = await inFolder(folder, subject);
      if (key) return [folder, key];
    }
    throw new Error("lost");
  };
  const mark = async (key: ItemKey, isJunk: boolean, moves: boolean): Promise<ItemKey | undefined> => {
    const answered = await ews.ask(
      `<m:MarkAsJunk IsJunk="${isJunk}" MoveItem="${moves}"><m:ItemIds>${idXml(key)}</m:ItemIds></m:MarkAsJunk>`,
    );
    expect(codes(answered)).toEqual(["NoError"]);
    const moved = at(messages(answered)[0], "m:MovedItemId");
    return moved && { id: moved.attributes["Id"] ?? "", changeKey: moved.attributes["ChangeKey"] ?? "" };
  };

  test("blocks the sender and moves the message, or only blocks (MS-OXWSCORE_R1839, MS-OXWSCORE_R1920, MS-OXWSCORE_R1840, MS-OXWSCORE_R1921, MS-OXWSCORE_R1850, MS-OXWSCORE_R1851)", async () => {
    const [folder, key] = await comes();
    expect(folder).toBe("inbox");
    expect(await mark(key, true, false)).toBeUndefined();
    expect(await place(key)).toBe(await folderId("inbox"));
    expect((await comes())[0]).toBe("junkemail");
    const moved = await mark(key, true, true);
    expect(await gone(key)).toEqual(["ErrorItemNotFound"]);
    expect(await place(moved as ItemKey)).toBe(await folderId("junkemail"));
    expect((await comes())[0]).toBe("junkemail");
  });

  test("unblocks the sender and moves the message back, or only unblocks (MS-OXWSCORE_R1841, MS-OXWSCORE_R1922, MS-OXWSCORE_R1842, MS-OXWSCORE_R1923)", async () => {
    const [, first] = await comes();
    await mark(first, true, true);
    const [folder, key] = await comes();
    expect(folder).toBe("junkemail");
    expect(await mark(key, false, false)).toBeUndefined();
    expect(await place(key)).toBe(await folderId("junkemail"));
    expect((await comes())[0]).toBe("inbox");
    await mark(key, true, false);
    const back = await mark(key, false, true);
    expect(await place(back as ItemKey)).toBe(await folderId("inbox"));
    expect((await comes())[0]).toBe("inbox");
  });
});
