import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Submit } from "./call.ts";
import { all, anna, at, codes, startEws, type EwsTest } from "./client.ts";
import {
  create,
  deleteXml,
  get,
  idXml,
  keyIn,
  mimeXml,
  mixedMime,
  recipientsXml,
  tagXml,
  uris,
  type ItemKey,
} from "./requests.ts";

const mime = mixedMime(
  `From: Xaver <x@example.org>
To: Anna Weber <${anna}>, Ben <ben.fischer@contoso.com>
Cc: Cora <c@example.org>
Subject: RE: Topic
Message-ID: <orig@x>
References: <first@x>
Disposition-Notification-To: x@example.org`,
  "<p>Original</p>",
);
const sent: Parameters<Submit>[0][] = [];
let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws(async (message) => void sent.push(message));
});
afterAll(() => ews.close());
beforeEach(async () => {
  sent.length = 0;
  item = await create(ews, { before: mimeXml(mime), folder: "inbox", flags: "0" });
});

const answer = (name: string, more = "", disposition = "SaveOnly", before = "") =>
  ews.ask(
    `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:${name}>${before}${idXml(item, "t:ReferenceItemId")}${more}</t:${name}></m:Items></m:CreateItem>`,
  );
const fresh = '<t:NewBodyContent BodyType="HTML">&lt;p&gt;Thanks&lt;/p&gt;</t:NewBodyContent>';
const addresses = (of: Parameters<typeof all>[0] | undefined) =>
  of ? all(of, "t:EmailAddress").map(({ text }) => text) : [];

describe("an answer to a message", () => {
  test.each([
    ["ReplyToItem", ["x@example.org"], [], "RE: Topic"],
    ["ReplyAllToItem", ["x@example.org", "ben.fischer@contoso.com"], ["c@example.org"], "RE: Topic"],
    ["ForwardItem", [], [], "FW: Topic"],
  ])(
    "%s is a draft for whom it concerns, with the original below the new text",
    async (name, to, cc, subject) => {
      const made = await answer(name, fresh);
      expect(codes(made)).toEqual(["NoError"]);
      const found = await get(ews, keyIn(made), uris("item:Attachments", "item:ConversationId"), {
        base: "AllProperties",
      });
      expect(addresses(at(found, "t:ToRecipients"))).toEqual(to);
      expect(addresses(at(found, "t:CcRecipients"))).toEqual(cc);
      expect(at(found, "t:Subject")?.text).toBe(subject);
      expect(at(found, "t:InReplyTo")?.text).toBe("<orig@x>");
      expect(at(found, "t:References")?.text).toBe("<first@x> <orig@x>");
      expect(at(found, "t:IsDraft")?.text).toBe("true");
      expect(at(found, "t:Body")?.text).toMatch(/<p>Thanks<\/p>[^]*Xaver[^]*<p>Original<\/p>/);
      expect(all(found, "t:FileAttachment")).toHaveLength(name === "ForwardItem" ? 1 : 0);
      const original = await get(ews, item, uris("item:ConversationId"));
      expect(at(found, "t:ConversationId")).toEqual(at(original, "t:ConversationId"));
    },
  );

  test("is sent at once where that is wanted, to recipients of the client's choice too", async () => {
    const before =
      "<t:Subject>Mine</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>z@example.org</t:EmailAddress></t:Mailbox></t:ToRecipients>";
    expect(codes(await answer("ForwardItem", fresh, "SendAndSaveCopy", before))).toEqual(["NoError"]);
    expect(sent).toMatchObject([{ from: anna, to: ["z@example.org"] }]);
    expect(Buffer.from(sent[0]?.mime ?? []).toString()).toMatch(/^Subject: Mine/m);
  });

  test("to a text is a text", async () => {
    item = await create(ews, {
      before: mimeXml("From: x@example.org\nSubject: t\nMessage-ID: <t@x>\n\nold"),
    });
    const found = await get(ews, keyIn(await answer("ReplyToItem", fresh)), uris("item:Body"));
    expect(at(found, "t:Body")?.attributes["BodyType"]).toBe("Text");
    expect(at(found, "t:Body")?.text).toMatch(/^Thanks[^]*> old/);
  });

  test("refers to a message that is there", async () => {
    await ews.ask(deleteXml(idXml(item)));
    expect(codes(await answer("ReplyToItem", fresh))).toEqual(["ErrorItemNotFound"]);
  });
});

test("a read receipt is suppressed, once", async () => {
  const suppress = () =>
    ews.ask(
      `<m:CreateItem><m:Items><t:SuppressReadReceipt>${idXml(item, "t:ReferenceItemId")}</t:SuppressReadReceipt></m:Items></m:CreateItem>`,
    );
  expect(codes(await suppress())).toEqual(["NoError"]);
  expect(codes(await suppress())).toEqual(["ErrorReadReceiptNotPending"]);
  expect(sent).toEqual([]);
});

describe("what was answered", () => {
  const told = async () => {
    const tags = [
      ["0x1080", "Integer"],
      ["0x1081", "Integer"],
      ["0x1082", "SystemTime"],
    ] as const;
    const found = await get(
      ews,
      item,
      uris("item:IconIndex") + tags.map(([tag, type]) => tagXml(tag, type)).join(""),
    );
    return [at(found, "t:IconIndex")?.text, ...all(found, "t:Value").map(({ text }) => text)];
  };
  const now = expect.stringMatching(/^20\d\d-.*Z$/) as unknown;

  test.each([
    ["ReplyToItem", "MailReplied", "261", "102"],
    ["ReplyAllToItem", "MailReplied", "261", "103"],
    ["ForwardItem", "MailForwarded", "262", "104"],
  ])("%s has the icon %s once it is sent, and the verb and its time", async (name, icon, index, verb) => {
    const to = recipientsXml("ToRecipients", "y@example.org");
    const draft = keyIn(await answer(name, fresh, "SaveOnly", to));
    expect(await told()).toEqual(["MailUnread"]);
    const { changeKey } = item;
    await ews.ask(`<m:SendItem SaveItemToFolder="true"><m:ItemIds>${idXml(draft)}</m:ItemIds></m:SendItem>`);
    expect(await told()).toEqual([icon, index, verb, now]);
    expect(at(await get(ews, item), "t:ItemId")?.attributes["ChangeKey"]).not.toBe(changeKey);
  });

  test("is marked at once where the answer is sent at once, and nothing is where it is gone", async () => {
    await answer("ReplyToItem", fresh, "SendOnly");
    expect(await told()).toEqual(["MailReplied", "261", "102", now]);
    const draft = keyIn(await answer("ReplyToItem", fresh));
    await ews.ask(deleteXml(idXml({ id: item.id })));
    const answered = await ews.ask(
      `<m:SendItem SaveItemToFolder="true"><m:ItemIds>${idXml(draft)}</m:ItemIds></m:SendItem>`,
    );
    expect(codes(answered)).toEqual(["NoError"]);
  });
});
