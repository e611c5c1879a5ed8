import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, startEws, xmlText, type EwsTest } from "./client.ts";
import { create, folderXml, mimeXml, uris } from "./requests.ts";

const mime = `Subject: s
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Hi</p><script>alert(1)</script><img src="https://b.example/beacon.png" width="1" height="1"><img src="cid:logo">
--b
Content-Type: image/png
Content-ID: <logo>
Content-Disposition: inline; filename=l.png
Content-Transfer-Encoding: base64

AQID
--b--
`;
let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
  await create(ews, { before: mimeXml(mime) });
});
afterAll(() => ews.close());

/** The body that a first synchronisation answers, and the id of the picture in it. */
async function body(name: string, value: string | boolean) {
  const shape = `<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:${name}>${xmlText(String(value))}</t:${name}><t:AdditionalProperties>${uris("item:Body", "item:Attachments")}</t:AdditionalProperties></m:ItemShape>`;
  const answered = await ews.ask(
    `<m:SyncFolderItems>${shape}<m:SyncFolderId>${folderXml()}</m:SyncFolderId><m:MaxChangesReturned>9</m:MaxChangesReturned></m:SyncFolderItems>`,
  );
  expect(codes(answered)).toEqual(["NoError"]);
  const [message] = all(answered.body, "t:Message");
  return {
    text: at(message, "t:Body")?.text ?? "",
    picture: all(answered.body, "t:AttachmentId")[0]?.attributes["Id"],
  };
}

describe("a body that synchronisation is asked for", () => {
  test("has its scripts and beacons removed where the shape says so (MS-OXWSSYNC_R37801)", async () => {
    const { text } = await body("FilterHtmlContent", true);
    expect(text).toContain("Hi");
    expect(text).not.toMatch(/script|alert|beacon/i);
  });

  test("has them left in it otherwise (MS-OXWSSYNC_R37802)", async () => {
    const { text } = await body("FilterHtmlContent", false);
    expect(text).toContain("<script>alert(1)</script>");
    expect(text).toContain("https://b.example/beacon.png");
  });

  test("names its pictures as the shape's template says (MS-OXWSSYNC_R37809)", async () => {
    const { text, picture } = await body("InlineImageUrlTemplate", "get?id={id}");
    expect(text).toContain(`<img src="get?id=${picture}">`);
  });
});
