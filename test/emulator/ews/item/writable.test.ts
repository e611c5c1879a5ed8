import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, codes, startEws, type EwsTest } from "../client.ts";
import { create, get, recipientsXml, setXml, tagXml, updateXml, uris } from "../requests.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

/** A property, its element in a request, the text in which the server answers it, and the requirements that this shows. */
const ofItems: [uri: string, value: string, text: string, ids: string][] = [
  ["item:Subject", "<t:Subject>Hello</t:Subject>", "Hello", "MS-OXWSCORE_R73 MS-OXWSCORE_R1311"],
  [
    "item:Sensitivity",
    "<t:Sensitivity>Normal</t:Sensitivity>",
    "Normal",
    "MS-OXWSCORE_R1651 MS-OXWSCORE_R75 MS-OXWSCDATA_R783",
  ],
  ["item:Sensitivity", "<t:Sensitivity>Personal</t:Sensitivity>", "Personal", "MS-OXWSCORE_R1652"],
  ["item:Sensitivity", "<t:Sensitivity>Private</t:Sensitivity>", "Private", "MS-OXWSCORE_R1653"],
  ["item:Sensitivity", "<t:Sensitivity>Confidential</t:Sensitivity>", "Confidential", "MS-OXWSCORE_R1650"],
  [
    "item:Body",
    '<t:Body BodyType="Text">plain</t:Body>',
    "plain",
    "MS-OXWSCORE_R1680 MS-OXWSCORE_R76 MS-OXWSCDATA_R1665 MS-OXWSCDATA_R1097 MS-OXWSCDATA_R1096 MS-OXWSCDATA_R20",
  ],
  [
    "item:Importance",
    "<t:Importance>High</t:Importance>",
    "High",
    "MS-OXWSCORE_R198 MS-OXWSCORE_R81 MS-OXWSCORE_R1318 MS-OXWSCORE_R196",
  ],
  ["item:Importance", "<t:Importance>Low</t:Importance>", "Low", "MS-OXWSCORE_R199"],
  ["item:Importance", "<t:Importance>Normal</t:Importance>", "Normal", "MS-OXWSCORE_R200"],
  ["item:InReplyTo", "<t:InReplyTo>&lt;a@x&gt;</t:InReplyTo>", "<a@x>", "MS-OXWSCORE_R82 MS-OXWSCORE_R1319"],
  [
    "item:ItemClass",
    "<t:ItemClass>IPM.Note.Own</t:ItemClass>",
    "IPM.Note.Own",
    "MS-OXWSCORE_R72 MS-OXWSCORE_R1310 MS-OXWSCORE_R202",
  ],
  [
    "item:ReminderDueBy",
    "<t:ReminderDueBy>2026-12-01T08:00:00Z</t:ReminderDueBy>",
    "2026-12-01T08:00:00Z",
    "MS-OXWSCORE_R92 MS-OXWSCORE_R1329",
  ],
  [
    "item:ReminderIsSet",
    "<t:ReminderIsSet>true</t:ReminderIsSet>",
    "true",
    "MS-OXWSCORE_R94 MS-OXWSCORE_R1330 MS-OXWSCORE_R1616",
  ],
  ["item:ReminderIsSet", "<t:ReminderIsSet>false</t:ReminderIsSet>", "false", "MS-OXWSCORE_R1617"],
  [
    "item:ReminderMinutesBeforeStart",
    "<t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>",
    "15",
    "MS-OXWSCORE_R95 MS-OXWSCORE_R1331 MS-OXWSCORE_R204",
  ],
];
const ofMessages: [uri: string, value: string, text: string, ids: string][] = [
  [
    "message:IsReadReceiptRequested",
    "<t:IsReadReceiptRequested>true</t:IsReadReceiptRequested>",
    "true",
    "MS-OXWSMSG_R39 MS-OXWSMSG_R40 MS-OXWSMSG_R41 MS-OXWSMSG_R42 MS-OXWSMSG_R186",
  ],
  [
    "message:IsReadReceiptRequested",
    "<t:IsReadReceiptRequested>false</t:IsReadReceiptRequested>",
    "false",
    "MS-OXWSMSG_R4200",
  ],
  [
    "message:IsDeliveryReceiptRequested",
    "<t:IsDeliveryReceiptRequested>true</t:IsDeliveryReceiptRequested>",
    "true",
    "MS-OXWSMSG_R43 MS-OXWSMSG_R45 MS-OXWSMSG_R46 MS-OXWSMSG_R187",
  ],
  [
    "message:IsDeliveryReceiptRequested",
    "<t:IsDeliveryReceiptRequested>false</t:IsDeliveryReceiptRequested>",
    "false",
    "MS-OXWSMSG_R4600",
  ],
  [
    "message:IsRead",
    "<t:IsRead>true</t:IsRead>",
    "true",
    "MS-OXWSMSG_R59 MS-OXWSMSG_R60 MS-OXWSMSG_R61 MS-OXWSMSG_R192",
  ],
  ["message:IsRead", "<t:IsRead>false</t:IsRead>", "false", "MS-OXWSMSG_R6100"],
  [
    "message:IsResponseRequested",
    "<t:IsResponseRequested>true</t:IsResponseRequested>",
    "true",
    "MS-OXWSMSG_R62 MS-OXWSMSG_R63 MS-OXWSMSG_R64 MS-OXWSMSG_R65 MS-OXWSMSG_R193",
  ],
  [
    "message:IsResponseRequested",
    "<t:IsResponseRequested>false</t:IsResponseRequested>",
    "false",
    "MS-OXWSMSG_R6500",
  ],
  [
    "message:References",
    "<t:References>&lt;a@x&gt;</t:References>",
    "<a@x>",
    "MS-OXWSMSG_R66 MS-OXWSMSG_R67 MS-OXWSMSG_R68 MS-OXWSMSG_R194",
  ],
];
const recipients: [name: string, kind: string, ids: string][] = [
  [
    "Sender",
    "single",
    "MS-OXWSMSG_R25 MS-OXWSMSG_R26 MS-OXWSMSG_R27 MS-OXWSMSG_R28 MS-OXWSMSG_R2512 MS-OXWSMSG_R2516 MS-OXWSCDATA_R1292",
  ],
  [
    "ToRecipients",
    "many",
    "MS-OXWSMSG_R29 MS-OXWSMSG_R30 MS-OXWSMSG_R32 MS-OXWSMSG_R2912 MS-OXWSMSG_R2916 MS-OXWSCDATA_R1033 MS-OXWSCDATA_R1147 MS-OXWSCDATA_R163 MS-OXWSCDATA_R189 MS-OXWSCDATA_R1428001",
  ],
  ["CcRecipients", "many", "MS-OXWSMSG_R184 MS-OXWSMSG_R33 MS-OXWSMSG_R34 MS-OXWSMSG_R35"],
  ["BccRecipients", "many", "MS-OXWSMSG_R185 MS-OXWSMSG_R36 MS-OXWSMSG_R37 MS-OXWSMSG_R38"],
  ["From", "single", "MS-OXWSMSG_R190 MS-OXWSMSG_R53 MS-OXWSMSG_R54 MS-OXWSMSG_R55"],
  ["ReplyTo", "many", "MS-OXWSMSG_R195 MS-OXWSMSG_R69 MS-OXWSMSG_R70 MS-OXWSMSG_R71"],
];
const name = (uri: string): string => `t:${uri.split(":")[1]}`;

describe("what a client sets", () => {
  test.each(ofItems)("%s comes back: %s as '%s' (%s)", async (uri, value, text) => {
    const item = await create(ews, { flags: "", before: value });
    expect(at(await get(ews, item, uris(uri)), name(uri))?.text).toBe(text);
    const other = await create(ews, { before: "", flags: "" });
    expect(codes(await ews.ask(updateXml(other, setXml(uri, value))))).toEqual(["NoError"]);
    expect(at(await get(ews, other, uris(uri)), name(uri))?.text).toBe(text);
  });

  test.each(ofMessages)("%s comes back: %s as '%s' (%s)", async (uri, value, text) => {
    const item = await create(ews, { after: value, flags: "" });
    expect(at(await get(ews, item, uris(uri)), name(uri))?.text).toBe(text);
    // It may be left out, and be set later.
    const other = await create(ews, { flags: "" });
    expect(codes(await ews.ask(updateXml(other, setXml(uri, value))))).toEqual(["NoError"]);
    expect(at(await get(ews, other, uris(uri)), name(uri))?.text).toBe(text);
  });

  test.each(recipients)("%s comes back, %s, with what the directory knows (%s)", async (element, kind) => {
    const addresses = kind === "single" ? [anna] : [anna, "x@example.org", "board@contoso.com"];
    const value = recipientsXml(element, ...addresses);
    const item = await create(ews, { after: value, flags: "" });
    const other = await create(ews, { flags: "" });
    expect(at(await get(ews, other, uris(`message:${element}`)), `t:${element}`)).toBeUndefined();
    expect(codes(await ews.ask(updateXml(other, setXml(`message:${element}`, value))))).toEqual(["NoError"]);
    for (const each of [item, other]) {
      const found = at(await get(ews, each, uris(`message:${element}`)), `t:${element}`);
      expect(found?.children.map((mailbox) => mailbox.children.map(({ text }) => text))).toEqual(
        [
          ["Anna Weber", anna, "SMTP", "Mailbox"],
          ["x@example.org", "x@example.org", "SMTP", "OneOff"],
          [expect.any(String), "board@contoso.com", "SMTP", "PublicDL"],
        ].slice(0, addresses.length),
      );
    }
  });

  test("a subject of 255 characters comes back whole (MS-OXWSCORE_R74)", async () => {
    const subject = "s".repeat(255);
    const item = await create(ews, { before: `<t:Subject>${subject}</t:Subject>` });
    expect(at(await get(ews, item, uris("item:Subject")), "t:Subject")?.text).toBe(subject);
  });

  test("an HTML body comes back as HTML (MS-OXWSCORE_R1679, MS-OXWSCDATA_R4003)", async () => {
    const item = await create(ews, { before: '<t:Body BodyType="HTML">&lt;p&gt;x&lt;/p&gt;</t:Body>' });
    const body = at(await get(ews, item, uris("item:Body")), "t:Body");
    expect(body?.attributes).toEqual({ BodyType: "HTML", IsTruncated: "false" });
    expect(body?.text).toContain("<p>x</p>");
  });

  test("categories come back in their order (MS-OXWSCORE_R80, MS-OXWSCORE_R1317, MS-OXWSCDATA_R1541, MS-OXWSCDATA_R1081)", async () => {
    const item = await create(ews, {
      before: "<t:Categories><t:String>b</t:String><t:String>a</t:String></t:Categories>",
    });
    const found = at(await get(ews, item, uris("item:Categories")), "t:Categories");
    expect(found?.children.map(({ name: of, text }) => [of, text])).toEqual([
      ["t:String", "b"],
      ["t:String", "a"],
    ]);
  });

  test("the next reminder is due so many minutes before (MS-OXWSCORE_R1727, MS-OXWSCORE_R2283)", async () => {
    const item = await create(ews, {
      before:
        "<t:ReminderDueBy>2026-12-01T08:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>",
    });
    expect(at(await get(ews, item, uris("item:ReminderNextTime")), "t:ReminderNextTime")?.text).toBe(
      "2026-12-01T07:45:00Z",
    );
  });

  test("extended properties come back (MS-OXWSCORE_R101, MS-OXWSCORE_R1336, MS-OXWSXPROP_R145, MS-OXWSXPROP_R146, MS-OXWSXPROP_R128, MS-OXWSXPROP_R130, MS-OXWSXPROP_R150, MS-OXWSXPROP_R153, MS-OXWSXPROP_R134, MS-OXWSXPROP_R133)", async () => {
    const tag = tagXml("0x6601", "String");
    const item = await create(ews, {
      before: `<t:ExtendedProperty>${tag}<t:Value>v</t:Value></t:ExtendedProperty>`,
      flags: "",
    });
    const [property] = all(await get(ews, item, tag), "t:ExtendedProperty");
    expect(property?.children).toMatchObject([
      { name: "t:ExtendedFieldURI", attributes: { PropertyTag: "0x6601", PropertyType: "String" } },
      { name: "t:Value", text: "v" },
    ]);
  });
});

describe("a flag", () => {
  const flag = (status: string, ...dates: string[]) =>
    `<t:Flag><t:FlagStatus>${status}</t:FlagStatus>${dates.map((each) => `<t:${each}>2026-11-22T00:00:00Z</t:${each}>`).join("")}</t:Flag>`;
  const set = async (value: string) => {
    const item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    return { item, codes: codes(await ews.ask(updateXml(item, setXml("item:Flag", value)))) };
  };

  test.each([
    [
      "Flagged",
      ["StartDate", "DueDate"],
      "MS-OXWSCORE_R1042 MS-OXWSCORE_R1043 MS-OXWSCORE_R1044 MS-OXWSCORE_R1502 MS-OXWSCORE_R1271 MS-OXWSCORE_R1346",
    ],
    ["Complete", ["CompleteDate"], "MS-OXWSCORE_R1045"],
    ["NotFlagged", [], "MS-OXWSCORE_R1042"],
  ])("%s comes back with %s (%s)", async (status, dates) => {
    const { item, codes: answered } = await set(flag(status, ...dates));
    expect(answered).toEqual(["NoError"]);
    const found = at(await get(ews, item, uris("item:Flag")), "t:Flag");
    expect(found?.children.map(({ name: of, text }) => [of, text])).toEqual([
      ["t:FlagStatus", status],
      ...dates.map((each) => [`t:${each}`, "2026-11-22T00:00:00Z"]),
    ]);
  });

  test.each([
    ["Flagged", ["CompleteDate"], "MS-OXWSCORE_R2002 MS-OXWSCORE_R2010"],
    ["Flagged", ["StartDate"], "MS-OXWSCORE_R2002 MS-OXWSCORE_R2010"],
    ["Flagged", ["DueDate"], "MS-OXWSCORE_R2002 MS-OXWSCORE_R2010"],
    ["NotFlagged", ["CompleteDate"], "MS-OXWSCORE_R2005 MS-OXWSCORE_R2010"],
    ["NotFlagged", ["StartDate", "DueDate"], "MS-OXWSCORE_R2005 MS-OXWSCORE_R2010"],
    ["Complete", ["StartDate", "DueDate"], "MS-OXWSCORE_R2008 MS-OXWSCORE_R2010"],
  ])("%s is refused with %s (%s)", async (status, dates) => {
    expect((await set(flag(status, ...dates))).codes).toEqual(["ErrorInvalidArgument"]);
  });
});
