import { afterAll, beforeAll, expect, test } from "vitest";
import { rows } from "../../store.ts";
import { at, codes, startEws, type EwsTest } from "../client.ts";
import { create, get, setXml, tagXml, updateXml, uris, type ItemKey } from "../requests.ts";

let ews: EwsTest;
let item: ItemKey;
let tags: Record<"month" | "never" | "archive", string>;
beforeAll(async () => {
  ews = await startEws();
  const made = { Type: "Personal", RetentionAction: "DeleteAndAllowRecovery", AgeLimitForRetention: "30" };
  const id = "5f2b9a10-1111-4222-8333-0123456789ab";
  await ews.cmdlet("New-RetentionPolicyTag", { Name: "A month", ...made, RetentionId: id });
  const guid = (name: string) =>
    String(rows(ews.side, "RetentionPolicyTag").find(({ Name }) => Name === name)?.["Guid"]);
  tags = { month: id, never: guid("Never Delete"), archive: guid("Default 2 year move to archive") };
  const received = `<t:ExtendedProperty>${tagXml("0x0E06", "SystemTime")}<t:Value>2026-01-02T03:04:05Z</t:Value></t:ExtendedProperty>`;
  item = await create(ews, { after: received });
});
afterAll(() => ews.close());

const tagged = (name: string, id: string, isExplicit = true): string =>
  setXml(`item:${name}`, `<t:${name} IsExplicit="${isExplicit}">${id}</t:${name}>`);
const change = async (changes: string) => codes(await ews.ask(updateXml(item, changes)));
const read = async (name: string) => at(await get(ews, item, uris(`item:${name}`)), `t:${name}`);

test("a retention tag is given to an item, which then tells when it acts (MS-OXWSCORE_R1351, MS-OXWSCORE_R1353)", async () => {
  expect(await read("PolicyTag")).toBeUndefined();
  expect(await read("RetentionDate")).toBeUndefined();
  expect(await change(tagged("PolicyTag", tags.month))).toEqual(["NoError"]);
  expect(await read("PolicyTag")).toMatchObject({ text: tags.month, attributes: { IsExplicit: "true" } });
  expect((await read("RetentionDate"))?.text).toBe("2026-02-01T03:04:05Z");
});

test("MAPI's properties say the same", async () => {
  await change(tagged("PolicyTag", tags.month) + tagged("ArchiveTag", tags.archive));
  const value = async (tag: string, type: string) =>
    at(await get(ews, item, tagXml(tag, type)), "t:ExtendedProperty", "t:Value")?.text;
  expect(Buffer.from((await value("0x3019", "Binary")) ?? "", "base64").toString("hex")).toBe(
    "109a2b5f1111224283330123456789ab",
  );
  expect(await value("0x301A", "Integer")).toBe("30");
  expect(await value("0x301C", "SystemTime")).toBe("2026-02-01T03:04:05Z");
  expect(await value("0x301D", "Integer")).toBe("33");
  expect(await value("0x301E", "Integer")).toBe("730");
  expect((await read("ArchiveTag"))?.text).toBe(tags.archive);
});

test("a tag that is switched off gives no date, and a tag can be taken away", async () => {
  await change(tagged("PolicyTag", tags.never));
  expect((await read("PolicyTag"))?.text).toBe(tags.never);
  expect(await read("RetentionDate")).toBeUndefined();
  await change(tagged("PolicyTag", tags.month));
  await change(`<t:DeleteItemField>${uris("item:PolicyTag")}</t:DeleteItemField>`);
  expect(await read("PolicyTag")).toBeUndefined();
  expect(await read("RetentionDate")).toBeUndefined();
});

test("only a tag of the organization fits, of the right type, and explicitly", async () => {
  const unknown = "00000000-0000-4000-8000-000000000000";
  expect(await change(tagged("PolicyTag", unknown))).toEqual(["ErrorInvalidRetentionTagIdGuid"]);
  expect(await change(tagged("PolicyTag", tags.archive))).toEqual(["ErrorInvalidRetentionTagTypeMismatch"]);
  expect(await change(tagged("ArchiveTag", tags.month))).toEqual(["ErrorInvalidRetentionTagTypeMismatch"]);
  expect(await change(tagged("PolicyTag", tags.month, false))).toEqual([
    "ErrorInvalidRetentionTagInheritance",
  ]);
});
