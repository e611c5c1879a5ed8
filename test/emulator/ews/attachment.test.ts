import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, soap, startEws, type EwsTest } from "./client.ts";
import { attachXml, create, get, uris, type ItemKey } from "./requests.ts";

const picture =
  "<t:FileAttachment><t:Name>logo.png</t:Name><t:ContentType>image/png</t:ContentType><t:ContentId>logo@siu</t:ContentId><t:IsInline>true</t:IsInline><t:Content>iVBORw0KGgo=</t:Content></t:FileAttachment>";
const file = "<t:FileAttachment><t:Name>Größe.pdf</t:Name><t:Content>AQID</t:Content></t:FileAttachment>";
let ews: EwsTest;
let item: ItemKey;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  item = await create(ews, {
    before: '<t:Subject>x</t:Subject><t:Body BodyType="HTML">&lt;img src="cid:logo@siu"&gt;</t:Body>',
  });
});

const add = (attachments: string) => ews.ask(attachXml(item, attachments));
const fetch = (id: string, shape = "") =>
  ews.ask(
    `<m:GetAttachment>${shape}<m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:GetAttachment>`,
  );
const remove = (id: string) =>
  ews.ask(
    `<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:DeleteAttachment>`,
  );
const property = async (name: string) => at(await get(ews, item, uris(name)), `t:${name.split(":")[1]}`);

describe("CreateAttachment", () => {
  test("gives the item a new change key with each attachment, and tells it", async () => {
    const ids = all((await add(picture + file)).body, "t:AttachmentId").map(({ attributes }) => attributes);
    expect(ids.map((id) => id["RootItemId"])).toEqual([item.id, item.id]);
    expect(new Set([item.changeKey, ...ids.map((id) => id["RootItemChangeKey"])]).size).toBe(3);
    const now = at(await get(ews, item), "t:ItemId")?.attributes["ChangeKey"];
    expect(now).toBe(ids[1]?.["RootItemChangeKey"]);
  });

  test("keeps name, type, content id and content, and shows them in the MIME", async () => {
    await add(picture + file);
    const listed = (await property("item:Attachments"))?.children ?? [];
    expect(listed.map((each) => at(each, "t:Name")?.text)).toEqual(["logo.png", "Größe.pdf"]);
    expect(at(listed[0], "t:ContentId")?.text).toBe("logo@siu");
    const mime = await get(ews, item, "", { mime: true });
    const again = await create(ews, {
      before: `<t:MimeContent>${at(mime, "t:MimeContent")?.text}</t:MimeContent>`,
    });
    const copied = at(await get(ews, again, uris("item:Attachments")), "t:Attachments")?.children ?? [];
    expect(
      copied.map((each) => [
        at(each, "t:Name")?.text,
        at(each, "t:ContentId")?.text,
        at(each, "t:IsInline")?.text,
      ]),
    ).toEqual([
      ["logo.png", "logo@siu", "true"],
      ["Größe.pdf", undefined, "false"],
    ]);
    const [id = ""] = all(await get(ews, again, uris("item:Attachments")), "t:AttachmentId").map(
      ({ attributes }) => attributes["Id"],
    );
    expect(all((await fetch(id)).body, "t:Content")[0]?.text).toBe("iVBORw0KGgo=");
  });

  test("lets inline pictures alone count as no attachment", async () => {
    await add(picture);
    expect((await property("item:HasAttachments"))?.text).toBe("false");
    await add(file);
    expect((await property("item:HasAttachments"))?.text).toBe("true");
  });

  test("refuses content that is no base64", async () => {
    const answered = await ews.raw(soap(attachXml(item, file.replace("AQID", "A"))));
    expect(codes(answered)).toEqual(["ErrorSchemaValidation"]);
  });
});

describe("GetAttachment", () => {
  test("of a message gives the message", async () => {
    const inner = Buffer.from("Subject: inner\r\nMessage-ID: <inner@x>\r\n\r\ntext").toString("base64");
    const message = `<t:ItemAttachment><t:Name>inner</t:Name><t:Message><t:MimeContent>${inner}</t:MimeContent></t:Message></t:ItemAttachment>`;
    const [id = ""] = all((await add(message)).body, "t:AttachmentId").map(
      ({ attributes }) => attributes["Id"],
    );
    const shape = "<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>";
    const [found] = all((await fetch(id, shape)).body, "t:Message");
    expect(at(found, "t:Subject")?.text).toBe("inner");
    expect(at(found, "t:MimeContent")?.text).toBe(inner);
    expect(at(found, "t:ItemId")).toBeUndefined();
  });
});

describe("DeleteAttachment", () => {
  test("takes the attachment out of item and MIME, and tells the new change key", async () => {
    const ids = all((await add(picture + file)).body, "t:AttachmentId").map(
      ({ attributes }) => attributes["Id"] ?? "",
    );
    const answered = await remove(ids[0] ?? "");
    const root = at(messages(answered)[0], "m:RootItemId")?.attributes;
    expect(root?.["RootItemId"]).toBe(item.id);
    expect(at(await get(ews, item), "t:ItemId")?.attributes["ChangeKey"]).toBe(root?.["RootItemChangeKey"]);
    expect((await property("item:Attachments"))?.children).toHaveLength(1);
    const mime = Buffer.from(
      at(await get(ews, item, "", { mime: true }), "t:MimeContent")?.text ?? "",
      "base64",
    );
    expect(mime.toString()).not.toContain("logo.png");
    expect(codes(await remove(ids[0] ?? ""))).toEqual(["ErrorInvalidAttachmentId"]);
    expect(codes(await fetch(ids[0] ?? ""))).toEqual(["ErrorInvalidAttachmentId"]);
  });
});
