import { expect, test } from "vitest";
import { Fault } from "../../../../reconciler/fault.ts";
import { refOf, summaryOf } from "../../../../reconciler/mailbox/ews/item.ts";
import { readXml } from "../../../../reconciler/mailbox/ews/xml.ts";
import { itemXml, summary } from "./answers.ts";

const extended = (value: string, setId: string, name = "SentItemsUpdate"): string =>
  `<t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="${setId}" PropertyName="${name}" PropertyType="String"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;
const own = "7C1F6A52-3E0B-4D8E-9A47-52B1C9D06F3A";
const item = (content: string) => readXml(`<t:Message>${itemXml}${content}</t:Message>`);

test("the mark is the property of our own set and name, whatever the letter case of the set", () => {
  const others = extended("x", "00020329-0000-0000-C000-000000000046") + extended("y", own, "Other");
  expect(summaryOf(item(others + extended("1 updated", own)), "")).toEqual({
    ...summary,
    messageId: "",
    mark: "1 updated",
  });
  expect(summaryOf(item(others), "")).toEqual({ ...summary, messageId: "" });
  expect(summaryOf(item(extended("z", own.toLowerCase())), "").mark).toBe("z");
});

test("white space around a Message-ID does not belong to it", () => {
  expect(summaryOf(item("<t:InternetMessageId> &lt;a@b&gt;\n</t:InternetMessageId>"), "").messageId).toBe(
    "<a@b>",
  );
});

test.for(["<t:Message/>", '<t:Message><t:ItemId Id="A"/></t:Message>'])(
  "%s, without id or version, is an error",
  (xml) => {
    expect(() => refOf(readXml(xml), "GetItem")).toThrow(Fault);
  },
);

test("no item is an error", () => {
  expect(() => refOf(undefined, "GetItem")).toThrow(/GetItem/);
});
