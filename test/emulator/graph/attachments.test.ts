import { afterAll, beforeAll, expect, test } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";

let graph: GraphTest;
let path: string;

beforeAll(async () => {
  graph = await startGraph();
  await graph.store("sentitems", mimeOf("Offer", "a@x", '<p>Hi <img src="cid:logo@x"></p>'));
  const [message] = (await graph.ask(`GET /users/${uma}/mailFolders/sentitems/messages`)).value;
  path = `/users/${uma}/messages/${String(message?.["id"])}`;
});
afterAll(() => graph.close());

const file = "#microsoft.graph.fileAttachment";
const logo = {
  "@odata.type": file,
  name: "logo.png",
  contentType: "image/png",
  contentId: "logo@x",
  isInline: true,
  contentBytes: "AQID",
};

test("an inline picture is no attachment to speak of, a file is; both are read, and deleted one by one", async () => {
  const before = (await graph.ask(`GET ${path}`)).data;
  const inline = await graph.ask(`POST ${path}/attachments`, logo);
  expect(inline).toMatchObject({ status: 201, data: { contentId: "logo@x", isInline: true, size: 3 } });
  const after = (
    await graph.ask(`GET ${path}?$expand=attachments($select=name,microsoft.graph.fileAttachment/contentId)`)
  ).data;
  expect(after).toMatchObject({ hasAttachments: false, attachments: [{ name: "logo.png" }] });
  expect(after["changeKey"]).not.toBe(before["changeKey"]);
  await graph.ask(`POST ${path}/attachments`, {
    "@odata.type": file,
    name: "a.txt",
    contentBytes: "dGV4dA==",
  });
  expect((await graph.ask(`GET ${path}?$select=hasAttachments`)).data).toMatchObject({
    hasAttachments: true,
  });
  const [picture, text] = (await graph.ask(`GET ${path}/attachments?$select=id,name,isInline`)).value;
  expect([picture?.["name"], text?.["name"]]).toEqual(["logo.png", "a.txt"]);
  expect(picture).not.toHaveProperty("contentBytes");
  const one = `${path}/attachments/${String(text?.["id"])}`;
  expect((await graph.ask(`GET ${one}`)).data).toMatchObject({ contentBytes: "dGV4dA==" });
  expect((await graph.ask(`GET ${one}/$value`)).text).toBe("text");
  expect(await graph.ask(`DELETE ${one}`)).toMatchObject({ status: 204 });
  expect(await graph.ask(`GET ${one}`)).toMatchObject({ status: 404, code: "ErrorInvalidAttachmentId" });
  expect((await graph.ask(`GET ${path}/$value`)).text).toContain("Content-ID: <logo@x>");
});

test("what is no small file is refused", async () => {
  const big = Buffer.alloc(3_200_000).toString("base64");
  expect(await graph.ask(`POST ${path}/attachments`, { ...logo, contentBytes: big })).toMatchObject({
    status: 413,
  });
  const untyped = await graph.ask(`POST ${path}/attachments`, { name: "x", contentBytes: "" });
  expect(untyped).toMatchObject({ status: 400, code: "BadRequest" });
  const odd = await graph.ask(`POST ${path}/attachments`, { ...logo, contentBytes: "%" });
  expect(odd).toMatchObject({ status: 400, code: "RequestBodyRead" });
});

test("a large file goes up in ranges that need no token, and in order", async () => {
  const size = 3_500_000;
  const AttachmentItem = {
    attachmentType: "file",
    name: "big.bin",
    size,
    contentId: "big@x",
    isInline: true,
  };
  const session = await graph.ask(`POST ${path}/attachments/createUploadSession`, { AttachmentItem });
  expect(session).toMatchObject({ status: 201, data: { nextExpectedRanges: ["0-"] } });
  const url = String(session.data["uploadUrl"]);
  const put = (from: number, to: number, target = url) =>
    graph.ask(`PUT ${target}`, Buffer.alloc(to - from, 7), {
      Authorization: "",
      "Content-Range": `bytes ${from}-${to - 1}/${size}`,
    });
  expect(await put(0, 2_000_000, url.replace(/authtoken=.*/, "authtoken=x"))).toMatchObject({ status: 401 });
  expect(await put(10, 20)).toMatchObject({ status: 416 });
  expect(await put(0, 2_000_000)).toMatchObject({ status: 200, data: { nextExpectedRanges: ["2000000-"] } });
  expect((await graph.ask(`GET ${url}`)).data).toMatchObject({ nextExpectedRanges: ["2000000-"] });
  const last = await put(2_000_000, size);
  expect(last.status).toBe(201);
  const made = await graph.ask(
    `GET ${last.headers.get("location") ?? ""}?$select=size,microsoft.graph.fileAttachment/contentId,isInline`,
  );
  expect(made.data).toMatchObject({ size, contentId: "big@x", isInline: true });
  expect(await graph.ask(`DELETE ${url}`)).toMatchObject({ status: 404 });
});

test("a large picture can lose its content id on the way, when that fault is asked for", async () => {
  const AttachmentItem = {
    attachmentType: "file",
    name: "p.png",
    size: 3_200_000,
    contentId: "p@x",
    isInline: true,
  };
  const session = await graph.ask(`POST ${path}/attachments/createUploadSession`, { AttachmentItem });
  graph.organization.faults.add({ protocol: "graph", operation: "UploadRange", failure: "ignore" });
  const last = await graph.ask(`PUT ${String(session.data["uploadUrl"])}`, Buffer.alloc(3_200_000, 7), {
    Authorization: "",
    "Content-Range": "bytes 0-3199999/3200000",
  });
  const made = await graph.ask(
    `GET ${last.headers.get("location") ?? ""}?$select=name,size,microsoft.graph.fileAttachment/contentId,isInline`,
  );
  expect(made.data).toMatchObject({ name: "p.png", size: 3_200_000, contentId: null, isInline: true });
});

test("an upload session is for large files", async () => {
  const item = (size: number) => ({ AttachmentItem: { attachmentType: "file", name: "x", size } });
  const ask = (size: number) => graph.ask(`POST ${path}/attachments/createUploadSession`, item(size));
  expect(await ask(10)).toMatchObject({ code: "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize" });
  expect(await ask(200_000_000)).toMatchObject({ code: "ErrorAttachmentSizeLimitExceeded" });
});

test("a message is attached by its properties, with what is attached to it, and read as one", async () => {
  const item = {
    "@odata.type": "#microsoft.graph.message",
    subject: "Inside ü",
    body: { contentType: "html", content: "<p>Within</p>" },
    toRecipients: [{ emailAddress: { name: "Carl", address: "carl@fabrikam.example" } }],
    attachments: [{ "@odata.type": file, name: "a.txt", contentBytes: "dGV4dA==" }],
  };
  const type = "#microsoft.graph.itemAttachment";
  const made = await graph.ask(`POST ${path}/attachments`, { "@odata.type": type, name: "Inside", item });
  expect(made).toMatchObject({
    status: 201,
    data: { "@odata.type": type, name: "Inside", contentType: null, isInline: false },
  });
  const one = `${path}/attachments/${String(made.data["id"])}`;
  const { data } = await graph.ask(`GET ${one}?$expand=microsoft.graph.itemAttachment/item`);
  expect(data["item"]).toMatchObject({
    "@odata.type": "#microsoft.graph.message",
    subject: "Inside ü",
    body: { contentType: "html", content: expect.stringContaining("<p>Within</p>") as string },
    toRecipients: [{ emailAddress: { address: "carl@fabrikam.example" } }],
    hasAttachments: true,
  });
  expect((await graph.ask(`GET ${one}/$value`)).text).toMatch(/filename="?a\.txt/);
  const nested = (depth: number): object =>
    depth === 0
      ? item
      : { ...item, attachments: [{ "@odata.type": type, name: "x", item: nested(depth - 1) }] };
  const codes = [
    { name: "x" },
    { name: "x", item: { subject: "untyped" } },
    { name: "x", item: { ...item, "@odata.type": "#microsoft.graph.event" } },
    { item },
    { name: "x", item: nested(10) },
  ].map(async (body) => (await graph.ask(`POST ${path}/attachments`, { "@odata.type": type, ...body })).code);
  expect(await Promise.all(codes)).toEqual([
    "ErrorMissingItemForCreateItemAttachment",
    "RequestBodyRead",
    "RequestBodyRead",
    "RequestBodyRead",
    "ErrorAttachmentNestLevelLimitExceeded",
  ]);
  expect(await graph.ask(`DELETE ${one}`)).toMatchObject({ status: 204 });
});

test("an attached message is read with its own properties", async () => {
  const attached = mimeOf("Inside", "in@x").replaceAll("\n", "\n");
  await graph.store(
    "inbox",
    `From: a@x\nSubject: Outside\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhi\n--b\nContent-Type: message/rfc822\n\n${attached}\n--b--\n`,
  );
  const [outside] = (await graph.ask(`GET /users/${uma}/mailFolders/inbox/messages`)).value;
  const list = `/users/${uma}/messages/${String(outside?.["id"])}/attachments`;
  const [item] = (await graph.ask(`GET ${list}`)).value;
  expect(item).toMatchObject({ "@odata.type": "#microsoft.graph.itemAttachment", name: "Inside" });
  const one = `${list}/${String(item?.["id"])}`;
  expect((await graph.ask(`GET ${one}/$value`)).text).toContain("Subject: Inside");
});
