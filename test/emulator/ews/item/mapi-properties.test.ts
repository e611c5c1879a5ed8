import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, startEws, xmlText, type EwsTest } from "../client.ts";
import { decompressId } from "../id-compression.ts";
import { create, folderXml, get, idXml, keyIn, mimeXml, tagXml, uris, type ItemKey } from "../requests.ts";

const mime = `Received: from x by y; Fri, 2 Jan 2026 03:04:05 +0000
From: Xaver <x@example.org>
Sender: Secretary <s@example.org>
Reply-To: Desk <desk@example.org>
To: Anna Weber <${anna}>, b@example.org
Cc: Cora <c@example.org>
Subject: RE: Topic
Message-ID: <mapi@x>
Date: Fri, 2 Jan 2026 03:00:00 +0000
Importance: high
Disposition-Notification-To: x@example.org
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Grüße</p>
`;
let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws(async () => undefined);
  item = await create(ews, { before: mimeXml(mime) });
});
afterAll(() => ews.close());

async function value(path: string, of: { id: string } = item): Promise<string | undefined> {
  return at(await get(ews, of, path), "t:ExtendedProperty", "t:Value")?.text;
}
const bytes = async (tag: string, of?: { id: string }): Promise<string> =>
  Buffer.from((await value(tagXml(tag, "Binary"), of)) ?? "", "base64").toString("hex");
const common = (id: number, type: string): string =>
  `<t:ExtendedFieldURI DistinguishedPropertySetId="Common" PropertyId="${id}" PropertyType="${type}"/>`;

describe("a property of MAPI", () => {
  test.each<[tag: string, type: string, value: string]>([
    ["0x0C1A", "String", "Secretary"],
    ["0x0C1E", "String", "SMTP"],
    ["0x0C1F", "String", "s@example.org"],
    ["0x5D01", "String", "s@example.org"],
    ["0x0042", "String", "Xaver"],
    ["0x0065", "String", "x@example.org"],
    ["0x5D02", "String", "x@example.org"],
    ["0x0040", "String", "Anna Weber"],
    ["0x5D07", "String", anna],
    ["0x0050", "String", "Desk"],
    ["0x0E03", "String", "Cora"],
    ["0x0E04", "String", "Anna Weber; b@example.org"],
    ["0x3FFA", "String", "Anna Weber"],
    ["0x003D", "String", "RE: "],
    ["0x0E1D", "String", "Topic"],
    ["0x0070", "String", "Topic"],
    ["0x0026", "Integer", "1"],
    ["0x0029", "Boolean", "true"],
    ["0x0023", "Boolean", "false"],
    ["0x0E69", "Boolean", "true"],
    ["0x0FFE", "Integer", "5"],
    ["0x1016", "Integer", "3"],
    ["0x1035", "String", "<mapi@x>"],
    ["0x3FDE", "Integer", "65001"],
  ])("%s:%s is %s", async (tag, type, expected) => {
    expect(await value(tagXml(tag, type))).toBe(expected);
  });

  test("tells the size as both types, and the HTML as bytes", async () => {
    const size = at(await get(ews, item, uris("item:Size")), "t:Size")?.text;
    expect(await value(tagXml("0x0E08", "Integer"))).toBe(size);
    expect(await value(tagXml("0x0E08", "Long"))).toBe(size);
    expect(Buffer.from(await bytes("0x1013"), "hex").toString()).toContain("<p>Grüße</p>");
  });

  test("is no mail's who received it where nobody did", async () => {
    const draft = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    expect(await value(tagXml("0x0040", "String"), draft)).toBeUndefined();
  });

  test("tells when to remind, and whether", async () => {
    const reminder = `<t:ReminderDueBy>2026-03-04T10:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>`;
    const reminding = await create(ews, { before: reminder, flags: "" });
    expect(await value(common(0x8502, "SystemTime"), reminding)).toBe("2026-03-04T10:00:00Z");
    expect(await value(common(0x8560, "SystemTime"), reminding)).toBe("2026-03-04T09:45:00Z");
    expect(await value(common(0x8503, "Boolean"), reminding)).toBe("true");
    expect(await value(common(0x8503, "Boolean"))).toBe("false");
  });
});

describe("what tells items apart", () => {
  const copied = async (): Promise<{ id: string }> =>
    keyIn(
      await ews.ask(
        `<m:CopyItem><m:ToFolderId>${folderXml("inbox")}</m:ToFolderId><m:ItemIds>${idXml({ id: item.id })}</m:ItemIds></m:CopyItem>`,
      ),
    );

  test("is the entry id that ConvertId tells too", async () => {
    const converted = await ews.ask(
      `<m:ConvertId DestinationFormat="HexEntryId"><m:SourceIds><t:AlternateId Format="EwsId" Id="${xmlText(item.id)}" Mailbox="${anna}"/></m:SourceIds></m:ConvertId>`,
    );
    const hex = all(converted.body, "m:AlternateId")[0]?.attributes["Id"]?.toLowerCase();
    expect(await bytes("0x0FFF")).toBe(hex);
    expect(await bytes("0x0FF9")).toBe(hex);
  });

  test("is the folder's and the store's entry id", async () => {
    const folder = at(await get(ews, item, uris("item:ParentFolderId")), "t:ParentFolderId");
    const folderId = decompressId(Buffer.from(folder?.attributes["Id"] ?? "", "base64"))?.toString("hex");
    expect(folderId?.endsWith((await bytes("0x0E09")) || "-")).toBe(true);
    const store = at(await get(ews, item, uris("item:StoreEntryId")), "t:StoreEntryId")?.text ?? "";
    expect(await bytes("0x0FFB")).toBe(Buffer.from(store, "base64").toString("hex"));
    expect(await bytes("0x0E09", await copied())).not.toBe(await bytes("0x0E09"));
  });

  test("differs between copies, but for the search key", async () => {
    const copy = await copied();
    for (const tag of ["0x0FFF", "0x0FF9", "0x0FF6", "0x65E0", "0x65E2", "0x65E3"])
      expect(await bytes(tag, copy)).not.toBe(await bytes(tag));
    expect(await bytes("0x300B")).toMatch(/^[0-9a-f]{32}$/);
    expect(await bytes("0x300B", copy)).toBe(await bytes("0x300B"));
    const other = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    expect(await bytes("0x300B", other)).not.toBe(await bytes("0x300B"));
  });

  test("is kept where it is a search key that came with the message, and cannot be written else", async () => {
    const property = (tag: string): string =>
      `<t:ExtendedProperty>${tagXml(tag, "Binary")}<t:Value>AQIDBA==</t:Value></t:ExtendedProperty>`;
    const made = await create(ews, { before: property("0x300B") + property("0x0FFF") });
    expect(await bytes("0x300B", made)).toBe("01020304");
    expect(await bytes("0x0FFF", made)).not.toBe("01020304");
  });
});

describe("a conversation", () => {
  const reply = async (to: ItemKey): Promise<ItemKey> =>
    keyIn(
      await ews.ask(
        `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:ReplyToItem>${idXml(to, "t:ReferenceItemId")}</t:ReplyToItem></m:Items></m:CreateItem>`,
      ),
    );
  const conversation = async (of: { id: string }) =>
    at(await get(ews, of, uris("item:ConversationId")), "t:ConversationId")?.attributes["Id"];

  test("has its guid in every message's index, which begins with the time", async () => {
    const index = await bytes("0x0071");
    expect(index).toBe(`01${index.slice(2, 12)}${await bytes("0x3013")}`);
    const filetime = BigInt(`0x${index.slice(0, 12)}0000`);
    const at1970 = 116_444_736_000_000_000n;
    const told = Number((filetime - at1970) / 10_000n);
    expect(Math.abs(told - Date.UTC(2026, 0, 2, 3))).toBeLessThan(10);
    const shown = at(await get(ews, item, uris("message:ConversationIndex")), "t:ConversationIndex")?.text;
    expect(Buffer.from(shown ?? "", "base64").toString("hex")).toBe(index);
  });

  test("goes on with five more bytes in each answer", async () => {
    const first = await reply(item);
    const second = await reply(first);
    const indexes = [await bytes("0x0071"), await bytes("0x0071", first), await bytes("0x0071", second)];
    expect(indexes.map(({ length }) => length / 2)).toEqual([22, 27, 32]);
    expect(indexes[2]?.startsWith(indexes[1] ?? "-")).toBe(true);
    expect(indexes[1]?.startsWith(indexes[0] ?? "-")).toBe(true);
    expect(await conversation(second)).toBe(await conversation(item));
  });

  test("is known again by the index that a message came with", async () => {
    const guid = "00112233445566778899aabbccddeeff";
    const thread = (more: string): string =>
      `Thread-Index: ${Buffer.from(`01dc7b123456${guid}${more}`, "hex").toString("base64")}\nSubject: x\n\nx`;
    const [one, other] = [
      await create(ews, { before: mimeXml(thread("")) }),
      await create(ews, { before: mimeXml(thread("0102030405")) }),
    ];
    expect(await bytes("0x3013", one)).toBe(guid);
    expect(await conversation(other)).toBe(await conversation(one));
  });
});
