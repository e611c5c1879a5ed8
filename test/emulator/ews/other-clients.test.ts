import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, codes, soap, startEws, type EwsTest } from "./client.ts";
import { fields } from "./path.ts";
import { foreignFields } from "./foreign-fields.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { create, folderXml, get, getXml, setXml, updateXml, uris, type ItemKey } from "./requests.ts";

let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws();
  item = await create(ews, { before: "<t:Subject>Hello</t:Subject>" });
});
afterAll(() => ews.close());

const getFolder = (id: string): string => getFoldersXml(id, "Default");

describe("what clients of other makers rely on", () => {
  test("the envelope is named without a prefix, in answers and in faults", async () => {
    expect((await ews.ask(getFolder(folderXml()))).text).toMatch(
      /^<\?xml[^>]*><Envelope [^>]*><Header>.*<Body>/s,
    );
    const fault = await ews.raw(soap("<m:MakeCoffee/>"));
    expect(fault.text).toMatch(/<Body><Fault><faultcode xmlns="">/);
    expect(codes(fault)).toEqual(["ErrorSchemaValidation"]);
  });

  test("the owner is named in a distinguished folder's id", async () => {
    const id = `<t:DistinguishedFolderId Id="sentitems"><t:Mailbox><t:EmailAddress>${anna.toUpperCase()}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
    expect(codes(await ews.ask(getFolder(id)))).toEqual(["NoError"]);
  });

  test("booleans are 0 and 1", async () => {
    const asked = getXml([item]).replace(
      "</t:BaseShape>",
      "</t:BaseShape><t:IncludeMimeContent>1</t:IncludeMimeContent>",
    );
    const answered = await ews.ask(asked);
    expect(answered.text).toContain("<t:MimeContent ");
    const resolve =
      '<m:ResolveNames ReturnFullContactData="1"><m:UnresolvedEntry>anna.weber</m:UnresolvedEntry></m:ResolveNames>';
    expect((await ews.ask(resolve)).text).toContain("<t:Contact>");
  });

  test("two hundred properties are asked for at once, those of appointments and contacts too", async () => {
    const names = [...fields.map(({ uri }) => uri), ...foreignFields].filter(
      (name) => !/:(?:ImAddress|PhysicalAddress:.*|PhoneNumber|EmailAddress|Members:Member)$/.test(name),
    );
    expect(names.length).toBeGreaterThan(200);
    const answered = await ews.ask(getXml([item], uris(...names)));
    expect(codes(answered)).toEqual(["NoError"]);
    expect(
      at(answered.body, "m:ResponseMessages", "m:GetItemResponseMessage", "m:Items", "t:Message", "t:Subject")
        ?.text,
    ).toBe("Hello");
  });

  test("synchronisation answers what a client names, although lists leave it out", async () => {
    const sync = (shape: string) =>
      `<m:SyncFolderItems><m:ItemShape>${shape}</m:ItemShape><m:SyncFolderId>${folderXml()}</m:SyncFolderId><m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>`;
    const named = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris("item:Body", "item:ResponseObjects")}</t:AdditionalProperties>`;
    const answered = await ews.ask(sync(named));
    expect(codes(answered)).toEqual(["NoError"]);
    expect(all(answered.body, "t:Body")).toHaveLength(1);
    expect(all(answered.body, "t:ReplyToItem")).toHaveLength(1);
    const listed = await ews.ask(sync("<t:BaseShape>AllProperties</t:BaseShape>"));
    expect(all(listed.body, "t:Subject").map(({ text }) => text)).toEqual(["Hello"]);
    expect(all(listed.body, "t:Body")).toEqual([]);
  });

  test("an item that was read is written back with all that can be set", async () => {
    const draft = await create(ews, { folder: "drafts", flags: "" });
    const written = updateXml(
      draft,
      setXml("item:Culture", "<t:Culture>de-DE</t:Culture>") +
        setXml("message:InternetMessageId", "<t:InternetMessageId>&lt;own@x&gt;</t:InternetMessageId>"),
    );
    expect(codes(await ews.ask(written))).toEqual(["NoError"]);
    const read = await get(ews, draft, uris("item:Culture", "message:InternetMessageId"));
    expect([at(read, "t:Culture")?.text, at(read, "t:InternetMessageId")?.text]).toEqual([
      "de-DE",
      "<own@x>",
    ]);
    await ews.ask(updateXml(draft, `<t:DeleteItemField>${uris("item:Culture")}</t:DeleteItemField>`));
    expect(at(await get(ews, draft, uris("item:Culture")), "t:Culture")?.text).toBe("en-US");
    const wrong = await ews.raw(
      soap(updateXml(draft, setXml("item:Culture", "<t:Culture>de_?</t:Culture>"))),
    );
    expect(codes(wrong)).toEqual(["ErrorInvalidValueForProperty"]);
  });

  test("a property that no item has is still a mistake", async () => {
    for (const uri of ["calendar:Coffee", "coffee:Start"])
      expect(codes(await ews.raw(soap(getXml([item], uris(uri)))))).toEqual(["ErrorSchemaValidation"]);
  });
});
