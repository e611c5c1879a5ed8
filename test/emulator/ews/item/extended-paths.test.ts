import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, codes, soap, startEws, type EwsTest } from "../client.ts";
import { create, get, getXml, setXml, updateXml, type ItemKey } from "../requests.ts";

const guid = "A1B2C3D4-0001-4002-8003-a00000000001";
let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws();
  item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
});
afterAll(() => ews.close());

const path = (attributes: string, type = "String") =>
  `<t:ExtendedFieldURI ${attributes} PropertyType="${type}"/>`;
const property = (uri: string, ...values: string[]) =>
  `<t:ExtendedProperty>${uri}<t:Values>${values.map((value) => `<t:Value>${value}</t:Value>`).join("")}</t:Values></t:ExtendedProperty>`;
const single = (uri: string, value: string) =>
  `<t:ExtendedProperty>${uri}<t:Value>${value}</t:Value></t:ExtendedProperty>`;
const write = async (uri: string, value: string) =>
  codes(await ews.ask(updateXml({ id: item.id }, setXml(uri, value))));

describe("the path of an extended property", () => {
  test.each([
    [
      'DistinguishedPropertySetId="Common" PropertyId="34144"',
      "MS-OXWSXPROP_R148 MS-OXWSXPROP_R43 MS-OXWSXPROP_R152 MS-OXWSXPROP_R55 MS-OXWSXPROP_R37",
    ],
    [
      'DistinguishedPropertySetId="PublicStrings" PropertyName="name"',
      "MS-OXWSXPROP_R43 MS-OXWSXPROP_R151 MS-OXWSXPROP_R53",
    ],
    [
      `PropertySetId="${guid}" PropertyName="name"`,
      "MS-OXWSXPROP_R149 MS-OXWSXPROP_R47 MS-OXWSXPROP_R53 MS-OXWSXPROP_R124 MS-OXWSXPROP_R131",
    ],
    [`PropertySetId="${guid}" PropertyId="7"`, "MS-OXWSXPROP_R47 MS-OXWSXPROP_R55"],
    ['PropertyTag="0x6605"', "MS-OXWSXPROP_R50 MS-OXWSXPROP_R122"],
    ['PropertyTag="0X6606"', "MS-OXWSXPROP_R122"],
    ['PropertyTag="26119"', "MS-OXWSXPROP_R50"],
  ])("may be %s (%s)", async (attributes) => {
    const uri = path(attributes);
    expect(await write(uri, single(uri, "v"))).toEqual(["NoError"]);
    const [found] = all(await get(ews, item, uri), "t:ExtendedProperty");
    expect(found?.children.map(({ name }) => name)).toEqual(["t:ExtendedFieldURI", "t:Value"]);
    expect(found?.children[1]?.text).toBe("v");
    expect(found?.children[0]?.attributes["PropertyType"]).toBe("String");
  });

  test.each([
    [
      `DistinguishedPropertySetId="Common" PropertySetId="${guid}" PropertyId="1"`,
      "MS-OXWSXPROP_R42 MS-OXWSXPROP_R157",
    ],
    ['DistinguishedPropertySetId="Common" PropertyTag="0x6601"', "MS-OXWSXPROP_R161 MS-OXWSXPROP_R51"],
    ['DistinguishedPropertySetId="Common"', "MS-OXWSXPROP_R43"],
    [`PropertySetId="${guid}" PropertyTag="0x6601"`, "MS-OXWSXPROP_R158 MS-OXWSXPROP_R138"],
    [`PropertySetId="${guid}"`, "MS-OXWSXPROP_R47"],
    ['PropertyTag="0x6601" PropertyName="n"', "MS-OXWSXPROP_R139"],
    ['PropertyTag="0x6601" PropertyId="1"', "MS-OXWSXPROP_R140"],
    ['PropertyName="n"', "MS-OXWSXPROP_R53"],
    ['PropertyId="1"', "MS-OXWSXPROP_R55"],
  ])("is none with %s (%s)", async (attributes) => {
    const uri = path(attributes);
    expect(await write(uri, single(uri, "v"))).toEqual(["ErrorInvalidExtendedProperty"]);
  });

  test("has a set id that is a guid, and a tag of four digits (MS-OXWSXPROP_R124, MS-OXWSXPROP_R122)", async () => {
    for (const attributes of [
      'PropertySetId="no-guid" PropertyName="n"',
      'PropertyTag="0x66010"',
      'PropertyTag="x"',
    ])
      expect(codes(await ews.raw(soap(getXml([item], path(attributes)))))).toEqual(["ErrorSchemaValidation"]);
  });
});

describe("several values", () => {
  test.each([
    ["ApplicationTimeArray", ["1.5", "-2"]],
    ["BinaryArray", ["AQID", ""]],
    ["CLSIDArray", ["00020329-0000-0000-c000-000000000046"]],
    ["CurrencyArray", ["1", "-9223372036854775808"]],
    ["DoubleArray", ["0.1", "100000"]],
    ["FloatArray", ["1", "2.5"]],
    ["IntegerArray", ["1", "-2147483648"]],
    ["LongArray", ["9223372036854775807"]],
    ["ShortArray", ["-32768", "32767"]],
    ["StringArray", ["a", "", "ü"]],
    ["SystemTimeArray", ["2026-01-01T00:00:00Z"]],
  ])(
    "of type %s come back in their order (MS-OXWSXPROP_R147, MS-OXWSXPROP_R23, MS-OXWSXPROP_R144, MS-OXWSXPROP_R127)",
    async (type, values) => {
      const uri = path(`PropertySetId="${guid}" PropertyName="many"`, type);
      expect(await write(uri, property(uri, ...values))).toEqual(["NoError"]);
      const [found] = all(await get(ews, item, uri), "t:ExtendedProperty");
      expect(found?.children.map(({ name }) => name)).toEqual(["t:ExtendedFieldURI", "t:Values"]);
      expect(found?.children[1]?.children.map(({ name, text }) => [name, text])).toEqual(
        values.map((value) => ["t:Value", value]),
      );
    },
  );

  test("are at least one (MS-OXWSXPROP_R23)", async () => {
    const uri = path(`PropertySetId="${guid}" PropertyName="none"`, "StringArray");
    const answered = await ews.raw(soap(updateXml({ id: item.id }, setXml(uri, property(uri)))));
    expect(codes(answered)).toEqual(["ErrorSchemaValidation"]);
  });
});
