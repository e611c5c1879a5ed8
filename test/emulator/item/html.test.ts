import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginningOfPlain, htmlToPlain, normalHtml, plainToHtml } from "./html.ts";

const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';

describe("the normal form of an HTML body", () => {
  test.each([
    ["a fragment", "<p>x</p>"],
    ["a body", "<body lang=en><p>x</p></body>"],
    ["a document without head", "<html><body><p>x</p></body></html>"],
    [
      "a document in another character set",
      '<HTML><HEAD><META charset="iso-8859-1"><title>t</title></HEAD><BODY><p>x</p></BODY></HTML>',
    ],
  ])("makes a whole document in utf-8 of %s", (_, source) => {
    const html = normalHtml(source);
    expect(html).toMatch(/^<html/i);
    expect(html.split(/charset=/i)).toHaveLength(2);
    expect(html).toContain(`\r\n${meta}\r\n`);
    expect(html.match(/<body/gi)).toHaveLength(1);
    expect(html).toContain("<p>x</p>");
  });

  test("is its own normal form", () => {
    const parts = [
      "<html>",
      "<head>",
      "</head>",
      "<body>",
      "</body>",
      "</html>",
      "<header>",
      '<meta charset="x">',
      "text",
      "\n",
      "\r\n",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), (chosen) => {
        const once = normalHtml(chosen.join(""));
        expect(normalHtml(once)).toBe(once);
      }),
    );
  });
});

test("plain text survives the way through HTML", () => {
  const line = fc.stringMatching(/^[a-zA-Z0-9<>&"ü€.,-]{1,20}$/);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      expect(htmlToPlain(plainToHtml(lines.join("\r\n")))).toBe(lines.join("\r\n"));
    }),
  );
});

test("the beginning of the plain text is the same as that of the whole", () => {
  const parts = [
    "words that go on for a while, ",
    "&auml;&amp;",
    "<p>paragraph</p>",
    "<p>",
    "</p>",
    `<a href="https://contoso.com/${"x".repeat(300)}">a link `,
    "</a>",
    "<ol>",
    "<li>item",
    "</ol>",
    "<ul>",
    "</ul>",
    "<h1>Title</h1>",
    "<table><tr><td>cell</td></tr></table>",
    "<br>\r\n",
    `<style>p { color: red }</style>`,
    `<!-- ${"nothing < here ".repeat(100)}-->`,
    "<pre>  as  it is </pre>",
    " ".repeat(200),
    '<img alt="a picture" src="cid:x">',
    "<blockquote>said",
    "</blockquote>",
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 12 }),
      fc.nat(60),
      fc.constantFrom(1, 255),
      (chosen, times, characters) => {
        const html = normalHtml(chosen.join("").repeat(times + 1));
        expect(beginningOfPlain(html, characters)).toBe(htmlToPlain(html).slice(0, characters));
      },
    ),
    { numRuns: 300 },
  );
});
