import { expect, test } from "vitest";
import { Fault } from "../../../../reconciler/fault.ts";
import { getItem } from "../../../../reconciler/mailbox/ews/get-item.ts";
import { failed, heldToSchema, itemXml, ok, parse, summary } from "./answers.ts";

heldToSchema(getItem, { "one item": ["AAMk1"], "several items": ["AAMk&1", "AAMk2"] });

const message = (content: string): string =>
  `${ok}<m:Items><t:Message>${itemXml}${content}</t:Message></m:Items>`;

test("items come in the order of the question, undefined for one that is gone", () => {
  const items = parse(
    getItem,
    `${failed("ErrorItemNotFound")}<m:Items/>`,
    message("<t:Subject> S </t:Subject>"),
  );
  expect(items).toEqual([
    undefined,
    {
      ...summary,
      messageId: "",
      subject: " S ",
      body: { type: "html", content: "" },
      recipients: { to: [], cc: [], bcc: [] },
      attachments: [],
    },
  ]);
});

test("whom an item names comes by field, in its order", () => {
  const person = (name: string) =>
    `<t:Mailbox><t:Name>${name}</t:Name><t:EmailAddress>${name}@x</t:EmailAddress></t:Mailbox>`;
  const [item] = parse(
    getItem,
    message(
      `<t:ToRecipients>${person("a")}${person("b")}</t:ToRecipients><t:BccRecipients>${person("c")}</t:BccRecipients>`,
    ),
  );
  const named = (name: string) => ({ name, address: `${name}@x` });
  expect(item?.recipients).toEqual({ to: [named("a"), named("b")], cc: [], bcc: [named("c")] });
});

test("the body comes as it is stored, with its line ends", () => {
  const [item] = parse(getItem, message('<t:Body BodyType="Text">a&#13;\nb&#xD;\n </t:Body>'));
  expect(item?.body).toEqual({ type: "text", content: "a\r\nb\r\n " });
});

test("attachments are files or items; a Content-ID is without brackets, and an empty one is none", () => {
  const attachments = `<t:Attachments>
    <t:FileAttachment><t:AttachmentId Id="A1"/><t:Name>logo.png</t:Name><t:ContentType>image/png</t:ContentType><t:ContentId>&lt;logo@siu&gt;</t:ContentId><t:Size>5</t:Size><t:IsInline>true</t:IsInline></t:FileAttachment>
    <t:ItemAttachment><t:AttachmentId Id="A2"/><t:Name>Fwd</t:Name><t:ContentType/><t:ContentId/></t:ItemAttachment>
  </t:Attachments>`;
  expect(parse(getItem, message(attachments))[0]?.attachments).toEqual([
    {
      id: "A1",
      name: "logo.png",
      contentType: "image/png",
      contentId: "logo@siu",
      isInline: true,
      size: 5,
      isItem: false,
    },
    { id: "A2", name: "Fwd", contentType: "", isInline: false, size: 0, isItem: true },
  ]);
});

test("any other error is one, and so is success without an item", () => {
  expect(() => parse(getItem, failed("ErrorAccessDenied"))).toThrow(
    expect.objectContaining({ code: "ACCESS_DENIED" }),
  );
  expect(() => parse(getItem, `${ok}<m:Items/>`)).toThrow(Fault);
});
