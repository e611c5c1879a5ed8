import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeMessage } from "../mailbox.ts";
import type { Mailbox } from "../store.ts";
import { all, anna, at, codes, messages, startEws, xmlText, type Answered, type EwsTest } from "./client.ts";
import { folderXml, get, idXml, tagXml, uris } from "./requests.ts";

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const subjects = ["alpha", "Beta", "gamma delta", "ALPHA two", "Émile", "epsilon"];
let ews: EwsTest;
let mailbox: Mailbox;

beforeAll(async () => {
  ews = await startEws();
  const found = ews.side.mailboxes.get(ews.recipient(anna).guid);
  if (!found) throw new Error("Anna has no mailbox");
  mailbox = found;
  for (const [index, subject] of [...subjects, ...subjects].entries()) {
    const mime = Buffer.from(
      `From: p${index}@example.org\r\nTo: ${anna}\r\nSubject: ${subject} ${index}\r\nMessage-ID: <${index}@x>\r\nImportance: ${index % 3 === 0 ? "high" : "normal"}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbody ${index}`,
    );
    const item = await storeMessage(ews.organization, mailbox, "inbox", mime, {
      at: start + index * hour,
      isRead: index % 2 === 0,
    });
    if (index % 4 === 0) item.categories = ["Red", `c${index}`];
    if (index % 5 === 0)
      item.extended.push({
        setId: "00020329-0000-0000-c000-000000000046",
        name: "n",
        type: "Integer",
        value: String(index),
      });
  }
});
afterAll(() => ews.close());

interface Query {
  more?: string;
  view?: string;
  restriction?: string;
  order?: string;
  base?: string;
  folders?: string;
  traversal?: string;
}

function findXml({
  more = uris("message:InternetMessageId"),
  view = "",
  restriction = "",
  order = "",
  base = "IdOnly",
  folders = folderXml("inbox"),
  traversal = "Shallow",
}: Query): string {
  const shape = `<m:ItemShape><t:BaseShape>${base}</t:BaseShape>${more && `<t:AdditionalProperties>${more}</t:AdditionalProperties>`}</m:ItemShape>`;
  return `<m:FindItem Traversal="${traversal}">${shape}${view}${restriction && `<m:Restriction>${restriction}</m:Restriction>`}${order && `<m:SortOrder>${order}</m:SortOrder>`}<m:ParentFolderIds>${folders}</m:ParentFolderIds></m:FindItem>`;
}
/** Numbers of the found messages, in order. */
const numbers = (answered: Answered) =>
  all(answered.body, "t:InternetMessageId").map(({ text }) => Number(/\d+/.exec(text)?.[0]));
const find = async (query: Query) => numbers(await ews.ask(findXml(query)));
const sorted = async (restriction: string) => (await find({ restriction })).toSorted((a, b) => a - b);
const constant = (value: string) =>
  `<t:FieldURIOrConstant><t:Constant Value="${xmlText(value)}"/></t:FieldURIOrConstant>`;
const compare = (operator: string, uri: string, value: string) =>
  `<t:${operator}>${uri.startsWith("<") ? uri : uris(uri)}${constant(value)}</t:${operator}>`;
const contains = (uri: string, value: string, mode = "Substring", comparison = "IgnoreCase") =>
  `<t:Contains ContainmentMode="${mode}" ContainmentComparison="${comparison}">${uris(uri)}<t:Constant Value="${xmlText(value)}"/></t:Contains>`;
const page = (size: number, offset: number, point = "Beginning") =>
  `<m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="${point}"/>`;

describe("a restriction", () => {
  test.each([
    ["equal text, without regard to letter case", compare("IsEqualTo", "item:Subject", "beta 1"), [1]],
    ["a Message-ID", compare("IsEqualTo", "message:InternetMessageId", "<7@x>"), [7]],
    ["a later time", compare("IsGreaterThan", "item:DateTimeReceived", "2026-01-01T09:00:00Z"), [10, 11]],
    [
      "a time in another zone",
      compare("IsLessThanOrEqualTo", "item:DateTimeReceived", "2026-01-01T02:00:00+01:00"),
      [0, 1],
    ],
    ["a flag", compare("IsEqualTo", "message:IsRead", "true"), [0, 2, 4, 6, 8, 10]],
    ["one of the categories", compare("IsEqualTo", "item:Categories", "red"), [0, 4, 8]],
    [
      "a number",
      compare(
        "IsLessThan",
        '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="n" PropertyType="Integer"/>',
        "10",
      ),
      [0, 5],
    ],
    [
      "a header line",
      compare(
        "IsEqualTo",
        '<t:IndexedFieldURI FieldURI="item:InternetMessageHeader" FieldIndex="Importance"/>',
        "high",
      ),
      [0, 3, 6, 9],
    ],
    ["what is there at all", `<t:Exists>${uris("item:Categories")}</t:Exists>`, [0, 4, 8]],
    [
      "bits that are not set",
      `<t:Excludes>${tagXml("0x0E07", "Integer")}<t:Bitmask Value="0x1"/></t:Excludes>`,
      [1, 3, 5, 7, 9, 11],
    ],
    ["text that contains", contains("item:Subject", "ALPHA"), [0, 3, 6, 9]],
    ["text that contains, with its case", contains("item:Subject", "ALPHA", "Substring", "Exact"), [3, 9]],
    ["text that starts", contains("item:Subject", "gam", "Prefixed"), [2, 8]],
    ["words that start", contains("item:Subject", "del", "PrefixOnWords"), [2, 8]],
    ["the whole text", contains("item:Subject", "BETA 1", "FullString"), [1]],
    [
      "text without its accents",
      contains("item:Subject", "emile", "Prefixed", "IgnoreCaseAndNonSpacingCharacters"),
      [4, 10],
    ],
    ["a body", contains("item:Body", "body 11"), [11]],
    ["a sender", contains("message:From", "p3@"), [3]],
    [
      "all of several",
      `<t:And>${contains("item:Subject", "alpha")}${compare("IsEqualTo", "message:IsRead", "true")}</t:And>`,
      [0, 6],
    ],
    [
      "any of several",
      `<t:Or>${contains("item:Subject", "beta")}${compare("IsEqualTo", "item:Subject", "alpha 0")}</t:Or>`,
      [0, 1, 7],
    ],
    ["not one thing", `<t:Not>${compare("IsNotEqualTo", "item:Importance", "High")}</t:Not>`, [0, 3, 6, 9]],
    [
      "two properties that are equal",
      `<t:IsEqualTo>${uris("item:DateTimeSent")}<t:FieldURIOrConstant>${uris("item:DateTimeReceived")}</t:FieldURIOrConstant></t:IsEqualTo>`,
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
  ])("finds %s", async (_, restriction, expected) => {
    expect(await sorted(restriction)).toEqual(expected);
  });

  test("and its negation share the items out among them", async () => {
    const operators = [
      "IsEqualTo",
      "IsNotEqualTo",
      "IsGreaterThan",
      "IsGreaterThanOrEqualTo",
      "IsLessThan",
      "IsLessThanOrEqualTo",
    ];
    const leaf = fc.oneof(
      fc
        .tuple(fc.constantFrom(...operators), fc.integer({ min: -1, max: 12 }))
        .map(([operator, n]) =>
          compare(operator, "item:DateTimeReceived", new Date(start + n * hour).toISOString()),
        ),
      fc
        .tuple(fc.constantFrom(...operators), fc.constantFrom(...subjects, "c4", ""))
        .map(([operator, text]) => compare(operator, "item:Categories", text)),
      fc.constantFrom(...subjects).map((text) => contains("item:Subject", text.slice(0, 3))),
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        tie("tree").map((inner) => `<t:Not>${inner}</t:Not>`),
        fc
          .tuple(fc.constantFrom("And", "Or"), fc.array(tie("tree"), { minLength: 1, maxLength: 3 }))
          .map(([name, parts]) => `<t:${name}>${parts.join("")}</t:${name}>`),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (restriction) => {
        const both = [
          ...(await find({ restriction })),
          ...(await find({ restriction: `<t:Not>${restriction}</t:Not>` })),
        ];
        expect(both.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    [compare("IsEqualTo", "item:MimeContent", "x"), "ErrorUnsupportedPathForQuery"],
    [compare("IsEqualTo", "item:DateTimeSent", "today"), "ErrorInvalidValueForProperty"],
    [contains("item:Size", "1"), "ErrorUnsupportedPathForQuery"],
  ])("of %s is refused with %s", async (restriction, code) => {
    expect(codes(await ews.ask(findXml({ restriction })))).toEqual([code]);
  });
});

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
          expect(found.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
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
      for (const property of found?.children ?? []) expect(whole.children, base).toContainEqual(property);
      expect(at(found, "t:Body")).toBeUndefined();
    }
  });

  test("refuses what only GetItem can tell", async () => {
    for (const uri of ["item:Body", "item:Attachments", "message:ToRecipients", "calendar:Start"]) {
      expect(codes(await ews.ask(findXml({ more: uris(uri) }))), uri).toEqual([
        "ErrorInvalidPropertyRequest",
      ]);
    }
  });

  test("answers each folder of a batch", async () => {
    const other = ews.side.mailboxes.get(ews.recipient("ben.fischer@contoso.com").guid);
    const answered = await ews.ask(
      findXml({ folders: folderXml("inbox") + folderXml("favorites") + folderXml("drafts") }),
    );
    expect(codes(answered)).toEqual(["NoError", "ErrorFolderNotFound", "NoError"]);
    expect(other?.items.size).toBe(0);
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
