import { expect, test } from "vitest";
import { findItem } from "../../../../reconciler/mailbox/ews/find-item.ts";
import { heldToSchema, itemXml, ok, parse, summary } from "./answers.ts";

heldToSchema(findItem, {
  "the newest page": { page: 50 },
  "a Message-ID": { page: 50, messageId: "<a&b\"'@contoso.com>" },
  "a Message-ID of characters that XML forbids": { page: 50, messageId: "<\u0000\uD800\n@contoso.com>" },
});

test("a listing gives summaries, of other items than mail too", () => {
  const items = `<t:Message>${itemXml}<t:InternetMessageId>&lt;1@contoso.com&gt;</t:InternetMessageId></t:Message><t:MeetingRequest>${itemXml}</t:MeetingRequest>`;
  expect(
    parse(findItem, `${ok}<m:RootFolder TotalItemsInView="2"><t:Items>${items}</t:Items></m:RootFolder>`),
  ).toEqual([
    { ...summary, messageId: "<1@contoso.com>" },
    { ...summary, messageId: "" },
  ]);
});

test("an empty listing is empty", () => {
  expect(parse(findItem, `${ok}<m:RootFolder TotalItemsInView="0"><t:Items/></m:RootFolder>`)).toEqual([]);
});
