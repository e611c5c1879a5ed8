import { expect, test } from "vitest";
import { copiesOf } from "../../reconciler/match.ts";
import { sentItem } from "./memory.ts";

const body = { type: "text" as const, content: "" };
const ids = (messageId: string, ...items: ReturnType<typeof sentItem>[]) =>
  copiesOf(messageId, items).map(({ id }) => id);

test("every copy with the Message-ID, oldest first", () => {
  const [late, early] = [
    sentItem("<a@x>", body, { id: "late", created: 2 }),
    sentItem("<a@x>", body, { id: "early", created: 1 }),
  ];
  expect(ids("<a@x>", late, early, sentItem("<b@x>", body))).toEqual(["early", "late"]);
});

test("angle brackets and white space make no difference, letter case does", () => {
  expect(ids("a@x", sentItem(" <a@x> ", body, { id: "1" }), sentItem("<A@x>", body))).toEqual(["1"]);
});

test("a draft is no sent copy", () => {
  expect(ids("<a@x>", sentItem("<a@x>", body, { isDraft: true }))).toEqual([]);
});
