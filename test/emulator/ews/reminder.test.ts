import { afterAll, beforeAll, expect, test } from "vitest";
import { all, at, codes, soap, startEws, type EwsTest } from "./client.ts";
import { create, get, setXml, updateXml, uris } from "./requests.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

const common = (id: number, type: string): string =>
  `<t:ExtendedFieldURI DistinguishedPropertySetId="Common" PropertyId="${id}" PropertyType="${type}"/>`;
const names = ["ReminderDueBy", "ReminderIsSet", "ReminderMinutesBeforeStart"];

async function reminder(item: { id: string }): Promise<(string | undefined)[]> {
  const read = await get(ews, item, uris(...names.map((name) => `item:${name}`)));
  return names.map((name) => at(read, `t:${name}`)?.text);
}

test("a message is created with a reminder, which is changed and taken away", async () => {
  const item = await create(ews, {
    before:
      "<t:ReminderDueBy>2026-12-01T08:00:00Z</t:ReminderDueBy><t:ReminderIsSet>1</t:ReminderIsSet><t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>",
  });
  expect(await reminder(item)).toEqual(["2026-12-01T08:00:00Z", "true", "15"]);
  const change = setXml("item:ReminderIsSet", "<t:ReminderIsSet>false</t:ReminderIsSet>");
  const removal = `<t:DeleteItemField>${uris("item:ReminderDueBy")}</t:DeleteItemField>`;
  expect(codes(await ews.ask(updateXml(item, change + removal)))).toEqual(["NoError"]);
  expect(await reminder(item)).toEqual([undefined, "false", "15"]);
});

test("the reminder is there as MAPI properties too, both ways", async () => {
  const item = await create(ews, { before: "<t:ReminderIsSet>true</t:ReminderIsSet>" });
  const paths = common(0x8503, "Boolean") + common(0x8501, "Integer");
  const value = `<t:ExtendedProperty>${common(0x8501, "Integer")}<t:Value>30</t:Value></t:ExtendedProperty>`;
  await ews.ask(updateXml(item, setXml(common(0x8501, "Integer"), value)));
  const read = await get(ews, item, uris("item:ReminderMinutesBeforeStart") + paths);
  expect(all(read, "t:Value").map(({ text }) => text)).toEqual(["true", "30"]);
  expect(at(read, "t:ReminderMinutesBeforeStart")?.text).toBe("30");
});

test.each(["x", "1.5", "3000000000", ""])("%j is no number of minutes", async (minutes) => {
  const item = await create(ews, {});
  const value = `<t:ReminderMinutesBeforeStart>${minutes}</t:ReminderMinutesBeforeStart>`;
  const answered = await ews.raw(soap(updateXml(item, setXml("item:ReminderMinutesBeforeStart", value))));
  expect(codes(answered)).toEqual(["ErrorInvalidValueForProperty"]);
});

test("a message asks for a response, until it no longer does", async () => {
  const item = await create(ews, { after: "<t:IsResponseRequested>1</t:IsResponseRequested>" });
  const asked = async () =>
    at(await get(ews, item, uris("message:IsResponseRequested")), "t:IsResponseRequested")?.text;
  expect(await asked()).toBe("true");
  const change = setXml("message:IsResponseRequested", "<t:IsResponseRequested>0</t:IsResponseRequested>");
  await ews.ask(updateXml(item, change));
  expect(await asked()).toBe("false");
});
