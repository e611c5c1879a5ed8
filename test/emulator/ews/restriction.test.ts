import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, xmlText, type EwsTest } from "./client.ts";
import {
  compare,
  everyone,
  findXml,
  hour,
  numbers,
  start,
  startFilled,
  subjects,
  type Query,
} from "./filled.ts";
import { tagXml, uris } from "./requests.ts";

let ews: EwsTest;

beforeAll(async () => {
  ews = await startFilled();
});
afterAll(() => ews.close());

const find = async (query: Query) => numbers(await ews.ask(findXml(query)));
const sorted = async (restriction: string) => (await find({ restriction })).toSorted((a, b) => a - b);
const contains = (uri: string, value: string, mode = "Substring", comparison = "IgnoreCase") =>
  `<t:Contains ContainmentMode="${mode}" ContainmentComparison="${comparison}">${uris(uri)}<t:Constant Value="${xmlText(value)}"/></t:Contains>`;

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
    ["text with its accents", contains("item:Subject", "emile", "Prefixed", "IgnoreCase"), []],
    ["text with its case", contains("item:Subject", "emile", "Prefixed", "IgnoreNonSpacingCharacters"), []],
    ["text loosely", contains("item:Subject", "emile", "Prefixed", "Loose"), [4, 10]],
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
      everyone,
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
        expect(both.toSorted((a, b) => a - b)).toEqual(everyone);
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
