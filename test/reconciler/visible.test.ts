import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Body } from "../../reconciler/mailbox/port.ts";
import {
  containsOriginal,
  linkedPictures,
  referencedPictures,
  visibleText,
} from "../../reconciler/visible.ts";

const html = (content: string): Body => ({ type: "html", content });
const text = (content: string): Body => ({ type: "text", content });
const escaped = (line: string): string =>
  line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

describe("what is visible", () => {
  test.each([
    ["white space and no-break spaces", "<p>Hello&nbsp;  Carl</p>", "<div>\r\n Hello Carl\n</div>"],
    ["entities", "<p>Gr&uuml;&szlig;e &amp; Dank &#8364;5</p>", "<p>Grüße & Dank €5</p>"],
    ["typographic quotation marks", "<p>“Yes”, it’s</p>", '<p>"Yes", it\'s</p>'],
    ["zero-width and soft hyphens", "<p>Con\u200btoso\u00ad</p>", "<p>Contoso</p>"],
    [
      "mark-up, styles, comments, pictures and links",
      '<style>p{}</style><!-- x --><p>See <a href="http://a">here</a><img src="cid:1" alt="z"></p>',
      "See <b>here</b>",
    ],
    ["letter case of headings stays", "<h1>Hello</h1>", "<p>Hello</p>"],
  ])("%s", (_, a, b) => {
    expect(visibleText(html(a))).toBe(visibleText(html(b)));
  });

  test("letters, case and order count", () => {
    for (const other of ["Hello carl", "Carl Hello", "Hello Carla"])
      expect(visibleText(text(other))).not.toBe(visibleText(text("Hello Carl")));
  });
});

describe("whether the original is contained", () => {
  const lines = fc.array(fc.string({ minLength: 1 }), { maxLength: 6 });

  test("a body contains itself, whatever is put above, below or between its lines, as text and as HTML", () => {
    fc.assert(
      fc.property(lines, lines, fc.nat(), (original, signature, place) => {
        const at = original.length === 0 ? 0 : place % (original.length + 1);
        const both = [...original.slice(0, at), ...signature, ...original.slice(at)];
        expect(containsOriginal(text(both.join("\n")), text(original.join("\n")))).toBe(true);
        const page = (all: string[]) => html(all.map((line) => `<p>${escaped(line)}</p>`).join(""));
        expect(containsOriginal(page(both), page(original))).toBe(true);
      }),
    );
  });

  test("an empty original is contained in everything", () => {
    expect(containsOriginal(html("<p>Anna</p>"), html("<html><body></body></html>"))).toBe(true);
  });

  test("wrapped and quoted anew it is still contained", () => {
    expect(
      containsOriginal(text("> Hello Carl, how\r\n> are you?\r\n\r\nAnna"), text("Hello Carl, how are you?")),
    ).toBe(true);
  });

  test("a text original is found in an HTML body", () => {
    expect(containsOriginal(html("<ul><li>One &amp; two</li></ul><p>Anna</p>"), text("One & two"))).toBe(
      true,
    );
  });

  test.each([
    ["another text", "<p>Transfer the money</p>"],
    ["a part of it", "<p>Hello Carl</p>"],
    ["its lines in another order", "<p>see you soon</p><p>Hello Carl</p>"],
    ["a changed amount", "<p>Hello Carl</p><p>see you sooner</p>".replace("see you", "see us")],
  ])("not in %s", (_, stamped) => {
    expect(containsOriginal(html(stamped), html("<p>Hello Carl</p><p>see you soon</p>"))).toBe(false);
  });
});

test("linked pictures are found, however they are written; those of the mail itself are none", () => {
  const content =
    '<img src="https://a.example/1.png?x=1&amp;y=2"><IMG alt=x SRC = http://b.example/2.png><img src=\'https://c.example/3\'><img src="cid:own"><img src="data:image/png;base64,AAAA"><a href="https://d.example">x</a>';
  expect([...linkedPictures({ type: "html", content })]).toEqual([
    "https://a.example/1.png?x=1&y=2",
    "http://b.example/2.png",
    "https://c.example/3",
  ]);
  expect(linkedPictures({ type: "text", content }).size).toBe(0);
});

test("references to pictures are found in attributes and styles, decoded, in lower case", () => {
  const body = html(
    `<img src="cid:Logo@Relay"><td background='cid:a%40b'><p style="background:url(cid:c)">cid: none</p>`,
  );
  expect([...referencedPictures(body)]).toEqual(["logo@relay", "a@b", "c"]);
  expect(referencedPictures(text("cid:x"))).toEqual(new Set());
});
