import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type EwsTest } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import {
  attachXml,
  create,
  deleteXml,
  folderXml,
  get,
  idXml,
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
Subject: Before
Message-ID: <1@contoso.com>`,
  "<p>Grüße</p>",
);
const mark = `<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="n" PropertyType="String"/>`;
let ews: EwsTest;
let item: ItemKey;
let folders: Record<"sentitems" | "inbox", string>;

beforeAll(async () => {
  ews = await startEws();
  const answered = await ews.ask(getFoldersXml(`${folderXml()}${folderXml("inbox")}`, "IdOnly"));
  const [sentitems = "", inbox = ""] = all(answered.body, "t:FolderId").map(
    ({ attributes }) => attributes["Id"] ?? "",
  );
  folders = { sentitems, inbox };
});
afterAll(() => ews.close());
beforeEach(async () => {
  const times = `<t:ExtendedProperty>${tagXml("0x0E06", "SystemTime")}<t:Value>2026-01-02T03:04:05Z</t:Value></t:ExtendedProperty>`;
  item = await create(ews, { before: mimeXml(mime), after: times });
  const property = `<t:ExtendedProperty>${mark}<t:Value>v</t:Value></t:ExtendedProperty>`;
  const changes = [
    setXml("item:Categories", "<t:Categories><t:String>Red</t:String></t:Categories>"),
    setXml("item:Flag", "<t:Flag><t:FlagStatus>Flagged</t:FlagStatus></t:Flag>"),
    setXml(mark, property),
  ];
  await ews.ask(updateXml(item, changes.join("")));
});

const exportXml = (...items: ItemKey[]) =>
  `<m:ExportItems><m:ItemIds>${items.map((each) => idXml({ id: each.id })).join("")}</m:ItemIds></m:ExportItems>`;
const exported = async (key = item): Promise<string> =>
  at(messages(await ews.ask(exportXml(key)))[0], "m:Data")?.text ?? "";
const uploadXml = (action: string, data: string, { to = folders.sentitems, id = "", more = "" } = {}) =>
  `<t:Item CreateAction="${action}"${more}>${idXml({ id: to }, "t:ParentFolderId")}${id && idXml({ id })}<t:Data>${data}</t:Data></t:Item>`;
const upload = (...items: string[]) =>
  ews.ask(`<m:UploadItems><m:Items>${items.join("")}</m:Items></m:UploadItems>`);
const uploaded = async (answered: ReturnType<typeof upload>): Promise<string> =>
  at(messages(await answered)[0], "m:ItemId")?.attributes["Id"] ?? "";
/** All that a client sees of an item, but for its identity. */
const seen = async (id: string) => {
  const found = await get(ews, { id }, `${uris("item:Body")}${mark}`, { base: "AllProperties", mime: true });
  const own = [
    "t:ItemId",
    "t:ParentFolderId",
    "t:InstanceKey",
    "t:ResponseObjects",
    "t:LastModifiedTime",
    "t:WebClientReadFormQueryString",
    "t:WebClientEditFormQueryString",
  ];
  const rest = found.children.filter(({ name }) => !own.includes(name));
  return JSON.parse(
    JSON.stringify(rest).replaceAll(/"(Id|RootItemId|RootItemChangeKey)":"[^"]*",?/g, ""),
  ) as unknown;
};
const remove = (id: string) => ews.ask(deleteXml(idXml({ id })));

describe("ExportItems", () => {
  test("answers each item's id and data (MS-OXWSBTRF_R2107, MS-OXWSBTRF_R2108, MS-OXWSBTRF_R169, MS-OXWSBTRF_R170, MS-OXWSBTRF_R172, MS-OXWSBTRF_R173, MS-OXWSBTRF_R179, MS-OXWSBTRF_R182, MS-OXWSBTRF_R70, MS-OXWSBTRF_R168, MS-OXWSBTRF_R171, MS-OXWSCDATA_R191)", async () => {
    const other = await create(ews, { before: mimeXml(mime) });
    const answered = await ews.ask(exportXml(item, other));
    expect(codes(answered)).toEqual(["NoError", "NoError"]);
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Success");
    expect(all(answered.body, "m:ItemId").map(({ attributes }) => attributes["Id"])).toEqual([
      item.id,
      other.id,
    ]);
    for (const { text } of all(answered.body, "m:Data")) {
      expect(text.length).toBeGreaterThan(0);
      expect(Buffer.from(text, "base64").toString("base64")).toBe(text);
    }
    expect(messages(answered)[0]?.children.map(({ name }) => name)).toEqual([
      "m:ResponseCode",
      "m:ItemId",
      "m:Data",
    ]);
  });

  test("fails for an item that is gone (MS-OXWSBTRF_R2109, MS-OXWSBTRF_R2110)", async () => {
    await remove(item.id);
    const answered = await ews.ask(exportXml(item));
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Error");
    expect(codes(answered)).toEqual(["ErrorItemNotFound"]);
  });
});

describe("UploadItems", () => {
  test.each(["AAAA", "not base64!"])("refuses the change key %s", async (ChangeKey) => {
    const id = idXml({ id: item.id, changeKey: ChangeKey });
    const xml = uploadXml("Update", await exported(), { id: item.id }).replace(idXml({ id: item.id }), id);
    expect(codes(await upload(xml))).toEqual(["ErrorInvalidChangeKey"]);
  });

  test("restores an item that was deleted, the same in all but its identity (MS-OXWSBTRF_R2007, MS-OXWSBTRF_R2008, MS-OXWSBTRF_R195, MS-OXWSBTRF_R200, MS-OXWSBTRF_R207, MS-OXWSBTRF_R226)", async () => {
    const before = await seen(item.id);
    const data = await exported();
    await remove(item.id);
    const id = await uploaded(upload(uploadXml("CreateNew", data)));
    expect(await seen(id)).toEqual(before);
  });

  test("restores what is only referred to, which no MIME has", async () => {
    const reference = `<t:ReferenceAttachment><t:Name>plan</t:Name><t:AttachLongPathName>https://drive.contoso.com/plan</t:AttachLongPathName><t:ProviderType>OneDrivePro</t:ProviderType></t:ReferenceAttachment>`;
    await ews.ask(attachXml({ id: item.id }, reference));
    const before = await seen(item.id);
    expect(JSON.stringify(before)).toContain("https://drive.contoso.com/plan");
    const id = await uploaded(upload(uploadXml("CreateNew", await exported())));
    expect(await seen(id)).toEqual(before);
  });

  test("makes a new item with an id of its own beside the one named (MS-OXWSBTRF_R228, MS-OXWSBTRF_R211, MS-OXWSBTRF_R127, MS-OXWSBTRF_R199, MS-OXWSBTRF_R201)", async () => {
    const answered = await upload(
      uploadXml("CreateNew", await exported(), { to: folders.inbox, id: item.id }),
    );
    expect(messages(answered)[0]?.children.map(({ name }) => name)).toEqual(["m:ResponseCode", "m:ItemId"]);
    const id = at(messages(answered)[0], "m:ItemId")?.attributes["Id"] ?? "";
    expect(id).not.toBe(item.id);
    const found = await get(ews, { id }, uris("item:ParentFolderId"));
    expect(at(found, "t:ParentFolderId")?.attributes["Id"]).toBe(folders.inbox);
    await expect(get(ews, item)).resolves.toBeDefined();
  });

  test.each(["Update", "UpdateOrCreate"])(
    "%s puts an item back to what it was, under the same id (MS-OXWSBTRF_R214, MS-OXWSBTRF_R229, MS-OXWSBTRF_R2321)",
    async (action) => {
      const before = await seen(item.id);
      const data = await exported();
      await ews.ask(updateXml(item, setXml("item:Subject", "<t:Subject>After</t:Subject>")));
      expect(await uploaded(upload(uploadXml(action, data, { id: item.id })))).toBe(item.id);
      expect(await seen(item.id)).toEqual(before);
    },
  );

  test("updates no item of another folder, but makes one there where it may (MS-OXWSBTRF_R231, MS-OXWSBTRF_R235, MS-OXWSBTRF_R2351, MS-OXWSBTRF_R2009, MS-OXWSBTRF_R2010)", async () => {
    const data = await exported();
    const elsewhere = { to: folders.inbox, id: item.id };
    const refused = await upload(uploadXml("Update", data, elsewhere));
    expect(messages(refused)[0]?.attributes["ResponseClass"]).toBe("Error");
    expect(codes(refused)).toEqual(["ErrorItemNotFound"]);
    const id = await uploaded(upload(uploadXml("UpdateOrCreate", data, elsewhere)));
    expect(id).not.toBe(item.id);
  });

  test("refuses data that no server gave, each in its place", async () => {
    const swollen = gzipSync(Buffer.alloc(160_000_000)).toString("base64");
    const wrong = gzipSync(JSON.stringify({ mime: "", extended: "x" })).toString("base64");
    const data = await exported();
    const tricked = [swollen, wrong, "AAAA", ""].map((each) => uploadXml("CreateNew", each));
    const answered = await upload(...tricked, uploadXml("CreateNew", data));
    expect(codes(answered)).toEqual([...tricked.map(() => "ErrorCorruptData"), "NoError"]);
  });

  test("keeps no folder associated items", async () => {
    const answered = await upload(uploadXml("CreateNew", await exported(), { more: ' IsAssociated="true"' }));
    expect(codes(answered)).toEqual(["ErrorInvalidOperation"]);
  });
});
