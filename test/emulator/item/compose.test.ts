import fc from "fast-check";
import { expect, test } from "vitest";
import { readMime } from "../mime.ts";
import type { Attachment } from "../store.ts";
import { composeContent, newBoundary } from "./compose.ts";
import { normalHtml } from "./html.ts";

const name = fc.oneof(
  fc.constantFrom(
    "a.txt",
    "Übersicht 2026.pdf",
    '100 % ("x").png',
    "it's.doc",
    "名前.txt",
    "a;b=c.txt",
    "back\\slash.txt",
  ),
  fc.stringMatching(/^[\w.äöü-]{1,40}$/),
);
const file = fc.record({
  name,
  contentType: fc.constantFrom("application/pdf", "image/png", "text/csv"),
  content: fc.uint8Array({ maxLength: 200 }),
  isInline: fc.boolean(),
});
const line = fc.stringMatching(/^[ -~äöü€]{0,120}$/);

test("what is composed of an item is read as the same bodies and attachments", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { maxLength: 4 }),
      fc.array(line, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (files, lines, isHtml) => {
        const attachments = files.map(({ isInline, ...each }, index): Attachment => ({
          ...each,
          id: String(index),
          ...(isInline ? { contentId: `c${index}@x` } : {}),
          isInline: isInline && isHtml,
          isItem: false,
          lastModified: 0,
        }));
        const words = lines.map((each) => `x${each.replaceAll("<", "&lt;")}x`);
        const html = normalHtml(`<p>${words.join("</p>\r\n<p>")}</p>`);
        const text = words.join("\r\n");
        const composed = composeContent(
          isHtml ? { html, attachments } : { text, attachments },
          newBoundary(),
        );
        const mime = Buffer.concat([
          Buffer.from(`Subject: s\r\n${composed.lines.join("\r\n")}\r\n\r\n`),
          ...composed.content(),
        ]);
        const read = await readMime(mime);
        if (isHtml) expect(read.html).toBe(html);
        else expect(read.text?.trimEnd()).toBe(text);
        expect(read.attachments.toSorted(byName)).toMatchObject(
          attachments
            .map(({ id: _id, lastModified: _time, content, ...each }) => ({
              ...each,
              content: new Uint8Array(content),
            }))
            .toSorted(byName),
        );
      },
    ),
    { numRuns: 200 },
  );
});

function byName(
  one: { name: string; content: Uint8Array },
  other: { name: string; content: Uint8Array },
): number {
  const key = ({ name, content }: { name: string; content: Uint8Array }): string =>
    `${name} ${Buffer.from(content).toString("hex")}`;
  return key(one) < key(other) ? -1 : 1;
}

test("an attached message stays as it is, byte by byte", async () => {
  const inner = Buffer.from("Subject: inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n");
  const attachment: Attachment = {
    id: "1",
    name: "inner",
    contentType: "message/rfc822",
    content: inner,
    isInline: false,
    isItem: true,
    lastModified: 0,
  };
  const { lines, content } = composeContent({ text: "outer", attachments: [attachment] }, newBoundary());
  const read = await readMime(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), ...content()]));
  expect(read.attachments[0]).toMatchObject({ isItem: true, name: "inner" });
  expect(Buffer.from(read.attachments[0]?.content ?? []).toString()).toBe(inner.toString());
});
