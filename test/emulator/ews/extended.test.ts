import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, startEws, xmlText, type EwsTest } from "./client.ts";
import { create, get, setXml, tagXml, updateXml, type ItemKey } from "./requests.ts";
import type { Element } from "./xml.ts";

const guid = "00020329-0000-0000-c000-000000000046";
let ews: EwsTest;
let item: ItemKey;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
});

const named = (attributes: string, type = "String") =>
  `<t:ExtendedFieldURI ${attributes} PropertyType="${type}"/>`;
const property = (uri: string, values: string | string[]) => {
  const list = [values].flat().map((value) => `<t:Value>${xmlText(value)}</t:Value>`);
  return `<t:ExtendedProperty>${uri}${Array.isArray(values) ? `<t:Values>${list.join("")}</t:Values>` : list.join("")}</t:ExtendedProperty>`;
};
const write = async (uri: string, values: string | string[]) =>
  codes(await ews.ask(updateXml({ id: item.id }, setXml(uri, property(uri, values)))));
const read = async (uri: string): Promise<Element | undefined> =>
  at(await get(ews, item, uri), "t:ExtendedProperty");
const values = async (uri: string) =>
  all((await read(uri)) ?? { name: "", attributes: {}, children: [], text: "" }, "t:Value").map(
    ({ text }) => text,
  );

describe("an extended property", () => {
  test("comes back as it was written, whatever its name and text", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const identity = fc.oneof(
      text.map((name) => named(`DistinguishedPropertySetId="PublicStrings" PropertyName="${xmlText(name)}"`)),
      fc
        .tuple(fc.uuid(), text)
        .map(([set, name]) => named(`PropertySetId="${set}" PropertyName="${xmlText(name)}"`)),
      fc
        .integer({ min: 0x8000, max: 0xfffe })
        .map((id) => named(`DistinguishedPropertySetId="Common" PropertyId="${id}"`)),
      fc.integer({ min: 0x6600, max: 0x67ff }).map((tag) => tagXml(`0x${tag.toString(16)}`, "String")),
    );
    await fc.assert(
      fc.asyncProperty(identity, text, async (uri, value) => {
        expect(await write(uri, value)).toEqual(["NoError"]);
        expect(await values(uri)).toEqual([value]);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["Integer", "-2147483648", "-2147483648"],
    ["Boolean", "1", "true"],
    ["SystemTime", "2026-11-22T12:00:00+02:00", "2026-11-22T10:00:00Z"],
    ["Binary", "AQID", "AQID"],
    ["Double", "1.50", "1.5"],
    ["CLSID", guid.toUpperCase(), guid],
    ["Long", "9223372036854775807", "9223372036854775807"],
  ])("of type %s is answered in Exchange's form", async (type, value, answered) => {
    const uri = named(`PropertySetId="${guid}" PropertyName="p"`, type);
    await write(uri, value);
    expect(await values(uri)).toEqual([answered]);
  });

  test("may hold several values", async () => {
    const uri = named(`PropertySetId="${guid}" PropertyName="many"`, "StringArray");
    await write(uri, ["a", "", "c"]);
    expect(await values(uri)).toEqual(["a", "", "c"]);
  });

  test("is the same by set name or guid, by hexadecimal or decimal tag", async () => {
    await write(named('DistinguishedPropertySetId="PublicStrings" PropertyName="same"'), "1");
    expect(await values(named(`PropertySetId="${guid}" PropertyName="same"`))).toEqual(["1"]);
    await write(tagXml("0x6603", "String"), "2");
    expect(await values(tagXml("26115", "String"))).toEqual(["2"]);
    expect((await read(tagXml("26115", "String")))?.children[0]?.attributes["PropertyTag"]).toBe("0x6603");
  });

  test("is another one under another type or name", async () => {
    await write(named(`PropertySetId="${guid}" PropertyName="n"`), "1");
    expect(await values(named(`PropertySetId="${guid}" PropertyName="n"`, "Integer"))).toEqual([]);
    expect(await values(named(`PropertySetId="${guid}" PropertyName="N"`))).toEqual([]);
  });

  test("is gone after it was deleted", async () => {
    const uri = tagXml("0x6604", "String");
    await write(uri, "x");
    await ews.ask(updateXml({ id: item.id }, `<t:DeleteItemField>${uri}</t:DeleteItemField>`));
    expect(await read(uri)).toBeUndefined();
  });

  test.each([
    [
      named(`PropertySetId="${guid}" PropertyName="p"`, "Integer"),
      "many",
      "ErrorInvalidExtendedPropertyValue",
    ],
    [
      named(`PropertySetId="${guid}" PropertyName="p"`, "Integer"),
      "2147483648",
      "ErrorInvalidExtendedPropertyValue",
    ],
    [
      named(`PropertySetId="${guid}" PropertyName="p"`, "SystemTime"),
      "yesterday",
      "ErrorInvalidExtendedPropertyValue",
    ],
    [
      named(`PropertySetId="${guid}" PropertyName="p"`, "StringArray"),
      "one",
      "ErrorInvalidExtendedPropertyValue",
    ],
    [named(`PropertySetId="${guid}" PropertyName="p"`, "Object"), "x", "ErrorUnsupportedMapiPropertyType"],
    [named(`PropertySetId="${guid}"`), "x", "ErrorInvalidExtendedProperty"],
    [named(`PropertySetId="${guid}" PropertyName="p" PropertyId="3"`), "x", "ErrorInvalidExtendedProperty"],
    [named('PropertyTag="0x6604" PropertyName="p"'), "x", "ErrorInvalidExtendedProperty"],
    [named('PropertyTag="0x8001"'), "x", "ErrorNoPropertyTagForCustomProperties"],
  ])("is refused as %s with the value %s: %s", async (uri, value, code) => {
    expect(await write(uri, value)).toEqual([code]);
  });
});

describe("a MAPI property that the item has under another name", () => {
  test("shows flags, headers, categories and ids", async () => {
    const mime = Buffer.from(
      "Subject: y\r\nMessage-ID: <m@x>\r\nX-Own: 1\r\nIn-Reply-To: <r@x>\r\n\r\nbody",
    ).toString("base64");
    item = await create(ews, {
      before: `<t:MimeContent>${mime}</t:MimeContent><t:Categories><t:String>Red</t:String></t:Categories>`,
    });
    expect(await values(tagXml("0x0E07", "Integer"))).toEqual(["1"]);
    expect(await values(tagXml("0x1035", "String"))).toEqual(["<m@x>"]);
    expect(await values(tagXml("0x1042", "String"))).toEqual(["<r@x>"]);
    expect(await values(named('DistinguishedPropertySetId="InternetHeaders" PropertyName="x-own"'))).toEqual([
      "1",
    ]);
    expect(
      await values(
        named('DistinguishedPropertySetId="PublicStrings" PropertyName="Keywords"', "StringArray"),
      ),
    ).toEqual(["Red"]);
    expect(await values(tagXml("0x007D", "String"))).toEqual([]);
  });

  test.each([
    [named('DistinguishedPropertySetId="InternetHeaders" PropertyName="x-own"'), "1"],
    [tagXml("0x1042", "String"), "<r@x>"],
    [tagXml("0x1090", "Integer"), "2"],
    [named('DistinguishedPropertySetId="PublicStrings" PropertyName="Keywords"', "StringArray"), ["Red"]],
  ])("goes from there when it is deleted: %s", async (uri, value) => {
    expect(await write(uri, value)).toEqual(["NoError"]);
    expect(await values(uri)).toEqual([value].flat());
    await ews.ask(updateXml({ id: item.id }, `<t:DeleteItemField>${uri}</t:DeleteItemField>`));
    expect(await values(uri)).toEqual([]);
  });
});
