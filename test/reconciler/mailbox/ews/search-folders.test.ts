import { expect, test } from "vitest";
import { searchFolders } from "../../../../reconciler/mailbox/ews/search-folders.ts";
import { failed, heldToSchema, itemXml, ok, parse, summary } from "./answers.ts";

heldToSchema(searchFolders, {
  "two folders": { messageId: "<a&b@contoso.com>", folders: ["A", "B"] },
  "a well-known one": {
    messageId: "<a@contoso.com>",
    folders: [],
    distinguished: "recoverableitemsdeletions",
  },
});

const header = (text: string): string =>
  `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x7d" PropertyType="String"/><t:Value>${text}</t:Value></t:ExtendedProperty>`;
const items = (...messages: string[]): string =>
  `${ok}<m:RootFolder><t:Items>${messages.map((inner) => `<t:Message>${itemXml}${inner}</t:Message>`).join("")}</t:Items></m:RootFolder>`;

test("items come folder by folder, each with whether it was received; a folder that is gone has none", () => {
  const one = { ...summary, messageId: "" };
  expect(
    parse(
      searchFolders,
      items("", header("Received: from a by b")),
      failed("ErrorFolderNotFound"),
      items(header("Subject: x")),
    ),
  ).toEqual([
    [
      { ...one, received: false },
      { ...one, received: true },
    ],
    [],
    [{ ...one, received: false }],
  ]);
});

test("any other failure of one folder fails the search", () => {
  expect(() => parse(searchFolders, items(), failed("ErrorServerBusy"))).toThrow(
    expect.objectContaining({ code: "THROTTLED" }),
  );
});
