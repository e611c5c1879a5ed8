import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, codes, startEws, type EwsTest } from "../client.ts";
import { create, get, getXml, idXml, keyIn, mimeXml, uris, type ItemKey } from "../requests.ts";
import type { Element } from "../xml.ts";

// A Friday.
const head = `From: Xaver Huber <x@example.org>
To: Anna Weber <${anna}>, Ben Fischer <ben.fischer@contoso.com>
Date: Fri, 2 Jan 2026 09:00:00 +0000
Content-Type: text/plain; charset=utf-8
`;
const text = `Hello Anna,
let's meet on Monday at 3pm. Please send the offer to sales@example.org!
Our shop is at 4567 Main St, Buffalo, NY 98052, see https://shop.example.org/offers?id=7.
Call +49 89 1234567 on 2026-01-05 or (206) 555-0100, or come to Hauptstraße 5, 80331 München.

Best regards,
Xaver Huber
Huber Works
+1 206 555 0199
https://huber.example.org
x@example.org
12 Lake Road, Seattle, WA 98101
`;
let ews: EwsTest;
let item: ItemKey;
let found: Element | undefined;
beforeAll(async () => {
  ews = await startEws();
  item = await create(ews, {
    before: mimeXml(`${head}Subject: Offer, www.example.org\nMessage-ID: <entities@x>\n\n${text}`),
  });
  found = await entities(item);
});
afterAll(() => ews.close());

async function entities(of: { id: string }): Promise<Element | undefined> {
  return at(await get(ews, of, uris("item:EntityExtractionResult")), "t:EntityExtractionResult");
}
const texts = (list: string, each: string, value: string, of = found): string[] =>
  (at(of, list)?.children ?? []).map((entity) => {
    expect(entity.name).toBe(each);
    return at(entity, value)?.text ?? "";
  });

describe("what is extracted of a message's text", () => {
  test("comes in seven lists (MS-OXWSCORE_R1350, MS-OXWSCORE_R1134, MS-OXWSCORE_R1135, MS-OXWSCORE_R1136, MS-OXWSCORE_R1137, MS-OXWSCORE_R1138, MS-OXWSCORE_R1139, MS-OXWSCORE_R1140, MS-OXWSCORE_R1708, MS-OXWSCORE_R1288)", () => {
    expect(found?.children.map(({ name }) => name)).toEqual([
      "t:Addresses",
      "t:MeetingSuggestions",
      "t:TaskSuggestions",
      "t:EmailAddresses",
      "t:Contacts",
      "t:Urls",
      "t:PhoneNumbers",
    ]);
  });

  test.each<[list: string, each: string, value: string, values: string[], ids: string]>([
    [
      "t:Addresses",
      "t:AddressEntity",
      "t:Address",
      ["4567 Main St, Buffalo, NY 98052", "Hauptstraße 5, 80331 München", "12 Lake Road, Seattle, WA 98101"],
      "MS-OXWSCORE_R1750, MS-OXWSCORE_R1712, MS-OXWSCORE_R1749, MS-OXWSCORE_R1754, MS-OXWSCORE_R1714, MS-OXWSCORE_R1753",
    ],
    [
      "t:EmailAddresses",
      "t:EmailAddressEntity",
      "t:EmailAddress",
      ["sales@example.org", "x@example.org"],
      "MS-OXWSCORE_R1757, MS-OXWSCORE_R1756, MS-OXWSCORE_R1761, MS-OXWSCORE_R1718, MS-OXWSCORE_R1760",
    ],
    [
      "t:Urls",
      "t:UrlEntity",
      "t:Url",
      ["www.example.org", "https://shop.example.org/offers?id=7", "https://huber.example.org"],
      "MS-OXWSCORE_R1773, MS-OXWSCORE_R1724, MS-OXWSCORE_R1772, MS-OXWSCORE_R1777, MS-OXWSCORE_R1726, MS-OXWSCORE_R1776",
    ],
    [
      "t:PhoneNumbers",
      "t:Phone",
      "t:OriginalPhoneString",
      ["+49 89 1234567", "(206) 555-0100", "+1 206 555 0199"],
      "MS-OXWSCORE_R1764, MS-OXWSCORE_R1720, MS-OXWSCORE_R1763, MS-OXWSCORE_R1768, MS-OXWSCORE_R1722, MS-OXWSCORE_R1767",
    ],
    [
      "t:PhoneNumbers",
      "t:Phone",
      "t:PhoneString",
      ["+49891234567", "2065550100", "+12065550199"],
      "MS-OXWSCORE_R1769",
    ],
    ["t:PhoneNumbers", "t:Phone", "t:Type", Array(3).fill("Unspecified"), "MS-OXWSCORE_R1770"],
    [
      "t:TaskSuggestions",
      "t:TaskSuggestion",
      "t:TaskString",
      ["Please send the offer to sales@example.org!"],
      "MS-OXWSCORE_R1094, MS-OXWSCORE_R1506, MS-OXWSCORE_R1277, MS-OXWSCORE_R1127, MS-OXWSCORE_R1704, MS-OXWSCORE_R1286",
    ],
    [
      "t:MeetingSuggestions",
      "t:MeetingSuggestion",
      "t:MeetingString",
      ["let's meet on Monday at 3pm."],
      "MS-OXWSCORE_R1083, MS-OXWSCORE_R1504, MS-OXWSCORE_R1275, MS-OXWSCORE_R1089, MS-OXWSCORE_R1505, MS-OXWSCORE_R1276",
    ],
    [
      "t:MeetingSuggestions",
      "t:MeetingSuggestion",
      "t:StartTime",
      ["2026-01-05T15:00:00Z"],
      "MS-OXWSCORE_R1090",
    ],
    [
      "t:MeetingSuggestions",
      "t:MeetingSuggestion",
      "t:EndTime",
      ["2026-01-05T15:30:00Z"],
      "MS-OXWSCORE_R1091",
    ],
    [
      "t:MeetingSuggestions",
      "t:MeetingSuggestion",
      "t:Subject",
      ["Offer, www.example.org"],
      "MS-OXWSCORE_R1088",
    ],
  ])("is, in %s, each %s with %s %j (%s)", (list, each, value, values) => {
    expect(texts(list, each, value)).toEqual(values);
  });

  test("names those who are to meet or to do it, and no place to meet at (MS-OXWSCORE_R1086, MS-OXWSCORE_R1128, MS-OXWSCORE_R1120, MS-OXWSCORE_R1512, MS-OXWSCORE_R1283, MS-OXWSCORE_R1123, MS-OXWSCORE_R1124, MS-OXWSCORE_R1702, MS-OXWSCORE_R1284, MS-OXWSCORE_R2935)", () => {
    const users = (of: Element | undefined) =>
      (of?.children ?? []).map((user) => [user.name, ...user.children.map(({ text: value }) => value)]);
    const ben = ["t:EmailUser", "Ben Fischer", "ben.fischer@contoso.com"];
    const meeting = at(found, "t:MeetingSuggestions", "t:MeetingSuggestion");
    expect(users(at(meeting, "t:Attendees"))).toEqual([["t:EmailUser", "Xaver Huber", "x@example.org"], ben]);
    expect(at(meeting, "t:Location")).toBeUndefined();
    const task = at(found, "t:TaskSuggestions", "t:TaskSuggestion");
    expect(users(at(task, "t:Assignees"))).toEqual([["t:EmailUser", "Anna Weber", anna], ben]);
  });

  test("is a person with all that the signature says (MS-OXWSCORE_R1097, MS-OXWSCORE_R1507, MS-OXWSCORE_R1508, MS-OXWSCORE_R1278, MS-OXWSCORE_R1100, MS-OXWSCORE_R1101, MS-OXWSCORE_R1102, MS-OXWSCORE_R1103, MS-OXWSCORE_R1104, MS-OXWSCORE_R1105, MS-OXWSCORE_R1106, MS-OXWSCORE_R1279, MS-OXWSCORE_R1109, MS-OXWSCORE_R1509, MS-OXWSCORE_R1280, MS-OXWSCORE_R1112, MS-OXWSCORE_R1510, MS-OXWSCORE_R1281, MS-OXWSCORE_R1115, MS-OXWSCORE_R1116, MS-OXWSCORE_R1117, MS-OXWSCORE_R1511, MS-OXWSCORE_R1282, MS-OXWSCORE_R1131, MS-OXWSCORE_R1706, MS-OXWSCORE_R1287, MS-OXWSCORE_R1080, MS-OXWSCORE_R1503, MS-OXWSCORE_R1716, MS-OXWSCORE_R1272)", () => {
    const [contact, ...more] = at(found, "t:Contacts")?.children ?? [];
    expect(more).toEqual([]);
    const told = (...path: string[]) => at(contact, ...path)?.text;
    expect(told("t:PersonName")).toBe("Xaver Huber");
    expect(told("t:BusinessName")).toBe("Huber Works");
    const phone = at(contact, "t:PhoneNumbers", "t:Phone")?.children;
    expect(phone?.map(({ text: value }) => value)).toEqual([
      "+1 206 555 0199",
      "+12065550199",
      "Unspecified",
    ]);
    expect(told("t:Urls", "t:Url")).toBe("https://huber.example.org");
    expect(told("t:EmailAddresses", "t:EmailAddress")).toBe("x@example.org");
    expect(told("t:Addresses", "t:Address")).toBe("12 Lake Road, Seattle, WA 98101");
    expect(told("t:ContactString")).toMatch(/^Xaver Huber, Huber Works, .*98101$/);
  });

  test("says where it stands: in the subject, the answer itself, its signature, or else (MS-OXWSCORE_R1747, MS-OXWSCORE_R1710, MS-OXWSCORE_R1746, MS-OXWSCORE_R1780, MS-OXWSCORE_R1782)", async () => {
    const positions = (of: Element | undefined) =>
      Object.fromEntries(
        (at(of, "t:Urls")?.children ?? []).map((entity) => [
          at(entity, "t:Url")?.text.replace("https://", "").split("/")[0],
          all(entity, "t:Position").map(({ text: value }) => value),
        ]),
      );
    expect(positions(found)).toEqual({
      "www.example.org": ["Subject"],
      "shop.example.org": ["LatestReply"],
      "huber.example.org": ["Signature"],
    });
    const answered = await ews.ask(
      `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:ReplyToItem>${idXml(item, "t:ReferenceItemId")}<t:NewBodyContent BodyType="Text">See https://huber.example.org too</t:NewBodyContent></t:ReplyToItem></m:Items></m:CreateItem>`,
    );
    expect(positions(await entities(keyIn(answered)))).toEqual({
      "www.example.org": ["Subject", "Other"],
      "shop.example.org": ["Other"],
      "huber.example.org": ["LatestReply", "Other"],
    });
  });

  test("is nothing where there is nothing, only said where asked for, and to clients of Exchange 2013 and later", async () => {
    const plain = await create(ews, {
      before: mimeXml(`${head}Subject: s\n\nNothing on 1.2.2026 to say.\n`),
    });
    expect(await entities(plain)).toBeUndefined();
    expect(
      at(await get(ews, item, "", { base: "AllProperties" }), "t:EntityExtractionResult"),
    ).toBeUndefined();
    const old = getXml([item], uris("item:EntityExtractionResult"));
    expect(codes(await ews.ask(old, { version: "Exchange2010_SP2" }))).toEqual([
      "ErrorIncorrectSchemaVersion",
    ]);
  });
});
