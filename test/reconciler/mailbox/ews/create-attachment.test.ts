import { expect, test } from "vitest";
import { createAttachment } from "../../../../reconciler/mailbox/ews/create-attachment.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

const item = { id: "AAMk&1", version: "CQAA" };
const picture = {
  contentId: "logo@siu",
  name: "lögo.png",
  contentType: "image/png",
  isInline: true,
  content: new Uint8Array([0, 255]),
};

heldToSchema(createAttachment, {
  "two pictures and a message": {
    item,
    attachments: [
      picture,
      { ...picture, content: new Uint8Array() },
      { ...picture, isInline: false, isItem: true },
    ],
  },
});

const added = `${ok}<m:Attachments><t:FileAttachment><t:AttachmentId Id="P1" RootItemId="A" RootItemChangeKey="D"/></t:FileAttachment></m:Attachments>`;

test("of several pictures, those that were added are known although one was refused", () => {
  expect(parse(createAttachment, added, failed("ErrorAttachmentSizeLimitExceeded"))).toEqual({
    added: ["P1"],
    version: "D",
    failure: expect.objectContaining({ code: "REFUSED" }),
  });
  expect(parse(createAttachment, added)).toEqual({ added: ["P1"], version: "D" });
});

test("a picture without an id in the answer is a failure", () => {
  expect(parse(createAttachment, `${ok}<m:Attachments/>`).failure).toMatchObject({ code: "UNEXPECTED" });
});

test("a second try would double the pictures", () => {
  expect(createAttachment.repeatable).toBe(false);
});
