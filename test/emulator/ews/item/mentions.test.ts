import { afterAll, beforeAll, expect, test } from "vitest";
import { all, anna, at, codes, startEws, type EwsTest } from "../client.ts";
import { create, get, getXml, setXml, updateXml, uris, type ItemKey } from "../requests.ts";

let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws();
  item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
});
afterAll(() => ews.close());

const read = async (name: string) => at(await get(ews, item, uris(`item:${name}`)), `t:${name}`);
const mentioned = (...addresses: string[]): string =>
  setXml(
    "item:Mentions",
    `<t:Mentions>${addresses.map((each) => `<t:Mailbox><t:EmailAddress>${each}</t:EmailAddress></t:Mailbox>`).join("")}</t:Mentions>`,
  );

test.each([
  ["Hashtags", "MS-OXWSCORE_R2925"],
  ["PendingSocialActivityTagIds", "MS-OXWSCORE_R2931"],
])("%s are kept, and taken away again (%s)", async (name) => {
  expect(await read(name)).toBeUndefined();
  const list = `<t:${name}><t:String>#plan</t:String><t:String>#2026</t:String></t:${name}>`;
  expect(codes(await ews.ask(updateXml(item, setXml(`item:${name}`, list))))).toEqual(["NoError"]);
  expect((await read(name))?.children.map(({ text }) => text)).toEqual(["#plan", "#2026"]);
  await ews.ask(updateXml(item, `<t:DeleteItemField>${uris(`item:${name}`)}</t:DeleteItemField>`));
  expect(await read(name)).toBeUndefined();
});

test("mentions tell whom a message names, and whether the mailbox's owner is among them (MS-OXWSCORE_R2927, MS-OXWSCORE_R2932)", async () => {
  expect((await read("MentionedMe"))?.text).toBe("false");
  await ews.ask(updateXml(item, mentioned("ben.fischer@contoso.com", "x@example.org")));
  const found = await read("Mentions");
  expect(found && all(found, "t:Name").map(({ text }) => text)).toEqual(["Ben Fischer", "x@example.org"]);
  expect((await read("MentionedMe"))?.text).toBe("false");
  await ews.ask(updateXml(item, mentioned(anna.toUpperCase())));
  expect((await read("MentionedMe"))?.text).toBe("true");
});

test("clients of Exchange 2013 know nothing of them", async () => {
  const asked = getXml([item], uris("item:Mentions"));
  expect(codes(await ews.ask(asked, { version: "Exchange2013_SP1" }))).toEqual([
    "ErrorIncorrectSchemaVersion",
  ]);
});
