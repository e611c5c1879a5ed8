import { expect, test } from "vitest";
import { inPieces } from "../../reconciler/pieces.ts";
import { parseMail } from "../../reconciler/stamp.ts";
import { multipart, stamped } from "./message.ts";

/** A message with an attachment of so many bytes. */
function withAttachment(content: Buffer): Buffer {
  const attachment = [
    'Content-Type: application/octet-stream; name="a.bin"',
    "Content-Disposition: attachment; filename=a.bin",
    "Content-Transfer-Encoding: base64",
    "",
    content.toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
  ];
  const text = ["Content-Type: text/plain; charset=utf-8", "", "Grüße 😀"];
  return stamped({ content: multipart("mixed", [text.join("\r\n"), attachment.join("\r\n")]) });
}

test("a small message stays as it is", () => {
  const raw = stamped();
  expect(inPieces(raw)).toBe(raw);
});

test("a large one is parsed to the same, and other work has its turns meanwhile", async () => {
  const content = Buffer.alloc(3_000_001, "0123456789");
  let turns = 0;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const mail = await parseMail(withAttachment(content));
  clearImmediate(next);
  expect(mail.text).toBe("Grüße 😀");
  expect(mail.attachments.map((one) => one.content.equals(content))).toEqual([true]);
  expect(turns).toBeGreaterThan(10);
});
