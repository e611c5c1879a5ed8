import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeMessage } from "../mailbox.ts";
import { anna, at, codes, messages, startEws, type EwsTest } from "./client.ts";
import { compare, findXml, numbers } from "./filled.ts";
import { folderXml, uris } from "./requests.ts";

const day = 86_400_000;
/** A Wednesday. */
const now = Date.UTC(2026, 10, 25, 12);
let ews: EwsTest;

/** What each of five messages is: the number is in its Message-ID. */
const mails = [
  { from: "Dean Halstead <dean@hotmail.com>", subject: "Product development", days: 0, body: "the plan" },
  { from: "Hope Gross <hope@contoso.com>", subject: "Production notes", days: 1, body: "café figures" },
  {
    from: "Sadie Daniels <sadie@contoso.com>",
    cc: "Dean <dean@hotmail.com>",
    subject: "win95 product",
    days: 8,
  },
  { from: "Sadie Daniels <sadie@contoso.com>", subject: "Re: sales", days: 40, attach: "report.txt" },
  {
    from: "Ronnie <ronnie@contoso.com>",
    bcc: "Mack <mack@contoso.com>",
    subject: "x".repeat(9000),
    days: 400,
  },
];

beforeAll(async () => {
  ews = await startEws(undefined, { now: () => now });
  const mailbox = ews.side.mailboxes.get(ews.recipient(anna).guid);
  if (!mailbox) throw new Error("Anna has no mailbox");
  for (const [index, { from, cc, bcc, subject, days, body = "", attach }] of mails.entries()) {
    const head = [
      `From: ${from}`,
      `To: Anna <${anna}>`,
      ...(cc ? [`Cc: ${cc}`] : []),
      ...(bcc ? [`Bcc: ${bcc}`] : []),
      `Subject: ${subject}`,
      `Message-ID: <${index}@x>`,
      `Date: ${new Date(now - days * day).toUTCString()}`,
      `Importance: ${index === 1 ? "high" : "normal"}`,
    ].join("\r\n");
    const text = `Content-Type: text/plain; charset=utf-8\r\n\r\n${body}`;
    const file = `Content-Type: text/plain; name="${attach}"\r\nContent-Disposition: attachment; filename="${attach}"\r\n\r\nhidden gem`;
    const content = attach
      ? `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${text}\r\n--b\r\n${file}\r\n--b--\r\n`
      : text;
    const item = await storeMessage(
      ews.organization,
      mailbox,
      "inbox",
      Buffer.from(`${head}\r\n${content}`),
      {
        at: now - days * day,
        isRead: index % 2 === 0,
      },
    );
    if (index === 2) item.categories = ["Blue category"];
    if (index === 3) item.flag = { status: "Flagged" };
  }
});
afterAll(() => ews.close());

const find = async (words: string) => {
  const answered = await ews.ask(findXml({ words }));
  expect([words, ...codes(answered)]).toEqual([words, "NoError"]);
  return numbers(answered).toSorted();
};

describe("a query string finds", () => {
  test.each<[string, string, number[]]>([
    ["the beginning of a word anywhere", "product", [0, 1, 2]],
    ["words anywhere, all of them", "product plan", [0]],
    ["words without regard to letter case and accents", "CAFE", [1]],
    ["a phrase of whole words", 'subject:"product"', [0, 2]],
    ["a phrase in its order", '"development product"', []],
    ["the beginning of a phrase", '"product dev"*', [0]],
    ["words of one property", "from:dean", [0]],
    ["all words of one property", "subject:(product win95)", [2]],
    ["all words that follow a property", "subject:win95 product", [2]],
    ["a sender by domain", 'from:"@contoso.com"', [1, 2, 3, 4]],
    ["a recipient", "to:anna", [0, 1, 2, 3, 4]],
    ["a copy", "cc:dean", [2]],
    ["a blind copy", "bcc:mack", [4]],
    ["participants", "participants:dean", [0, 2]],
    ["a name of an attachment", "attachment:report", [3]],
    ["a text of an attachment", "attachment:gem", [3]],
    ["words of the body", "body:figures", [1]],
    ["what has attachments", "hasattachment:true", [3]],
    ["what is read", "isread:true", [0, 2, 4]],
    ["what is flagged", "isflagged:yes", [3]],
    ["what is important", "importance:high", [1]],
    ["a category", "category:blue", [2]],
    ["a kind", "kind:email", [0, 1, 2, 3, 4]],
    ["no other kind", "kind:meetings", []],
    ["what came today", "received:today", [0]],
    ["what came yesterday", "received:yesterday", [1]],
    ["what was sent this week", 'sent:"this week"', [0, 1]],
    ["what was sent last week", "sent:last week", [2]],
    ["what was sent in a year", "sent:2025", [4]],
    ["what was sent in a range", "sent:10/1/2026..11/20/2026", [2, 3]],
    ["what was sent before", "sent:<11/20/2026", [2, 3, 4]],
    ["what is large", "size:>8KB", [4]],
    ["either", "from:hope OR from:ronnie", [1, 4]],
    ["what is not", "contoso.com NOT from:sadie NOT from:dean", [1, 4]],
    ["what parentheses group", "(from:sadie OR from:hope) AND (product OR sales) -isread:true", [1, 3]],
    ["everything, when it is empty", " ", [0, 1, 2, 3, 4]],
  ])("%s: %s", async (_, words, expected) => {
    expect(await find(words)).toEqual(expected);
  });

  test("what the laws of logic say", async () => {
    const leaf = fc.constantFrom(
      "from:sadie",
      "product",
      "isread:true",
      "received:today",
      "size:>8KB",
      "subject:re",
    );
    const everything = await find("to:anna");
    const without = (some: number[]) => everything.filter((each) => !some.includes(each));
    await fc.assert(
      fc.asyncProperty(leaf, leaf, async (a, b) => {
        const [left, right] = [await find(a), await find(b)];
        expect(await find(`(${a}) AND (${b})`)).toEqual(left.filter((each) => right.includes(each)));
        expect(await find(`(${a}) OR (${b})`)).toEqual([...new Set([...left, ...right])].toSorted());
        expect(await find(`NOT (${a})`)).toEqual(without(left));
      }),
      { numRuns: 15 },
    );
  });

  test("items in pages, in any order", async () => {
    const order = `<t:FieldOrder Order="Ascending">${uris("item:DateTimeReceived")}</t:FieldOrder>`;
    const view = '<m:IndexedPageItemView MaxEntriesReturned="2" Offset="1" BasePoint="Beginning"/>';
    const answered = await ews.ask(findXml({ words: "product", order, view }));
    expect(numbers(answered)).toEqual([1, 0]);
    expect(at(messages(answered)[0], "m:RootFolder")?.attributes).toEqual({
      IndexedPagingOffset: "3",
      TotalItemsInView: "3",
      IncludesLastItemInRange: "true",
    });
  });

  test("in each folder of a batch", async () => {
    const folders = folderXml("drafts") + folderXml("inbox");
    const answered = await ews.ask(findXml({ words: "from:dean", folders }));
    expect(codes(answered)).toEqual(["NoError", "NoError"]);
    expect(numbers(answered)).toEqual([0]);
  });
});

describe("a query string is refused", () => {
  test.each(['subject:"open', "(a", "a AND", "colour:red", "received:someday", "kind:lunch"])(
    "as %s",
    async (words) => {
      const answered = await ews.ask(findXml({ words }));
      expect([answered.status, ...codes(answered)]).toEqual([200, "ErrorInvalidArgument"]);
    },
  );

  test("beside a restriction", async () => {
    const restriction = compare("IsEqualTo", "message:IsRead", "true");
    expect(codes(await ews.ask(findXml({ words: "a", restriction })))).toEqual(["ErrorInvalidArgument"]);
  });
});
