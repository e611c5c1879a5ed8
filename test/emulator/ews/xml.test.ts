import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
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

test("reads the same as fast-xml-parser, and refuses what its validator refuses", () => {
  const parts = fc.constantFrom(
    "<a>",
    "</a>",
    "<b c='1'>",
    "</b>",
    "<b/>",
    "x",
    "&lt;",
    "&#65;",
    " ",
    "<!--c-->",
    "<![CDATA[<]]>",
  );
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    trimValues: false,
    parseTagValue: false,
    cdataPropName: "#cdata",
  });
  /** Names in order, as fast-xml-parser has them. */
  const theirs = (nodes: Record<string, unknown>[]): unknown[] =>
    nodes.flatMap((node) =>
      Object.keys(node)
        .filter((key) => key !== ":@" && !key.startsWith("#"))
        .map((key) => [key, theirs(node[key] as Record<string, unknown>[])]),
    );
  const ours = ({ name, children }: Element): unknown => [name, children.map(ours)];
  fc.assert(
    fc.property(fc.array(parts), (chosen) => {
      const document = `<r>${chosen.join("")}</r>`;
      if (XMLValidator.validate(document) === true)
        expect([ours(readXml(document))]).toEqual(
          theirs(parser.parse(document) as Record<string, unknown>[]),
        );
      else expect(() => readXml(document)).toThrow("position");
    }),
    { numRuns: 500 },
  );
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
    const html = "<!DOCTYPE html>&amp;";
    expect(wrap(`<x:B>a<!-- c --><![CDATA[${html}]]>&lt;&#65;&#x42;</x:B>`).children[0]?.text).toBe(
      `a${html}<AB`,
    );
  });

  test.each([
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DTD is prohibited"],
    ["an open element", "<a><b></a>", "closing tag"],
    ["nothing", "", "Start tag expected"],
    ["a character beyond Unicode", "<a>&#x110000;</a>", "not a character"],
    ["a character that XML forbids", "<a>\u0001</a>", "invalid character"],
    ["a reference to one", "<a>&#0;</a>", "not a character"],
    ["an entity that nobody declared", "<a>&secret;</a>", "undeclared entity 'secret'"],
    ["a bare ampersand", "<a>b & c</a>", "not followed by a reference"],
    ["a closing tag of another element", "<a><b></a></b>", "a closing tag 'a'"],
    ["a closing tag too many", "<a/></a>", "closing tag"],
    ["two roots", "<a/><b/>", "multiple root elements"],
    ["text beside the root", "<a/>b", "Start tag expected"],
    ["an attribute twice", '<a b="1" b="2"/>', "'b' is repeated"],
    ["an attribute without quotes", "<a b=1/>", "not well-formed"],
    ["a tag that does not end", "<a b='", "not well-formed"],
    ["a comment that does not end", "<a><!-- </a>", "'-->' is missing"],
    ["a prefix that nobody declared", "<m:a/>", "undeclared prefix"],
    ["more elements than any request has", `<a>${"<b/>".repeat(400_001)}</a>`, "more than 400000"],
    ["elements nested too deep", "<a>".repeat(300), "nested too deep"],
  ])("refuses %s", (_, document, message) => {
    expect(() => readXml(document)).toThrow(message);
  });
});
