import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { element, namespaces, readXml, writeXml, type Element } from "./xml.ts";

/** Text that XML 1.0 can hold. */
const text = fc
  .string({ unit: "binary" })
  .map((value) => value.replace(/(?![\t\n\r\u007F-\u009F])\p{Cc}|[\uFFFE\uFFFF]|\p{Cs}/gu, ""));

describe("what is written", () => {
  test("is read as the same, whatever the text", () => {
    const leaf = fc.record({ value: text, attribute: text });
    fc.assert(
      fc.property(fc.array(leaf), (leaves) => {
        const children = leaves.map(({ value, attribute }) =>
          element("t:String", { Name: attribute }, value),
        );
        const root = element("m:Items", {}, ...children);
        expect(readXml(writeXml(root))).toEqual(root);
      }),
    );
  });

  test("leaves out what XML forbids, and is well-formed whatever it was given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(() => readXml(writeXml(element("t:String", { Name: value }, value)))).not.toThrow();
      }),
    );
    expect(readXml(writeXml(element("t:String", {}, "a\u0000\u0008\uD800\uFFFEb\tc"))).text).toBe("ab\tc");
  });
});

describe("reading", () => {
  const wrap = (inner: string) =>
    readXml(`<x:A xmlns:x="${namespaces.t}" xmlns="${namespaces.m}">${inner}</x:A>`);
  const names = ({ name, children }: Element): unknown =>
    children.length > 0 ? [name, ...children.map(names)] : name;

  test("resolves namespaces, whatever prefixes the client chose", () => {
    expect(names(wrap(`<B/><x:C/><y:D xmlns:y="${namespaces.s}" xmlns:x="urn:other"><x:E/></y:D>`))).toEqual([
      "t:A",
      "m:B",
      "t:C",
      ["s:D", "{urn:other}:E"],
    ]);
  });

  test("keeps numbers and white space as they stand", () => {
    expect(wrap("<x:B>  007 </x:B>").children[0]?.text).toBe("  007 ");
  });

  test("takes character data literally and comments not at all", () => {
    expect(wrap("<x:B>a<!-- c --><![CDATA[<&amp;>]]>&lt;&#65;&#x42;</x:B>").children[0]?.text).toBe(
      "a<&amp;><AB",
    );
  });

  test.each([
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DTD is prohibited"],
    ["an open element", "<a><b></a>", "closing tag"],
    ["nothing", "", "Start tag expected"],
    ["a character beyond Unicode", "<a>&#x110000;</a>", "not a character"],
  ])("refuses %s", (_, document, message) => {
    expect(() => readXml(document)).toThrow(message);
  });
});
