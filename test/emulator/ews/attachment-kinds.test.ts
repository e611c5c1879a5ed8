import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, soap, startEws, xmlText, type Answered, type EwsTest } from "./client.ts";
import { fails } from "./fails.ts";
import { getFoldersXml } from "./folder-requests.ts";
import {
  attachXml,
  create,
  createXml,
  deleteXml,
  folderXml,
  get,
  idXml,
  uris,
  type ItemKey,
} from "./requests.ts";
import type { Element } from "./xml.ts";

let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  item = await create(ews, { before: "<t:Subject>outer</t:Subject>" });
});

const addXml = (attachments: string, parent = item.id) => attachXml({ id: parent }, attachments);
const add = (attachments: string, parent?: string) => ews.ask(addXml(attachments, parent));
const idsIn = (answered: Answered): string[] =>
  all(answered.body, "t:AttachmentId").map(({ attributes }) => attributes["Id"] ?? "");
const addOne = async (attachment: string, parent?: string): Promise<string> => {
  const answered = await add(attachment, parent);
  const [id] = idsIn(answered);
  if (id === undefined) throw new Error(answered.text);
  return id;
};
const fetch = (id: string, shape = "") =>
  ews.ask(
    `<m:GetAttachment>${shape && `<m:AttachmentShape>${shape}</m:AttachmentShape>`}<m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:GetAttachment>`,
  );
const fetched = async (id: string, shape?: string): Promise<Element> => {
  const answered = await fetch(id, shape);
  const [found] = at(messages(answered)[0], "m:Attachments")?.children ?? [];
  if (!found) throw new Error(answered.text);
  return found;
};
const remove = (id: string) =>
  ews.ask(
    `<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:DeleteAttachment>`,
  );
const file = (name: string, more = "", content = "AQID") =>
  `<t:FileAttachment><t:Name>${name}</t:Name>${more}<t:Content>${content}</t:Content></t:FileAttachment>`;
const message = (properties: string, kind = "Message") =>
  `<t:ItemAttachment><t:Name>inner</t:Name><t:${kind}>${properties}</t:${kind}></t:ItemAttachment>`;
const text = (element: Element | undefined, name: string) => at(element, `t:${name}`)?.text;

describe("a file", () => {
  test("has all that was said of it, and its size and date (MS-OXWSATT_R38, MS-OXWSATT_R332, MS-OXWSATT_R53201, MS-OXWSATT_R72, MS-OXWSATT_R55, MS-OXWSATT_R337, MS-OXWSATT_R59, MS-OXWSATT_R338, MS-OXWSATT_R60, MS-OXWSATT_R339, MS-OXWSATT_R340, MS-OXWSATT_R63, MS-OXWSATT_R64, MS-OXWSATT_R342, MS-OXWSATT_R347, MS-OXWSATT_R318003, MS-OXWSATT_R318005, MS-OXWSATT_R458, MS-OXWSATT_R52, MS-OXWSATT_R49, MS-OXWSATT_R335, MS-OXWSATT_R441, MS-OXWSATT_R5577, MS-OXWSATT_R33)", async () => {
    const before = Date.now();
    const id = await addOne(
      file(
        "a.png",
        "<t:ContentType>image/png</t:ContentType><t:ContentId>c@x</t:ContentId><t:ContentLocation>https://x.test/a.png</t:ContentLocation><t:IsInline>true</t:IsInline>",
      ),
    );
    const found = await fetched(id);
    expect(found.name).toBe("t:FileAttachment");
    expect(found.children.map(({ name }) => name.slice(2))).toEqual([
      "AttachmentId",
      "Name",
      "ContentType",
      "ContentId",
      "ContentLocation",
      "Size",
      "LastModifiedTime",
      "IsInline",
      "IsContactPhoto",
      "Content",
    ]);
    const said = [
      "Name",
      "ContentType",
      "ContentId",
      "ContentLocation",
      "Size",
      "IsInline",
      "IsContactPhoto",
      "Content",
    ];
    expect(said.map((each) => text(found, each))).toEqual([
      "a.png",
      "image/png",
      "c@x",
      "https://x.test/a.png",
      "3",
      "true",
      "false",
      "AQID",
    ]);
    const modified = Date.parse(text(found, "LastModifiedTime") ?? "");
    expect(modified).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
  });

  test("has an id of its own, and its item's with the new change key (MS-OXWSATT_R41, MS-OXWSATT_R333, MS-OXWSATT_R43, MS-OXWSATT_R439, MS-OXWSATT_R334, MS-OXWSATT_R45, MS-OXWSATT_R440, MS-OXWSATT_R336, MS-OXWSATT_R416, MS-OXWSATT_R6201, MS-OXWSATT_R457)", async () => {
    const answered = await add(file("a") + file("b"));
    const ids = all(answered.body, "t:AttachmentId").map(({ attributes }) => attributes);
    for (const each of ids) expect(Object.keys(each)).toEqual(["Id", "RootItemId", "RootItemChangeKey"]);
    expect(new Set(ids.map(({ Id }) => Id)).size).toBe(2);
    const last = ids[1] ?? {};
    const now = at(await get(ews, item), "t:ItemId")?.attributes;
    expect([last["RootItemId"], last["RootItemChangeKey"]]).toEqual([now?.["Id"], now?.["ChangeKey"]]);
    for (const each of Object.values(last))
      expect(Buffer.from(each, "base64").length).toBeLessThanOrEqual(512);
    expect(await Promise.all(ids.map(async ({ Id = "" }) => text(await fetched(Id), "Name")))).toEqual([
      "a",
      "b",
    ]);
  });

  test("may be a contact's photo", async () => {
    const photo = file("a.png", "<t:IsContactPhoto>true</t:IsContactPhoto>");
    expect(text(await fetched(await addOne(photo)), "IsContactPhoto")).toBe("true");
  });

  test("is taken to 35 megabytes", async () => {
    const large = Buffer.alloc(36_700_161).toString("base64");
    fails(await ews.raw(soap(addXml(file("large", "", large)))), "ErrorAttachmentSizeLimitExceeded");
  });
});

describe("a reference", () => {
  test("keeps what it says of its target, and has no content (MS-OXWSATT_R38001, MS-OXWSATT_R38002, MS-OXWSATT_R104003, MS-OXWSATT_R104005, MS-OXWSATT_R104006, MS-OXWSATT_R104007, MS-OXWSATT_R104008, MS-OXWSATT_R104009, MS-OXWSATT_R104011, MS-OXWSATT_R104012, MS-OXWSATT_R104013, MS-OXWSATT_R104014, MS-OXWSATT_R104015, MS-OXWSATT_R104016, MS-OXWSATT_R104017, MS-OXWSATT_R104018, MS-OXWSATT_R318011)", async () => {
    const said = {
      AttachLongPathName: "https://drive.contoso.com/a",
      ProviderType: "OneDrivePro",
      ProviderEndpointUrl: "https://drive.contoso.com",
      AttachmentThumbnailUrl: "https://drive.contoso.com/a.png",
      AttachmentPreviewUrl: "https://drive.contoso.com/a.html",
      PermissionType: "2",
      AttachmentIsFolder: "true",
    };
    const xml = Object.entries(said).map(([name, value]) => `<t:${name}>${value}</t:${name}>`);
    const id = await addOne(
      `<t:ReferenceAttachment><t:Name>a</t:Name>${xml.join("")}</t:ReferenceAttachment>`,
    );
    const found = await fetched(id);
    expect(found.name).toBe("t:ReferenceAttachment");
    const names = Object.keys(said);
    expect(found.children.slice(-7).map((each) => [each.name.slice(2), each.text])).toEqual(
      names.map((name) => [name, said[name as keyof typeof said]]),
    );
    const listed = at(await get(ews, item, uris("item:Attachments")), "t:Attachments")?.children ?? [];
    expect(listed.map(({ name }) => name)).toEqual(["t:ReferenceAttachment"]);
    expect(codes(await remove(id))).toEqual(["NoError"]);
  });
});

describe("an attached message", () => {
  const inner =
    '<t:Subject>inner</t:Subject><t:Body BodyType="HTML">&lt;p&gt;text&lt;/p&gt;</t:Body><t:ToRecipients><t:Mailbox><t:EmailAddress>x@example.org</t:EmailAddress></t:Mailbox></t:ToRecipients>';

  test("is made of its properties, and is no item of a folder (MS-OXWSATT_R36, MS-OXWSATT_R331, MS-OXWSATT_R79, MS-OXWSATT_R349, MS-OXWSATT_R83, MS-OXWSATT_R532, MS-OXWSATT_R141)", async () => {
    const count = async () => {
      const found = await ews.ask(getFoldersXml(folderXml(), "Default"));
      return all(found.body, "t:TotalCount")[0]?.text;
    };
    const before = await count();
    const found = await fetched(await addOne(message(inner)));
    expect(found.name).toBe("t:ItemAttachment");
    const attached = at(found, "t:Message");
    expect(text(attached, "Subject")).toBe("inner");
    expect(text(attached, "Body")).toContain("<p>text</p>");
    expect(all(attached ?? found, "t:EmailAddress").map((each) => each.text)).toContain("x@example.org");
    expect(await count()).toBe(before);
  });

  test("that was given as a plain item comes back as a message (MS-OXWSATT_R81, MS-OXWSATT_R318014)", async () => {
    const found = await fetched(await addOne(message("<t:Subject>plain</t:Subject>", "Item")));
    expect(text(at(found, "t:Message"), "Subject")).toBe("plain");
  });

  test("has attachments of its own, down to messages in messages (MS-OXWSATT_R14201, MS-OXWSATT_R20001, MS-OXWSATT_R534)", async () => {
    const outer = await addOne(message("<t:Subject>one</t:Subject>"));
    const middle = await addOne(message("<t:Subject>two</t:Subject>"), outer);
    const deep = await addOne(file("deep.txt"), middle);
    expect(text(await fetched(deep), "Content")).toBe("AQID");
    expect(text(at(await fetched(middle), "t:Message"), "Subject")).toBe("two");
    const listed = all(await fetched(middle), "t:FileAttachment");
    expect(listed.map((each) => text(each, "Name"))).toEqual(["deep.txt"]);
    expect(idsIn({ body: listed[0] } as Answered)).toEqual([deep]);
    const gone = await remove(deep);
    expect(codes(gone)).toEqual(["NoError"]);
    expect(at(messages(gone)[0], "m:RootItemId")?.attributes["RootItemId"]).toBe(item.id);
    expect(all(await fetched(middle), "t:FileAttachment")).toEqual([]);
    fails(await fetch(deep), "ErrorInvalidAttachmentId");
  });

  test("may come with the item that it is attached to, beside files and references, and hold messages itself", async () => {
    const reference = `<t:ReferenceAttachment><t:Name>r</t:Name><t:AttachLongPathName>https://drive.contoso.com/r</t:AttachLongPathName></t:ReferenceAttachment>`;
    const holding = (subject: string, attached: string) =>
      `<t:Subject>${subject}</t:Subject>${attached && `<t:Attachments>${attached}</t:Attachments>`}<t:Importance>High</t:Importance>`;
    const first = message(holding("first", file("g") + message(holding("second", ""))));
    const made = await create(ews, { before: holding("outer", file("f") + first + reference) });
    const listed = at(await get(ews, made, uris("item:Attachments")), "t:Attachments")?.children ?? [];
    const kinds = ["t:FileAttachment", "t:ItemAttachment", "t:ReferenceAttachment"];
    expect(listed.map(({ name }) => name)).toEqual(kinds);
    const inner = async (attachment: Element | undefined) =>
      at(await fetched(at(attachment, "t:AttachmentId")?.attributes["Id"] ?? ""), "t:Message");
    const attached = await inner(listed[1]);
    expect([text(attached, "Subject"), text(attached, "Importance")]).toEqual(["first", "High"]);
    const within = at(attached, "t:Attachments")?.children ?? [];
    expect(within.map((each) => text(each, "Name"))).toEqual(["g", "inner"]);
    expect(text(await inner(within[1]), "Subject")).toBe("second");
    let deep = "";
    for (let level = 0; level < 11; level++) deep = message(holding("deep", deep));
    const refused = await ews.ask(createXml({ before: holding("outer", deep) }));
    expect(codes(refused)).toEqual(["ErrorAttachmentNestLevelLimitExceeded"]);
  });

  test("lies ten deep at most", async () => {
    let parent = item.id;
    for (const level of Array(10).keys())
      parent = await addOne(message(`<t:Subject>${level}</t:Subject>`), parent);
    fails(await add(file("x"), parent), "ErrorAttachmentNestLevelLimitExceeded");
  });

  test("is something that can be attached (MS-OXWSATT_R78002, MS-OXWSATT_R318001)", async () => {
    fails(
      await add("<t:ItemAttachment><t:Name>x</t:Name></t:ItemAttachment>"),
      "ErrorMissingItemForCreateItemAttachment",
    );
    for (const kind of ["MeetingMessage", "MeetingRequest", "MeetingResponse", "MeetingCancellation"])
      fails(await add(message("", kind)), "ErrorInvalidItemForOperationCreateItemAttachment");
    fails(await add(message("", "Contact")), "ErrorInvalidOperation");
    fails(await add(file("x"), await addOne(file("y"))), "ErrorInvalidIdNotAnItemAttachmentId");
  });
});

describe("GetAttachment", () => {
  const html = `<p>shown</p><script>alert(1)</script><img src="https://x.test/1" width="1" height="1">`;
  const attach = () =>
    addOne(message(`<t:Subject>inner</t:Subject><t:Body BodyType="HTML">${xmlText(html)}</t:Body>`));
  const messageIn = async (id: string, shape?: string) => at(await fetched(id, shape), "t:Message");

  test("takes ids, and fails for each on its own (MS-OXWSATT_R476, MS-OXWSATT_R474001, MS-OXWSATT_R474002)", async () => {
    const [one = "", other = ""] = idsIn(await add(file("a") + file("b")));
    await remove(one);
    const answered = await ews.ask(
      `<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id="${one}"/><t:AttachmentId Id="${other}"/></m:AttachmentIds></m:GetAttachment>`,
    );
    expect(codes(answered)).toEqual(["ErrorInvalidAttachmentId", "NoError"]);
    expect(messages(answered).map(({ attributes }) => attributes["ResponseClass"])).toEqual([
      "Error",
      "Success",
    ]);
  });

  test("answers the message's MIME when it is wanted (MS-OXWSATT_R477, MS-OXWSATT_R3111, MS-OXWSATT_R55001)", async () => {
    const id = await attach();
    const wanted = await messageIn(id, "<t:IncludeMimeContent>true</t:IncludeMimeContent>");
    const mime = Buffer.from(text(wanted, "MimeContent") ?? "", "base64").toString();
    expect(mime).toMatch(/^Subject: inner\r$/m);
    for (const shape of ["", "<t:IncludeMimeContent>false</t:IncludeMimeContent>"])
      expect(at(await messageIn(id, shape), "t:MimeContent")).toBeUndefined();
  });

  test("answers the body in the form that is wanted (MS-OXWSATT_R478)", async () => {
    const id = await attach();
    const body = async (type: string) =>
      at(await messageIn(id, `<t:BodyType>${type}</t:BodyType>`), "t:Body");
    expect((await body("Text"))?.attributes["BodyType"]).toBe("Text");
    expect((await body("Text"))?.text).toContain("shown");
    expect((await body("Text"))?.text).not.toContain("<p>");
    expect((await body("HTML"))?.text).toContain("<p>shown</p>");
    expect((await body("Best"))?.attributes["BodyType"]).toBe("HTML");
  });

  test("takes what can do harm from the body when that is wanted (MS-OXWSATT_R479, MS-OXWSATT_R479001, MS-OXWSATT_R479002, MS-OXWSATT_R318013)", async () => {
    const id = await attach();
    const body = async (filter: boolean) =>
      text(await messageIn(id, `<t:FilterHtmlContent>${filter}</t:FilterHtmlContent>`), "Body");
    expect(await body(true)).toContain("<p>shown</p>");
    expect(await body(true)).not.toMatch(/script|<img/);
    expect(await body(false)).toContain("<script>alert(1)</script>");
    expect(await body(false)).toContain("<img");
  });

  test("adds properties that are asked for (MS-OXWSATT_R475, MS-OXWSATT_R521, MS-OXWSATT_R549, MS-OXWSCDATA_R1234)", async () => {
    const id = await attach();
    expect(at(await messageIn(id), "t:TextBody")).toBeUndefined();
    const more = `<t:AdditionalProperties>${uris("item:TextBody")}</t:AdditionalProperties>`;
    expect(text(await messageIn(id, more), "TextBody")).toContain("shown");
  });
});

describe("DeleteAttachment", () => {
  test("takes files and messages away, and tells the item's new change key (MS-OXWSATT_R533, MS-OXWSATT_R509, MS-OXWSATT_R510001, MS-OXWSATT_R240, MS-OXWSATT_R387, MS-OXWSATT_R466, MS-OXWSATT_R467, MS-OXWSATT_R113, MS-OXWSATT_R442, MS-OXWSATT_R443, MS-OXWSATT_R482, MS-OXWSATT_R445, MS-OXWSATT_R446, MS-OXWSATT_R556, MS-OXWSATT_R547)", async () => {
    const ids = idsIn(await add(file("a") + message("<t:Subject>x</t:Subject>")));
    for (const id of ids) {
      const [answer] = messages(await remove(id));
      expect(answer?.attributes["ResponseClass"]).toBe("Success");
      expect(answer?.children.map(({ name }) => name)).toEqual(["m:ResponseCode", "m:RootItemId"]);
      const now = at(await get(ews, item), "t:ItemId")?.attributes ?? {};
      const root = at(answer, "m:RootItemId")?.attributes ?? {};
      expect(root).toEqual({ RootItemId: now["Id"], RootItemChangeKey: now["ChangeKey"] });
      for (const each of Object.values(root))
        expect(Buffer.from(each, "base64").length).toBeLessThanOrEqual(512);
    }
    expect(at(await get(ews, item, uris("item:Attachments")), "t:Attachments")).toBeUndefined();
  });

  test("fails for what is not there (MS-OXWSATT_R465001, MS-OXWSATT_R465002)", async () => {
    const id = await addOne(file("a"));
    await remove(id);
    fails(await remove(id), "ErrorInvalidAttachmentId");
    fails(await remove(item.id), "ErrorInvalidAttachmentId");
  });
});

test("nothing is attached to what is gone (MS-OXWSATT_R145001, MS-OXWSATT_R145002)", async () => {
  await ews.ask(deleteXml(idXml(item)));
  fails(await add(file("a")), "ErrorItemNotFound");
});
