import { expect, test } from "vitest";
import { copiesOf, mayHaveSecondCopy } from "../../reconciler/match.ts";
import { parseMail } from "../../reconciler/stamp.ts";
import { sentItem } from "./memory.ts";
import { stamped } from "./message.ts";

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

const smtp = "Received: from client (192.0.2.1) by mail01.contoso.com with ESMTPSA id 1; now";
const mapi = "Received: from mail01.contoso.com by mail01.contoso.com\r\n with mapi id 15.20; now";
test.each([
  ["a mail program over SMTP", [smtp, "User-Agent: Thunderbird"], true],
  ["one that says its name otherwise, behind the relay", [mapi, smtp, "X-Mailer: Apple Mail"], true],
  ["Outlook, behind the relay", [smtp, mapi, "X-Mailer: Outlook"], false],
  ["a script", [smtp], false],
  ["nobody knows who", ["User-Agent: Thunderbird"], false],
])("a second copy may come of %s: %s", async (_, headers, may) => {
  expect(mayHaveSecondCopy(await parseMail(stamped({ headers })))).toBe(may);
});
