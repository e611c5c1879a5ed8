import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Body } from "./body-lines.ts";
import { uniquePart } from "./unique-part.ts";

const sender = ["Xaver Huber", "x@example.org"];
const subject = "Monday?";
const text = (lines: string): Body => ({ type: "Text", text: lines });
const html = (source: string): Body => ({ type: "HTML", text: source });
const original = text("Dear Anna,\nshall we meet on Monday?\n\nXaver\n");

describe("of a text", () => {
  test.each([
    [
      "below header lines",
      "Yes!\n\nFrom: Xaver Huber\nSent: Friday\nTo: Anna\nSubject: Date\n\nDear Anna,\nshall we meet on Monday?\n\nXaver\n",
    ],
    [
      "below header lines of another language and a rule",
      "Yes!\n\n________________________________\nVon: Xaver Huber\nGesendet: Freitag\n\nDear Anna,\nshall we meet on Monday?\n\nXaver",
    ],
    [
      "marked line by line, wrapped anew",
      "Yes!\n\nOn Fri, 2 Jan 2026, Xaver Huber <x@example.org>\nwrote:\n> Dear Anna, shall we\n> meet on Monday?\n>\n> Xaver",
    ],
    ["at the very end", "Yes!\nDear Anna,\nshall we meet on Monday?\nXaver"],
  ])("what is quoted %s goes", (_, answer) => {
    expect(uniquePart(text(answer), { body: original, sender, subject })?.trimEnd()).toBe("Yes!");
  });

  test("what is quoted below a line about its subject goes, where nobody says who wrote it", () => {
    const answer =
      "Yes!\n\nFrom:\nSubject: RE: Monday?\n\nDear Anna,\nshall we meet on Monday?\n\nXaver\nBye";
    expect(uniquePart(text(answer), { body: original, sender: [], subject })).toBe("Yes!\nBye");
  });

  test.each(["PS: bring the plan", "Please see below:", "See https://example.org/a"])(
    "'%s' stays",
    (last) => {
      const answer = `Yes!\n${last}\n\nFrom: Xaver Huber\nSent: Friday\n\nDear Anna,\nshall we meet on Monday?\n\nXaver\n`;
      expect(uniquePart(text(answer), { body: original, sender, subject })?.trimEnd()).toBe(`Yes!\n${last}`);
    },
  );

  test("what was written below a quotation stays", () => {
    const answer =
      "Xaver Huber wrote:\n> Dear Anna,\n> shall we meet on Monday?\n> \n> Xaver\nYes!\n--\nAnna\n";
    expect(uniquePart(text(answer), { body: original, sender, subject })).toBe("Yes!\n--\nAnna\n");
  });

  test("the same words are no quotation where nothing says so", () => {
    const answer = "Dear Anna,\nshall we meet on Monday?\n\nXaver\nhad asked me that.";
    expect(uniquePart(text(answer), { body: original, sender, subject })).toBeUndefined();
    const named = `From: Someone Else\n\n${answer}`;
    expect(uniquePart(text(named), { body: original, sender, subject })).toBeUndefined();
    expect(uniquePart(text("Yes!"), { body: original, sender, subject })).toBeUndefined();
    expect(uniquePart(text("Yes!"), { body: text(" \n"), sender, subject })).toBeUndefined();
  });

  test("a short original is found by its head, not where its words stand otherwise", () => {
    const answer = "ok, thanks\n\nFrom: Xaver Huber\n\nok\n";
    expect(uniquePart(text(answer), { body: text("ok"), sender, subject })?.trimEnd()).toBe("ok, thanks");
  });
});

describe("of HTML", () => {
  const old = html(
    "<html><head><style>p{}</style></head><body><p>Gr&uuml;&szlig; Gott <b>Anna</b></p></body></html>",
  );

  test("the tags stay balanced, and pictures above the quotation stay", () => {
    const answer = `<html><body><div>Yes!<br><img src="cid:logo"></div><hr><div><p>From: Xaver Huber<br>Sent: Friday</p><div><p>Grüß Gott <b>Anna</b></p></div></div></body></html>`;
    expect(uniquePart(html(answer), { body: old, sender, subject })).toBe(
      `<html><body><div>Yes!<br><img src="cid:logo"></div></body></html>`,
    );
  });

  test("a blockquote is a mark", () => {
    const answer = `<body>Yes!<blockquote type="cite"><p>Gr&uuml;&szlig; Gott <b>Anna</b></p></blockquote><p>Regards</p></body>`;
    expect(uniquePart(html(answer), { body: old, sender, subject })).toBe("<body>Yes!<p>Regards</p></body>");
  });

  test("a plain original is found in it, styles and comments left aside", () => {
    const answer = `<style>Yes</style><p>Yes!</p><!-- Dear Anna --><p>Xaver Huber wrote:</p><p>Dear Anna,<br>shall we meet on Monday?</p><p>Xaver</p>`;
    const unique = uniquePart(html(answer), { body: original, sender, subject });
    expect(unique?.replace(/<!--.*?-->/, "")).toBe("<style>Yes</style><p>Yes!</p>");
  });
});

test("an answer above any original is found again", () => {
  const line = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,6}$/);
  const lines = fc.array(line, { minLength: 1, maxLength: 12 }).map((all) => all.join("\n"));
  fc.assert(
    fc.property(lines, lines, (old, fresh) => {
      const answer = `${fresh}!\n\nFrom: Xaver Huber\nSubject: s\n\n${old}\n`;
      const unique = uniquePart(text(answer), { body: text(old), sender, subject });
      expect(unique === undefined ? "" : `${fresh}!`.startsWith(unique.trimEnd())).toBeTruthy();
    }),
  );
});

test("bodies made to be slow are not", () => {
  const same = "a ".repeat(60_000);
  for (const nasty of [same, "<a ".repeat(50_000), `<style>${"<".repeat(50_000)}`, "<!--".repeat(50_000)])
    expect(
      uniquePart(html(nasty), { body: text(`${same}b b b b b b b b`), sender, subject }),
    ).toBeUndefined();
});
