import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, messages, type EwsTest } from "./client.ts";
import { compare, everyone, findXml, numbers, startFilled, type Query } from "./filled.ts";
import { folderXml, get, idXml, uris } from "./requests.ts";

let ews: EwsTest;

beforeAll(async () => {
  ews = await startFilled();
});
afterAll(() => ews.close());

const find = async (query: Query) => numbers(await ews.ask(findXml(query)));
const page = (size: number, offset: number, point = "Beginning") =>
  `<m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="${point}"/>`;

describe("pages", () => {
  test("hold every item exactly once, whatever their size, order and end", async () => {
    const orders = fc.constantFrom(
      "",
      `<t:FieldOrder Order="Ascending">${uris("item:Subject")}</t:FieldOrder>`,
      `<t:FieldOrder Order="Descending">${uris("message:IsRead")}</t:FieldOrder>`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 13 }),
        orders,
        fc.constantFrom("Beginning", "End"),
        async (size, order, point) => {
          const found: number[] = [];
          for (let offset = 0, last = false; !last;) {
            const answered = await ews.ask(findXml({ view: page(size, offset, point), order }));
            const root = at(messages(answered)[0], "m:RootFolder")?.attributes ?? {};
            expect(root["TotalItemsInView"]).toBe("12");
            found.push(...numbers(answered));
            expect(Number(root["IndexedPagingOffset"])).toBe(found.length);
            offset = Number(root["IndexedPagingOffset"]);
            last = root["IncludesLastItemInRange"] === "true";
          }
          expect(found.toSorted((a, b) => a - b)).toEqual(everyone);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("come newest first unless told", async () => {
    expect(await find({ view: page(3, 0) })).toEqual([11, 10, 9]);
    expect(
      await find({
        view: page(3, 0),
        order: `<t:FieldOrder Order="Ascending">${uris("item:DateTimeReceived")}</t:FieldOrder>`,
      }),
    ).toEqual([0, 1, 2]);
  });

  test.each([
    ["DateTimeReceived", "0x0E06"],
    ["DateTimeSent", "0x0039"],
    ["DateTimeCreated", "0x3007"],
  ])("are sorted by %s either way, as a field or as a tag", async (field, tag) => {
    const by = (direction: string, uri: string) =>
      find({ view: page(4, 2), order: `<t:FieldOrder Order="${direction}">${uri}</t:FieldOrder>` });
    const extended = `<t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="SystemTime"/>`;
    for (const uri of [uris(`item:${field}`), extended]) {
      expect(await by("Descending", uri)).toEqual([9, 8, 7, 6]);
      expect(await by("Ascending", uri)).toEqual([2, 3, 4, 5]);
    }
  });

  test("hold what a Message-ID names, also beside other conditions", async () => {
    const tag = '<t:ExtendedFieldURI PropertyTag="0x1035" PropertyType="String"/>';
    const named = compare("IsEqualTo", "message:InternetMessageId", "<5@X>");
    expect(await find({ restriction: named })).toEqual([5]);
    expect(await find({ restriction: compare("IsEqualTo", tag, "<5@x>") })).toEqual([5]);
    const and = (value: string) => `<t:And>${compare("IsEqualTo", "message:IsRead", value)}${named}</t:And>`;
    expect(await find({ restriction: and("false") })).toEqual([5]);
    expect(await find({ restriction: and("true") })).toEqual([]);
    expect(await find({ restriction: named, folders: folderXml("drafts") })).toEqual([]);
  });

  test("may be sorted by several properties", async () => {
    const order = `<t:FieldOrder Order="Descending">${uris("message:IsRead")}</t:FieldOrder><t:FieldOrder Order="Ascending">${uris("item:DateTimeReceived")}</t:FieldOrder>`;
    expect(await find({ order })).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
  });

  test("may start at a fraction, or at the first item that fits", async () => {
    const order = `<t:FieldOrder Order="Ascending">${uris("item:DateTimeReceived")}</t:FieldOrder>`;
    expect(
      await find({
        order,
        view: '<m:FractionalPageItemView MaxEntriesReturned="2" Numerator="1" Denominator="2"/>',
      }),
    ).toEqual([6, 7]);
    const seek = `<m:SeekToConditionPageItemView MaxEntriesReturned="2" BasePoint="Beginning"><t:Condition>${compare("IsGreaterThan", "item:DateTimeReceived", "2026-01-01T04:30:00Z")}</t:Condition></m:SeekToConditionPageItemView>`;
    expect(await find({ order, view: seek })).toEqual([5, 6]);
  });

  test.each([
    [page(0, 0), "ErrorInvalidPagingMaxRows"],
    [page(1, -1), "ErrorInvalidIndexedPagingParameters"],
    ['<m:FractionalPageItemView Numerator="3" Denominator="2"/>', "ErrorInvalidFractionalPagingParameters"],
    ['<m:FractionalPageItemView Numerator="-1" Denominator="2"/>', "ErrorInvalidFractionalPagingParameters"],
  ])("such as %s are refused with %s", async (view, code) => {
    expect(codes(await ews.ask(findXml({ view })))).toEqual([code]);
  });
});

describe("FindItem", () => {
  test("answers what GetItem answers, for all that it can answer", async () => {
    for (const base of ["Default", "AllProperties"]) {
      const answered = await ews.ask(findXml({ base, more: "", view: page(1, 0) }));
      const [found] = all(answered.body, "t:Items")[0]?.children ?? [];
      const id = found?.children[0]?.attributes["Id"] ?? "";
      const whole = await get(ews, { id }, "", { base });
      for (const property of found?.children ?? []) expect(whole.children).toContainEqual(property);
      expect(at(found, "t:Body")).toBeUndefined();
    }
  });

  test("refuses what only GetItem can tell", async () => {
    for (const uri of ["item:Body", "item:Attachments", "message:ToRecipients", "folder:DisplayName"]) {
      expect([uri, ...codes(await ews.ask(findXml({ more: uris(uri) })))]).toEqual([
        uri,
        "ErrorInvalidPropertyRequest",
      ]);
    }
  });

  test("answers each folder of a batch", async () => {
    const answered = await ews.ask(
      findXml({ folders: folderXml("inbox") + folderXml("favorites") + folderXml("drafts") }),
    );
    expect(codes(answered)).toEqual(["NoError", "ErrorFolderNotFound", "NoError"]);
    expect(await find({ traversal: "Associated" })).toEqual([]);
  });

  test("finds nothing by ids of items", async () => {
    const [id = ""] = all((await ews.ask(findXml({ view: page(1, 0) }))).body, "t:ItemId").map(
      ({ attributes }) => attributes["Id"],
    );
    const answered = await ews.ask(findXml({ folders: idXml({ id }, "t:FolderId") }));
    expect(codes(answered)).toEqual(["ErrorCannotUseItemIdForFolderId"]);
  });
});
