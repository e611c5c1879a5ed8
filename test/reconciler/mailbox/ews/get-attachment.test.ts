import { expect, test } from "vitest";
import { getAttachment } from "../../../../reconciler/mailbox/ews/get-attachment.ts";
import { heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(getAttachment, { "two attachments": ["AAMk&1", "AAMk2"] });

const answered = (inner: string) => parse(getAttachment, `${ok}<m:Attachments>${inner}</m:Attachments>`);

test("a file comes with its bytes, an attached message with its MIME", () => {
  expect(
    answered(
      "<t:FileAttachment><t:Name>a.png</t:Name><t:ContentType>image/png</t:ContentType><t:ContentId>&lt;a@x&gt;</t:ContentId><t:IsInline>true</t:IsInline><t:Content>AP8=</t:Content></t:FileAttachment>",
    ),
  ).toEqual([
    {
      name: "a.png",
      contentType: "image/png",
      contentId: "a@x",
      isInline: true,
      content: Buffer.from([0, 255]),
    },
  ]);
  expect(
    answered(
      "<t:ItemAttachment><t:Name>Re</t:Name><t:Message><t:MimeContent>AP8=</t:MimeContent></t:Message></t:ItemAttachment>",
    ),
  ).toMatchObject([{ name: "Re", isItem: true, content: Buffer.from([0, 255]) }]);
});

test.each(["ReferenceAttachment", "ItemAttachment"])(
  "a %s without content of its own cannot be attached anew",
  (name) => {
    expect(() => answered(`<t:${name}><t:Name>x</t:Name></t:${name}>`)).toThrow(
      "neither a file nor a message",
    );
  },
);
