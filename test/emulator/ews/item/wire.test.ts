import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, codes, messages, soap, startEws, type Answered, type EwsTest } from "../client.ts";
import { create, folderXml, getXml, idXml, setXml, updateXml, type ItemKey } from "../requests.ts";
import { schemaFolder, schemasMissing } from "../schemas.ts";
import { operations as known } from "../operations/index.ts";
import type { Element } from "../xml.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws(async () => undefined);
});
afterAll(() => ews.close());

const to = `<t:ToRecipients><t:Mailbox><t:EmailAddress>${anna}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
const fresh = () =>
  create(ews, { before: "<t:Subject>s</t:Subject>", after: to, folder: "drafts", flags: "" });
const nowhere = async (): Promise<ItemKey> => {
  const key = await fresh();
  await ews.ask(`<m:DeleteItem DeleteType="HardDelete"><m:ItemIds>${idXml(key)}</m:ItemIds></m:DeleteItem>`);
  return key;
};
const ids = (key: ItemKey) => `<m:ItemIds>${idXml(key)}</m:ItemIds>`;
const transfer = (name: string) => (key: ItemKey) =>
  `<m:${name}><m:ToFolderId>${folderXml("inbox")}</m:ToFolderId>${ids(key)}</m:${name}>`;

/** A request of each operation on an item; on an item that is gone it has to fail. */
const requests: Record<string, (key: ItemKey, good: boolean) => string> = {
  CopyItem: transfer("CopyItem"),
  MoveItem: transfer("MoveItem"),
  CreateItem: (_, good) =>
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message>${good ? "<t:Subject>s</t:Subject>" : "<t:Size>1</t:Size>"}</t:Message></m:Items></m:CreateItem>`,
  DeleteItem: (key) => `<m:DeleteItem DeleteType="HardDelete">${ids(key)}</m:DeleteItem>`,
  GetItem: (key) => getXml([key]),
  MarkAllItemsAsRead: (_, good) =>
    `<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts><m:FolderIds>${folderXml(good ? "drafts" : "publicfoldersroot")}</m:FolderIds></m:MarkAllItemsAsRead>`,
  MarkAsJunk: (key) => `<m:MarkAsJunk IsJunk="true" MoveItem="true">${ids(key)}</m:MarkAsJunk>`,
  SendItem: (key) => `<m:SendItem SaveItemToFolder="true">${ids(key)}</m:SendItem>`,
  UpdateItem: (key) => updateXml(key, setXml("item:Subject", "<t:Subject>n</t:Subject>")),
};
const operations: [name: string, ids: string][] = [
  [
    "CopyItem",
    "MS-OXWSCORE_R220, MS-OXWSCORE_R221, MS-OXWSCORE_R222, MS-OXWSCORE_R223, MS-OXWSCORE_R237, MS-OXWSCORE_R1404, MS-OXWSCORE_R240, MS-OXWSCORE_R1405, MS-OXWSCORE_R241, MS-OXWSCORE_R244, MS-OXWSCORE_R247, MS-OXWSCORE_R248, MS-OXWSCORE_R253, MS-OXWSCORE_R254, MS-OXWSCDATA_R1602, MS-OXWSCDATA_R1057, MS-OXWSMSG_R202, MS-OXWSMSG_R166, MS-OXWSMSG_R168, MS-OXWSMSG_R169, MS-OXWSMSG_R170, MS-OXWSMSG_R170001, MS-OXWSMSG_R170002",
  ],
  [
    "CreateItem",
    "MS-OXWSCORE_R216, MS-OXWSCORE_R258, MS-OXWSCORE_R259, MS-OXWSCORE_R260, MS-OXWSCORE_R276, MS-OXWSCORE_R1411, MS-OXWSCORE_R279, MS-OXWSCORE_R1412, MS-OXWSCORE_R280, MS-OXWSCORE_R283, MS-OXWSCORE_R286, MS-OXWSCORE_R287, MS-OXWSCORE_R292, MS-OXWSCORE_R293, MS-OXWSCORE_R2169, MS-OXWSCORE_R2170, MS-OXWSCORE_R2171, MS-OXWSCORE_R2172, MS-OXWSCDATA_R1583, MS-OXWSCDATA_R1037, MS-OXWSMSG_R107, MS-OXWSMSG_R109, MS-OXWSMSG_R111, MS-OXWSMSG_R112, MS-OXWSMSG_R113, MS-OXWSMSG_R113001, MS-OXWSMSG_R113002",
  ],
  [
    "DeleteItem",
    "MS-OXWSCORE_R217, MS-OXWSCORE_R303, MS-OXWSCORE_R304, MS-OXWSCORE_R305, MS-OXWSCORE_R319, MS-OXWSCORE_R1421, MS-OXWSCORE_R322, MS-OXWSCORE_R1422, MS-OXWSCORE_R323, MS-OXWSCORE_R326, MS-OXWSCORE_R329, MS-OXWSCORE_R330, MS-OXWSCORE_R335, MS-OXWSCORE_R336, MS-OXWSCDATA_R1584, MS-OXWSCDATA_R1038, MS-OXWSMSG_R148, MS-OXWSMSG_R150, MS-OXWSMSG_R152, MS-OXWSMSG_R153, MS-OXWSMSG_R154, MS-OXWSMSG_R154001, MS-OXWSMSG_R154002",
  ],
  [
    "GetItem",
    "MS-OXWSCORE_R215, MS-OXWSCORE_R346, MS-OXWSCORE_R347, MS-OXWSCORE_R348, MS-OXWSCORE_R364, MS-OXWSCORE_R1434, MS-OXWSCORE_R367, MS-OXWSCORE_R1435, MS-OXWSCORE_R368, MS-OXWSCORE_R371, MS-OXWSCORE_R374, MS-OXWSCORE_R375, MS-OXWSCORE_R380, MS-OXWSCORE_R381, MS-OXWSCDATA_R1585, MS-OXWSCDATA_R1039, MS-OXWSCDATA_R1181, MS-OXWSCDATA_R1675, MS-OXWSMSG_R116, MS-OXWSMSG_R118, MS-OXWSMSG_R133, MS-OXWSMSG_R134, MS-OXWSMSG_R135, MS-OXWSMSG_R135001, MS-OXWSMSG_R135002",
  ],
  [
    "MarkAllItemsAsRead",
    "MS-OXWSCORE_R1168, MS-OXWSCORE_R1170, MS-OXWSCORE_R1187, MS-OXWSCORE_R1442, MS-OXWSCORE_R1190, MS-OXWSCORE_R1443, MS-OXWSCORE_R1191, MS-OXWSCORE_R1195, MS-OXWSCORE_R1200, MS-OXWSCORE_R1201, MS-OXWSCORE_R1212, MS-OXWSCORE_R1213, MS-OXWSCDATA_R1054011",
  ],
  [
    "MarkAsJunk",
    "MS-OXWSCORE_R1787, MS-OXWSCORE_R1790, MS-OXWSCORE_R1791, MS-OXWSCORE_R1792, MS-OXWSCORE_R1809, MS-OXWSCORE_R1812, MS-OXWSCORE_R1813, MS-OXWSCORE_R1814, MS-OXWSCORE_R1815, MS-OXWSCORE_R1818, MS-OXWSCORE_R1821, MS-OXWSCORE_R1822, MS-OXWSCORE_R1844, MS-OXWSCORE_R1845, MS-OXWSCORE_R1847, MS-OXWSCORE_R1848, MS-OXWSCDATA_R3060",
  ],
  [
    "MoveItem",
    "MS-OXWSCORE_R219, MS-OXWSCORE_R388, MS-OXWSCORE_R389, MS-OXWSCORE_R390, MS-OXWSCORE_R2182, MS-OXWSCORE_R1448, MS-OXWSCORE_R406, MS-OXWSCORE_R1449, MS-OXWSCORE_R407, MS-OXWSCORE_R410, MS-OXWSCORE_R413, MS-OXWSCORE_R414, MS-OXWSCORE_R419, MS-OXWSCORE_R420, MS-OXWSCDATA_R1601, MS-OXWSCDATA_R1056, MS-OXWSMSG_R157, MS-OXWSMSG_R159, MS-OXWSMSG_R161, MS-OXWSMSG_R162, MS-OXWSMSG_R163, MS-OXWSMSG_R163001, MS-OXWSMSG_R163002",
  ],
  [
    "SendItem",
    "MS-OXWSCORE_R425, MS-OXWSCORE_R426, MS-OXWSCORE_R440, MS-OXWSCORE_R1454, MS-OXWSCORE_R443, MS-OXWSCORE_R1455, MS-OXWSCORE_R444, MS-OXWSCORE_R447, MS-OXWSCORE_R450, MS-OXWSCORE_R451, MS-OXWSCORE_R456, MS-OXWSCORE_R457, MS-OXWSCORE_R49, MS-OXWSCORE_R50, MS-OXWSCDATA_R1588, MS-OXWSCDATA_R1041, MS-OXWSMSG_R173, MS-OXWSMSG_R175, MS-OXWSMSG_R177, MS-OXWSMSG_R178, MS-OXWSMSG_R179",
  ],
  [
    "UpdateItem",
    "MS-OXWSCORE_R218, MS-OXWSCORE_R466, MS-OXWSCORE_R467, MS-OXWSCORE_R468, MS-OXWSCORE_R484, MS-OXWSCORE_R1464, MS-OXWSCORE_R487, MS-OXWSCORE_R1465, MS-OXWSCORE_R488, MS-OXWSCORE_R491, MS-OXWSCORE_R494, MS-OXWSCORE_R495, MS-OXWSCORE_R508, MS-OXWSCORE_R509, MS-OXWSCORE_R58, MS-OXWSCORE_R59, MS-OXWSCORE_R1305, MS-OXWSCORE_R63, MS-OXWSCORE_R1306, MS-OXWSCDATA_R1586, MS-OXWSCDATA_R1040, MS-OXWSMSG_R137, MS-OXWSMSG_R139, MS-OXWSMSG_R143, MS-OXWSMSG_R144, MS-OXWSMSG_R145, MS-OXWSMSG_R145001, MS-OXWSMSG_R145002",
  ],
];

/** What every answer of an operation looks like, whatever is in it. */
function expectForm(answered: Answered, name: string): Element {
  expect(answered.status).toBe(200);
  expect(answered.headers["content-type"]).toBe("text/xml; charset=utf-8");
  // The root in SOAP 1.1's namespace, a header with the version, and a body with nothing but the operation's response.
  expect(answered.text).toMatch(
    /^<\?xml[^>]*><Envelope xmlns="http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/"[^>]*><Header><t:ServerVersionInfo MajorVersion="\d+" MinorVersion="\d+" MajorBuildNumber="\d+" MinorBuildNumber="\d+" Version="[^"]+"\/><\/Header><Body>/,
  );
  expect(answered.body.name).toBe(`m:${name}Response`);
  expect(answered.body.children.map((each) => each.name)).toEqual(["m:ResponseMessages"]);
  const [message, ...more] = messages(answered);
  expect(more).toEqual([]);
  expect(message?.name).toBe(`m:${name}ResponseMessage`);
  return message as Element;
}

describe("on the wire", () => {
  test.each(operations)(
    "%s answers one response message for each part, which says whether it succeeded and why not (%s)",
    async (name) => {
      const good = await ews.ask(requests[name]?.(await fresh(), true) ?? "");
      const success = expectForm(good, name);
      expect(success.attributes).toEqual({ ResponseClass: "Success" });
      expect(success.children[0]).toMatchObject({ name: "m:ResponseCode", text: "NoError" });
      if (name === "UpdateItem") expect(at(success, "m:ConflictResults", "t:Count")?.text).toBe("0");
      if (["CopyItem", "MoveItem", "CreateItem", "GetItem", "UpdateItem"].includes(name))
        expect(at(success, "m:Items", "t:Message", "t:ItemId")?.attributes["Id"]).toMatch(/^A[AQ]M/);

      const bad = await ews.ask(requests[name]?.(await nowhere(), false) ?? "");
      const error = expectForm(bad, name);
      expect(error.attributes).toEqual({ ResponseClass: "Error" });
      expect(at(error, "m:MessageText")?.text).not.toBe("");
      const code = { CreateItem: "ErrorInvalidPropertySet", MarkAllItemsAsRead: "ErrorFolderNotFound" }[name];
      expect(codes(bad)).toEqual([code ?? "ErrorItemNotFound"]);
    },
  );

  test("the protocol is SOAP 1.1 over HTTPS, and a whole failure is a fault with status 500 (MS-OXWSCORE_R3, MS-OXWSCORE_R2001, MS-OXWSCORE_R1006, MS-OXWSMSG_R1, MS-OXWSMSG_R3001, MS-OXWSMSG_R183)", async () => {
    expect(ews.url).toMatch(/^https:/);
    const fault = await ews.raw(soap("<m:MakeCoffee/>"));
    expect(fault.status).toBe(500);
    expect(fault.headers["content-type"]).toBe("text/xml; charset=utf-8");
    expect(fault.body.name).toBe("s:Fault");
    expect(fault.body.children.map(({ name }) => name)).toEqual(["faultcode", "faultstring", "detail"]);
  });

  test("the version of the server is told in numbers (MS-OXWSCDATA_R1339, MS-OXWSCDATA_R1456, MS-OXWSCDATA_R1457, MS-OXWSCDATA_R1458, MS-OXWSCDATA_R1459, MS-OXWSCDATA_R1460)", async () => {
    const { text } = await ews.ask(getXml([await fresh()]));
    const [, attributes = ""] = /<t:ServerVersionInfo ([^>]*)\/>/.exec(text) ?? [];
    expect(
      Object.fromEntries([...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
    ).toEqual({
      MajorVersion: "15",
      MinorVersion: "1",
      MajorBuildNumber: "2507",
      MinorBuildNumber: "61",
      Version: "V2017_07_11",
    });
  });

  test("a batch has one ResponseMessages with a message for each part, each with its own class (MS-OXWSCDATA_R1036, MS-OXWSCDATA_R1091, MS-OXWSCDATA_R1092, MS-OXWSCDATA_R1623, MS-OXWSCDATA_R1094, MS-OXWSCDATA_R1434, MS-OXWSCDATA_R1436, MS-OXWSCDATA_R1284, MS-OXWSCDATA_R191)", async () => {
    const answered = await ews.ask(getXml([await fresh(), await nowhere(), await fresh()]));
    expect(all(answered.body, "m:ResponseMessages")).toHaveLength(1);
    expect(messages(answered).map(({ attributes }) => attributes["ResponseClass"])).toEqual([
      "Success",
      "Error",
      "Success",
    ]);
    const resolved = await ews.ask(
      '<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>Rosa Keller</m:UnresolvedEntry></m:ResolveNames>',
    );
    expect(messages(resolved)[0]?.attributes["ResponseClass"]).toBe("Warning");
  });
});

describe.skipIf(schemasMissing)(
  `Microsoft's WSDL${schemasMissing ? `: skipped, ${schemasMissing}` : ""}`,
  () => {
    const wsdl = schemasMissing ? "" : readFileSync(new URL("EWSStack.wsdl", schemaFolder), "utf8");
    const names = [
      ...new Set([...wsdl.matchAll(/<wsdl:operation name="(\w+)"/g)].map(([, name = ""]) => name)),
    ];

    test("has operations", () => {
      expect(names.length).toBeGreaterThan(30);
      expect(operations.map(([name]) => name).filter((name) => !names.includes(name))).toEqual([]);
    });

    test.each(names)(
      "%s: an empty request is answered with a fault of Exchange, not with a crash",
      async (name) => {
        const element = new RegExp(`name="${name}(?:SoapIn|Request)?"[^]*?element="\\w+:(\\w+)"`).exec(
          wsdl.slice(wsdl.indexOf(`<wsdl:message name="${name}`)),
        )?.[1];
        const answered = await ews.raw(soap(`<m:${element ?? name}/>`));
        expect([name, element]).toEqual([name, expect.any(String)]);
        const does = known.has(element ?? "");
        const expected = element === "GetServerTimeZones" ? "NoError" : "ErrorSchemaValidation";
        expect(codes(answered)).toEqual([does ? expected : "ErrorInvalidOperation"]);
        expect(answered.status).toBe(codes(answered)[0] === "NoError" ? 200 : 500);
      },
    );
  },
);
