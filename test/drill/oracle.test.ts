import { describe, expect, test } from "vitest";
import { type Evidence, judge } from "./oracle.ts";
import type { Portrait } from "./portrait.ts";

const before: Portrait = {
  id: "1",
  folderId: "sent",
  html: "<p>Hello</p>",
  attachments: ["offer.pdf | application/pdf | - | 1"],
  rest: { subject: "Hello", categories: ["Contract"] },
};
const logo = "logo.png | image/png | logo@x | 2";
const delivered = { html: "<p>Hello</p><p>Anna</p>", attachments: [...before.attachments, logo] };
const right: Portrait = { ...before, ...delivered, mark: "1 updated" };
const second = { html: "<p>Hello</p><p>Anna, within</p>", attachments: delivered.attachments };
const of = (change: Partial<Evidence>, letter: Partial<Evidence["letter"]> = {}): string =>
  judge({
    letter: { manner: "in place", ...letter },
    before,
    after: [right],
    delivered: [delivered],
    ...change,
  }).is;

describe("of a message that is to be updated", () => {
  test("a copy that shows what was sent, and is the same in everything else, is updated", () => {
    expect(of({})).toBe("updated");
  });

  test("a copy that is gone, that shows what was written, or lacks the picture, is lost", () => {
    expect(of({ after: [] })).toBe("lost");
    expect(of({ after: [before] })).toBe("lost");
    expect(of({ after: [{ ...right, attachments: before.attachments }] })).toBe("lost");
  });

  test("a copy that shows the signature twice is none that shows what was sent", () => {
    expect(of({ after: [{ ...right, html: `${right.html}<p>Anna</p>` }] })).toBe("lost");
  });

  test("a second copy, and a second picture, is one too many", () => {
    expect(of({ after: [right, { ...right, id: "2" }] })).toBe("doubled");
    expect(of({ after: [{ ...right, attachments: [...right.attachments, logo] }] })).toBe("doubled");
  });

  test.each<[string, Partial<Portrait>]>([
    ["another folder", { folderId: "inbox" }],
    ["another id", { id: "2" }],
    ["lost categories", { rest: { ...before.rest, categories: [] } }],
    ["something new", { rest: { ...before.rest, isDraft: true } }],
  ])("a copy with %s is damaged", (_, change) => {
    expect(of({ after: [{ ...right, ...change }] })).toBe("damaged");
  });

  test("with the original kept, both are there, and no third one", () => {
    const kept = { ...before, id: "2", mark: "1 original" };
    expect(of({ after: [right, kept] }, { manner: "kept" })).toBe("updated");
    expect(of({ after: [right] }, { manner: "kept" })).toBe("lost");
    expect(of({ after: [right, kept, { ...kept, id: "3" }] }, { manner: "kept" })).toBe("doubled");
  });

  test("of a split message there is one for each version", () => {
    const both = { ...right, ...second, id: "2" };
    const versions = { delivered: [delivered, second] };
    expect(of({ ...versions, after: [right, both] }, { manner: "versions" })).toBe("updated");
    expect(of({ ...versions, after: [right, { ...right, id: "2" }] }, { manner: "versions" })).toBe("lost");
  });

  test("made anew, it may have another id and time of creation, and nothing else of its own", () => {
    expect(of({ after: [{ ...right, id: "2" }] }, { manner: "anew" })).toBe("updated");
    expect(of({ after: [{ ...right, id: "2", folderId: "inbox" }] }, { manner: "anew" })).toBe("damaged");
  });
});

describe("of a message that is to be left alone", () => {
  const smime = { skipped: "smime" };

  test("a copy that is as it was is untouched", () => {
    expect(of({ after: [before] }, smime)).toBe("untouched");
  });

  test("a copy that says something else, bears a mark or has another id is none", () => {
    expect(of({}, smime)).toBe("lost");
    expect(of({ after: [{ ...before, mark: "1 original" }] }, smime)).toBe("damaged");
    expect(of({ after: [{ ...before, id: "2" }] }, smime)).toBe("damaged");
  });
});
