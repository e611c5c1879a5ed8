import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, startEws, type EwsTest } from "../client.ts";
import { create, createXml, get, setXml, updateXml, uris } from "../requests.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

describe("a property that only the server sets", () => {
  test.each([
    ["item:ItemId", '<t:ItemId Id="AAMk"/>', "MS-OXWSCORE_R2347 MS-OXWSCORE_R2014"],
    ["item:ParentFolderId", '<t:ParentFolderId Id="AAMk"/>', "MS-OXWSCORE_R2348 MS-OXWSCORE_R2016"],
    [
      "item:DateTimeReceived",
      "<t:DateTimeReceived>2026-01-01T00:00:00Z</t:DateTimeReceived>",
      "MS-OXWSCORE_R2349 MS-OXWSCORE_R2025",
    ],
    ["item:Size", "<t:Size>1</t:Size>", "MS-OXWSCORE_R2272 MS-OXWSCORE_R2027"],
    [
      "item:DateTimeSent",
      "<t:DateTimeSent>2026-01-01T00:00:00Z</t:DateTimeSent>",
      "MS-OXWSCORE_R2273 MS-OXWSCORE_R2031",
    ],
    [
      "item:DateTimeCreated",
      "<t:DateTimeCreated>2026-01-01T00:00:00Z</t:DateTimeCreated>",
      "MS-OXWSCORE_R2274 MS-OXWSCORE_R2033",
    ],
    ["item:DisplayTo", "<t:DisplayTo>x</t:DisplayTo>", "MS-OXWSCORE_R2275 MS-OXWSCORE_R2035"],
    [
      "item:EffectiveRights",
      "<t:EffectiveRights><t:CreateAssociated>true</t:CreateAssociated><t:CreateContents>true</t:CreateContents><t:CreateHierarchy>true</t:CreateHierarchy><t:Delete>true</t:Delete><t:Modify>true</t:Modify><t:Read>true</t:Read></t:EffectiveRights>",
      "MS-OXWSCORE_R2276 MS-OXWSCORE_R2037",
    ],
    [
      "item:LastModifiedName",
      "<t:LastModifiedName>x</t:LastModifiedName>",
      "MS-OXWSCORE_R2277 MS-OXWSCORE_R2039",
    ],
    [
      "item:WebClientReadFormQueryString",
      "<t:WebClientReadFormQueryString>x</t:WebClientReadFormQueryString>",
      "MS-OXWSCORE_R2043 MS-OXWSCORE_R2338 MS-OXWSCORE_R1342",
    ],
    ["item:InstanceKey", "<t:InstanceKey>AQID</t:InstanceKey>", "MS-OXWSCORE_R2046 MS-OXWSCORE_R2350"],
    [
      "item:NormalizedBody",
      '<t:NormalizedBody BodyType="Text">x</t:NormalizedBody>',
      "MS-OXWSCORE_R2048 MS-OXWSCORE_R2351",
    ],
    ["item:Preview", "<t:Preview>x</t:Preview>", "MS-OXWSCORE_R2050 MS-OXWSCORE_R2352"],
    [
      "item:RightsManagementLicenseData",
      "<t:RightsManagementLicenseData/>",
      "MS-OXWSCORE_R2052 MS-OXWSCORE_R2353",
    ],
    ["item:BlockStatus", "<t:BlockStatus>true</t:BlockStatus>", "MS-OXWSCORE_R2355"],
    ["item:TextBody", '<t:TextBody BodyType="Text">x</t:TextBody>', "MS-OXWSCORE_R2060 MS-OXWSCORE_R2356"],
    ["item:IconIndex", "<t:IconIndex>MailRead</t:IconIndex>", "MS-OXWSCORE_R2062 MS-OXWSCORE_R2358"],
    ["message:ConversationIndex", "<t:ConversationIndex>AQID</t:ConversationIndex>", "MS-OXWSMSG_R49"],
    ["message:ConversationTopic", "<t:ConversationTopic>x</t:ConversationTopic>", "MS-OXWSMSG_R52"],
    [
      "message:ReceivedBy",
      "<t:ReceivedBy><t:Mailbox><t:EmailAddress>a@x</t:EmailAddress></t:Mailbox></t:ReceivedBy>",
      "MS-OXWSMSG_R72001",
    ],
    [
      "message:ReceivedRepresenting",
      "<t:ReceivedRepresenting><t:Mailbox><t:EmailAddress>a@x</t:EmailAddress></t:Mailbox></t:ReceivedRepresenting>",
      "MS-OXWSMSG_R73001",
    ],
    ["message:ApprovalRequestData", "<t:ApprovalRequestData/>", "MS-OXWSMSG_R73008"],
    ["message:VotingInformation", "<t:VotingInformation/>", "MS-OXWSMSG_R73009"],
    ["message:ReminderMessageData", "<t:ReminderMessageData/>", "MS-OXWSMSG_R73010"],
  ])("%s is refused as %s in CreateItem and in UpdateItem (%s)", async (uri, value) => {
    const message = uri.startsWith("message:");
    const made = await ews.ask(createXml({ flags: "", ...(message ? { after: value } : { before: value }) }));
    expect(codes(made)).toEqual(["ErrorInvalidPropertySet"]);
    const item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    // The field's URI has no name for two of them: they are no part of a change at all.
    if (["message:VotingInformation", "message:ReminderMessageData"].includes(uri)) return;
    const before = (await get(ews, item, uris(uri))).children;
    expect(codes(await ews.ask(updateXml(item, setXml(uri, value))))).toEqual(["ErrorInvalidPropertySet"]);
    expect((await get(ews, item, uris(uri))).children).toEqual(before);
  });

  test("the Message-ID of what is there stays (MS-OXWSMSG_R58)", async () => {
    const item = await create(ews, { after: "<t:InternetMessageId>&lt;a@x&gt;</t:InternetMessageId>" });
    const value = "<t:InternetMessageId>&lt;b@x&gt;</t:InternetMessageId>";
    const updated = await ews.ask(updateXml(item, setXml("message:InternetMessageId", value)));
    expect(codes(updated)).toEqual(["ErrorInvalidPropertySet"]);
    expect((await get(ews, item, uris("message:InternetMessageId"))).children[1]?.text).toBe("<a@x>");
  });

  test("StoreEntryId is ignored when a client sets it (MS-OXWSCORE_R20452, MS-OXWSCORE_R1881)", async () => {
    const item = await create(ews, { after: "<t:StoreEntryId>AQID</t:StoreEntryId>" });
    const [, found] = (await get(ews, item, uris("item:StoreEntryId"))).children;
    expect(found?.name).toBe("t:StoreEntryId");
    expect(found?.text).not.toBe("AQID");
    expect(Buffer.from(found?.text ?? "", "base64").toString("base64")).toBe(found?.text);
  });

  test("the class of another kind of item is refused for a message (MS-OXWSCORE_R2023, MS-OXWSCDATA_R619)", async () => {
    for (const itemClass of ["IPM.Contact", "IPM.Appointment", "IPM.Task", "IPM.DistList", "IPM.Post"])
      expect([
        itemClass,
        codes(await ews.ask(createXml({ before: `<t:ItemClass>${itemClass}</t:ItemClass>` }))),
      ]).toEqual([itemClass, ["ErrorObjectTypeChanged"]]);
    expect(codes(await ews.ask(createXml({ before: "<t:ItemClass>IPM.Note.Own</t:ItemClass>" })))).toEqual([
      "NoError",
    ]);
  });
});
