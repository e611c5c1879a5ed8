import fc from "fast-check";
import { expect, test } from "vitest";
import { at, element, readXml, textAt } from "../../../../reconciler/mailbox/ews/xml.ts";

/** Any UTF-16 string, with what XML finds hard thrown in. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "]]>",
        "\r\n",
        "\r",
        "\u{1F600}",
        "\uD83D",
        "\u0000",
        "\u000B",
        "&amp;lt;",
        "&#13;",
        "<![CDATA[",
        "\uFFFE",
        "\u0085",
        " ",
      ),
    ),
  )
  .map((parts) => parts.join(""));

const allowed = (text: string): string =>
  Array.from(text)
    .filter((character) => /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]$/u.test(character))
    .join("");

test("any text and attribute is read back as it was written, without the characters that XML forbids", () => {
  fc.assert(
    fc.property(anyText, anyText, (text, attribute) => {
      const { xml } = element("t:Body", { BodyType: attribute }, text);
      const read = readXml(xml);
      expect(read.text).toBe(allowed(text));
      expect(read.attributes).toEqual({ BodyType: allowed(attribute) });
    }),
    { numRuns: 500 },
  );
});

test("text beside elements stays text, whatever markup it imitates", () => {
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      const { xml } = element("m:Ids", {}, ...texts.map((text) => element("t:Id", {}, text)));
      expect(readXml(xml).children.map(({ text }) => text)).toEqual(texts.map(allowed));
    }),
  );
});

test("a CDATA section is read as it stands, and text around it is decoded", () => {
  expect(readXml("<a>&lt;<![CDATA[&lt;<b>]]>&#x1F600;</a>").text).toBe("<&lt;<b>\u{1F600}");
});

test("a reference to a character that XML forbids is read leniently, as Exchange writes them", () => {
  expect(readXml("<a>x&#x1F;y&#xD800;&#9999999;</a>").text).toBe("x\u001Fy\uFFFD\uFFFD");
});

test("white space around text is kept", () => {
  expect(readXml("<a>\n <b> x\n</b></a>").children[0]?.text).toBe(" x\n");
});

test("prefixes do not matter", () => {
  const read = readXml('<s:A xmlns:s="urn:a"><t:B><n:C X="1">y</n:C></t:B></s:A>');
  expect(textAt(read, "B", "C")).toBe("y");
  expect(at(read, "B", "C")?.attributes).toEqual({ X: "1" });
  expect(at(read, "B", "D", "E")).toBeUndefined();
});

test.for([
  "",
  "hello",
  "<a>",
  "<a></b>",
  "<a/><b/>",
  "<a>& b</a>",
  "<a>&nbsp;</a>",
  "<a>&constructor;</a>",
  "<constructor/>",
  "<a><__proto__>1</__proto__></a>",
  "<html><br></html>",
  "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
])("'%s' is refused", (document) => {
  expect(() => readXml(document)).toThrow(SyntaxError);
});
