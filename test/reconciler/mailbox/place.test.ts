import { expect, test } from "vitest";
import { type FolderFacts, placeOf, wasReceived } from "../../../reconciler/mailbox/place.ts";

const facts: [id: string, parentId: string, name?: string][] = [
  ["root", "root"],
  ["top", "root", "msgfolderroot"],
  ["sent", "top", "sentitems"],
  ["2026", "sent"],
  ["project", "top"],
  ["part", "project"],
  ["bin", "top", "deleteditems"],
  ["thrown", "bin"],
  ["deletions", "root", "recoverableitemsdeletions"],
  ["drafts", "top", "drafts"],
  ["plans", "drafts"],
  ["sync", "top", "syncissues"],
  ["clash", "sync"],
];
const tree = new Map<string, FolderFacts>(
  facts.map(([id, parentId, name]) => [id, { id, parentId, name }] as const),
);

test.each([
  ["sent", "sent"],
  ["2026", "own"],
  ["project", "own"],
  ["part", "own"],
  ["bin", "deleted"],
  ["thrown", "deleted"],
  ["deletions", "deleted"],
  ["drafts", "apart"],
  ["plans", "apart"],
  ["clash", "apart"],
  ["unknown", "own"],
])("folder %s is %s", (id, place) => {
  expect(placeOf(id, tree)).toBe(place);
});

test("folders that form a circle have an end", () => {
  const circle = new Map([
    ["a", { id: "a", parentId: "b", name: undefined }],
    ["b", { id: "b", parentId: "a", name: undefined }],
  ]);
  expect(placeOf("a", circle)).toBe("own");
});

test("a line that a server added tells a received message, what a client wrote does not", () => {
  expect(wasReceived("Received: from a by b\r\nSubject: x")).toBe(true);
  expect(wasReceived("Subject: x\r\nReceived: from a by b")).toBe(true);
  expect(wasReceived("Subject: Received: from a\r\nUser-Agent: Thunderbird")).toBe(false);
  expect(wasReceived(undefined)).toBe(false);
});
