import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, startEws, xmlText, type EwsTest } from "../client.ts";
import { create, getXml, idXml, keyIn, mimeXml, uris, type ItemKey } from "../requests.ts";

const html = `<p onclick="x()">Hi</p><script>alert(1)</script><a href="javascript:x()">j</a><a href="https://a.example" target="t">a</a><img src="https://b.example/1.png"><img src="cid:logo"><form action="/"><input></form>`;
const mime = `Subject: s
Message-ID: <b@x>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=iso-8859-1

${html}
--b
Content-Type: image/png
Content-ID: <logo>
Content-Disposition: inline; filename=l.png
Content-Transfer-Encoding: base64

AQID
--b--
`;
let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws();
  item = await create(ews, { before: mimeXml(mime) });
});
afterAll(() => ews.close());

const more = uris("item:Body", "item:BlockStatus", "item:HasBlockedImages", "item:Attachments");
async function shaped(options: string, properties = more) {
  const asked = getXml([item], properties).replace("</t:BaseShape>", `</t:BaseShape>${options}`);
  const answered = await ews.ask(asked);
  expect(codes(answered)).toEqual(["NoError"]);
  const [found] = all(answered.body, "t:Message");
  return { found, body: at(found, "t:Body")?.text ?? "" };
}
const option = (name: string, value: string | boolean) => `<t:${name}>${xmlText(String(value))}</t:${name}>`;

describe("an item's shape", () => {
  test("says whether HTML is filtered (MS-OXWSCDATA_R1193, MS-OXWSCDATA_R21193, MS-OXWSCDATA_R21194, MS-OXWSCDATA_R2119413)", async () => {
    for (const options of ["", option("FilterHtmlContent", false)])
      expect((await shaped(options)).body).toContain("<script>");
    const { body } = await shaped(option("FilterHtmlContent", true));
    expect(body).toContain("Hi");
    expect(body).toContain('href="https://a.example"');
    expect(body).not.toMatch(/script|onclick|<form/i);
  });

  test("says whether HTML declares UTF-8, or what the message has it in (MS-OXWSCDATA_R1195, MS-OXWSCDATA_R21195, MS-OXWSCDATA_R21196, MS-OXWSCDATA_R21498)", async () => {
    for (const options of ["", option("ConvertHtmlCodePageToUTF8", true)])
      expect((await shaped(options)).body).toContain("charset=utf-8");
    expect((await shaped(option("ConvertHtmlCodePageToUTF8", false))).body).toContain("charset=iso-8859-1");
  });

  test("gives pictures of the message a source of the client's own (MS-OXWSCDATA_R2149904)", async () => {
    const { found, body } = await shaped(option("InlineImageUrlTemplate", "get?id={id}&$1"));
    const id = all(found as never, "t:AttachmentId")[0]?.attributes["Id"];
    expect(body).toContain(`<img src="get?id=${id}&$1">`);
    expect(body).toContain('src="https://b.example/1.png"');
  });

  test("blocks pictures from elsewhere, and says so, or not (MS-OXWSCDATA_R2149905, MS-OXWSCDATA_R2149906, MS-OXWSCORE_R1357, MS-OXWSCORE_R1358, MS-OXWSCORE_R1622, MS-OXWSCORE_R1623)", async () => {
    const flags = ({ found }: Awaited<ReturnType<typeof shaped>>) =>
      ["t:BlockStatus", "t:HasBlockedImages"].map((name) => at(found, name)?.text);
    const blocked = await shaped(option("BlockExternalImages", true));
    expect(blocked.body).not.toContain("b.example");
    expect(blocked.body).toContain("cid:logo");
    expect(flags(blocked)).toEqual(["true", "true"]);
    const open = await shaped(option("BlockExternalImages", false));
    expect(open.body).toContain("b.example");
    expect(flags(open)).toEqual(["false", "false"]);
  });

  test("opens links in a window of their own, or not (MS-OXWSCDATA_R2149908, MS-OXWSCDATA_R2149909)", async () => {
    const { body } = await shaped(option("AddBlankTargetToLinks", true));
    expect(body).toContain('<a href="https://a.example" target="_blank">');
    expect((await shaped(option("AddBlankTargetToLinks", false))).body).toContain('target="t"');
  });

  test("cuts a body, and says so", async () => {
    const { found, body } = await shaped(option("MaximumBodySize", "20"));
    expect(body).toHaveLength(20);
    expect(at(found, "t:Body")?.attributes["IsTruncated"]).toBe("true");
  });

  test("asks for the best body, for HTML or for text (MS-OXWSCDATA_R15, MS-OXWSCDATA_R17, MS-OXWSCDATA_R18, MS-OXWSCDATA_R1190)", async () => {
    const typed = async (type: string) => at((await shaped(option("BodyType", type))).found, "t:Body");
    expect((await typed("Best"))?.attributes["BodyType"]).toBe("HTML");
    expect((await typed("HTML"))?.text).toContain("<p");
    expect((await typed("Text"))?.attributes["BodyType"]).toBe("Text");
    expect((await typed("Text"))?.text).not.toContain("<p");
  });

  test.each([
    [
      "UniqueBody",
      "UniqueBodyType",
      "MS-OXWSCORE_R1345, MS-OXWSCORE_R1681, MS-OXWSCORE_R1682, MS-OXWSCORE_R2290",
    ],
    ["NormalizedBody", "NormalizedBodyType", "MS-OXWSCORE_R1349, MS-OXWSCORE_R1683"],
  ])("asks for the type of %s with %s (%s)", async (name, type) => {
    for (const wanted of ["HTML", "Text"]) {
      const { found } = await shaped(option(type, wanted), uris(`item:${name}`));
      const body = at(found, `t:${name}`);
      expect(body?.attributes["BodyType"]).toBe(wanted);
      expect(body?.text.includes("<p")).toBe(wanted === "HTML");
    }
  });

  test("may want the text of the body (MS-OXWSCORE_R2061, MS-OXWSCORE_R1731)", async () => {
    const { found } = await shaped("", uris("item:TextBody"));
    expect(at(found, "t:TextBody")?.attributes["BodyType"]).toBe("Text");
    expect(at(found, "t:TextBody")?.text).toContain("Hi");
  });
});

describe("the unique body", () => {
  const asked = uris("item:UniqueBody", "item:NormalizedBody");
  const bodies = async (id: ItemKey, type = "Best") => {
    const options = ["UniqueBodyType", "NormalizedBodyType"].map((name) => option(name, type)).join("");
    const answered = await ews.ask(getXml([id], asked).replace("</t:BaseShape>", `</t:BaseShape>${options}`));
    const [found] = all(answered.body, "t:Message");
    return {
      unique: at(found, "t:UniqueBody")?.text ?? "",
      whole: at(found, "t:NormalizedBody")?.text ?? "",
    };
  };
  const reply = async (to: ItemKey, text: string, name = "ReplyToItem") =>
    keyIn(
      await ews.ask(
        `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:${name}>${idXml(to, "t:ReferenceItemId")}<t:NewBodyContent BodyType="Text">${text}</t:NewBodyContent></t:${name}></m:Items></m:CreateItem>`,
      ),
    );

  test.each([
    ["HTML", "<p>Shall we <b>meet</b> on Monday?</p>"],
    ["plain", "Shall we meet on Monday?"],
  ])("is what an answer says itself, the original being %s (MS-OXWSCORE_R1345)", async (type, text) => {
    const content = `Content-Type: text/${type === "HTML" ? "html" : "plain"}; charset=utf-8`;
    const from = "From: Xaver <x@example.org>\nTo: anna.weber@contoso.com\nSubject: Date\n";
    const original = await create(ews, {
      before: mimeXml(`${from}Message-ID: <${type}-unique@x>\nMIME-Version: 1.0\n${content}\n\n${text}\n`),
    });
    const first = await reply(original, "Yes, at noon.");
    const second = await reply(first, "Make it one.", "ForwardItem");
    for (const wanted of ["HTML", "Text"]) {
      const { unique, whole } = await bodies(second, wanted);
      expect(whole).toMatch(/Make it one[^]*Yes, at noon[^]*Monday/);
      expect(unique).toContain("Make it one.");
      expect(unique).not.toMatch(/noon|Monday|Xaver|Anna/);
    }
    expect((await bodies(first)).unique).toContain("Yes, at noon.");
    expect((await bodies(first)).unique).not.toContain("Monday");
    expect((await bodies(original)).unique).toContain("Monday");
  });

  test("is the whole body where the original is not in the mailbox", async () => {
    const mime =
      "From: x@example.org\nIn-Reply-To: <nowhere@x>\nSubject: s\n\nYes\n\nFrom: y\n\nShall we meet?\n";
    const { unique } = await bodies(await create(ews, { before: mimeXml(mime) }));
    expect(unique).toContain("Shall we meet?");
  });

  test("stands beside a normalized one, which is safe to show whatever the shape says (MS-OXWSCORE_R1349)", async () => {
    const { unique, whole } = await bodies(item);
    expect(unique).toContain("<script>");
    expect(whole).toContain("Hi");
    expect(whole).not.toMatch(/script|onclick|<form/i);
  });
});
