import { describe, expect, test } from "vitest";
import { attachmentChange } from "../../reconciler/attachments.ts";
import type { SentAttachment } from "../../reconciler/mailbox/port.ts";
import { drops } from "../../reconciler/mark.ts";
import { digestOf, type Stamp } from "../../reconciler/stamp.ts";
import { sentItem } from "./memory.ts";

const html = (content: string) => ({ type: "html" as const, content });
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const attached = (
  id: string,
  name: string,
  content: string | undefined,
  more: Partial<SentAttachment> = {},
): SentAttachment => ({
  id,
  name,
  contentType: "application/pdf",
  isInline: false,
  isItem: false,
  size: 1,
  ...(content !== undefined && { digest: digestOf(content) }),
  ...more,
});

const updated = "1 updated x 2026-11-22T00:00:00.000Z";

function compare(
  files: SentAttachment[],
  stamped: Record<string, string>,
  body = "",
  after = body,
  mark?: string,
) {
  const stamp = {
    pictures: [],
    files: Object.entries(stamped).map(([name, content]) => ({
      name: name.trim(),
      contentType: "application/pdf",
      content: bytes(content),
      digest: digestOf(content),
    })),
  } as unknown as Stamp;
  const item = sentItem("<m@x>", html(body), { attachments: files, ...(mark !== undefined && { mark }) });
  const { addFiles, stale, dropped, left } = attachmentChange(item, stamp, html(after));
  return [
    ...addFiles.map(({ name }) => `+${name}`),
    ...[...stale, ...dropped, ...left].map(({ id }) => `-${id}`),
  ];
}

describe("ordinary files", () => {
  test.each([
    ["the same file stays", [attached("1", "a.pdf", "A")], { "a.pdf": "A" }, []],
    ["under another name too", [attached("1", "ä.pdf", "A")], { "_.pdf": "A" }, []],
    ["one that was changed is replaced", [attached("1", "A.pdf", "A")], { "a.pdf": "B" }, ["+a.pdf", "-1"]],
    [
      "one that was added comes in",
      [attached("1", "a.pdf", "A")],
      { "a.pdf": "A", "anna.vcf": "V" },
      ["+anna.vcf"],
    ],
    [
      "one that was taken out goes",
      [attached("1", "a.pdf", "A"), attached("2", "b.exe", "B")],
      { "a.pdf": "A" },
      ["-2"],
    ],
    ["a stamped mail without any of them says nothing", [attached("1", "a.pdf", "A")], {}, []],
    ["nor where it has one of its own", [attached("1", "a.pdf", "A")], { "v.vcf": "V" }, ["+v.vcf"]],
    [
      "one too large to be read is known by its name",
      [attached("1", "a.pdf", undefined)],
      { "a.pdf": "A" },
      [],
    ],
    [
      "two of one name are told apart by their bytes",
      [attached("1", "a.pdf", "A"), attached("2", "a.pdf", "B")],
      { "a.pdf": "B", "a.pdf ": "C" },
      ["+a.pdf", "-1"],
    ],
    ["one without a name is not brought in", [], { "": "X" }, []],
    [
      "an item that travels as a file stays as it is",
      [attached("1", "Party", undefined, { isItem: true })],
      { "party.ics": "P" },
      [],
    ],
  ] as [string, SentAttachment[], Record<string, string>, string[]][])("%s", (_, files, stamped, changes) => {
    expect(compare(files, stamped)).toEqual(changes);
  });

  test("links, attached messages and what a body shows are none", () => {
    const others = [
      attached("1", "link", "L", { isLink: true, isItem: true }),
      attached("2", "Re", "R", { isItem: true }),
      attached("3", "Re.eml", "E", { contentType: "message/rfc822" }),
      attached("4", "shown.png", "S", { contentId: "Shown" }),
      attached("5", "inline.png", "I", { contentId: "other", isInline: true }),
    ];
    const body = '<img src="cid:shown">';
    expect(compare([attached("6", "a.pdf", "A"), ...others], { "a.pdf": "A" }, body)).toEqual([]);
  });
});

test("what was decided about an item stays so once it is updated: a card that came in is none of the sender's files", () => {
  const files = [attached("1", "a.pdf", "A")];
  expect(compare(files, { "v.vcf": "V" })).toEqual(["+v.vcf"]);
  files.push(attached("2", "v.vcf", "V"));
  expect(compare(files, { "v.vcf": "V" }, "", "", updated)).toEqual([]);
  expect(compare(files, { "v.vcf": "other" }, "", "", updated)).toEqual(["+v.vcf", "-2"]);
});

test("a picture that the stamped body shows no more goes, one that was never shown stays", () => {
  const pictures = [
    attached("1", "a.png", "A", { contentId: "a", isInline: true }),
    attached("2", "b.png", "B", { contentId: "b", isInline: true }),
  ];
  expect(compare(pictures, {}, '<img src="cid:A">', "<p>x</p>")).toEqual(["-1"]);
});

test("pictures that an interrupted update was about to take out go, and no others that nothing shows", () => {
  const picture = (id: string) =>
    attached(id, id, id, { contentType: "image/png", contentId: `${id}@x`, isInline: true });
  const mark = `${updated} drops=${String(drops(["old@x", "back@x"]))}`;
  const pictures = [picture("old"), picture("own"), picture("back")];
  expect(compare(pictures, {}, '<img src="cid:back@x">', undefined, mark)).toEqual(["-old"]);
});
