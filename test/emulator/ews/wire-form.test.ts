import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type Answered, type EwsTest } from "./client.ts";
import {
  createFoldersXml,
  defineManagedFolders,
  deleteFolderXml,
  emptyFolderXml,
  folderId,
  getFoldersXml,
  makeFolder,
  managedFolderXml,
  newFolderXml,
  setFolderXml,
  transferFolderXml,
  updateFolderXml,
} from "./folder-requests.ts";
import { attachXml, create, folderXml, idXml } from "./requests.ts";
import { child, namespaces, readXml } from "./xml.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

const fresh = () => makeFolder(ews, `f${ews.organization.nextId()}`);
const attach = async (): Promise<string> => {
  const item = await create(ews, {});
  const file = "<t:FileAttachment><t:Name>a.txt</t:Name><t:Content>AQID</t:Content></t:FileAttachment>";
  const xml = attachXml(item, file);
  return all((await ews.ask(xml)).body, "t:AttachmentId")[0]?.attributes["Id"] ?? "";
};
const idsXml = (operation: string, id: string) =>
  `<m:${operation}><m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:${operation}>`;
const folderShape = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>";
const itemShape = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>";

/** A request of each operation that succeeds. */
const requests: Record<string, () => Promise<string>> = {
  CopyFolder: async () => transferFolderXml("CopyFolder", folderId(await fresh()), folderXml("drafts")),
  CreateFolder: async () => createFoldersXml(newFolderXml(`f${ews.organization.nextId()}`)),
  CreateManagedFolder: async () => {
    const Name = `m${ews.organization.nextId()}`;
    defineManagedFolders(ews, { Name, Guid: Name });
    return managedFolderXml([Name]);
  },
  DeleteFolder: async () => deleteFolderXml(folderId(await fresh())),
  EmptyFolder: async () => emptyFolderXml(folderId(await fresh())),
  GetFolder: async () => getFoldersXml(folderXml("inbox")),
  MoveFolder: async () => transferFolderXml("MoveFolder", folderId(await fresh()), folderXml("drafts")),
  UpdateFolder: async () => {
    const key = await fresh();
    const renamed = `<t:DisplayName>f${ews.organization.nextId()}</t:DisplayName>`;
    return updateFolderXml(folderId(key), setFolderXml("DisplayName", renamed));
  },
  CreateAttachment: async () => {
    const file = "<t:FileAttachment><t:Name>a.txt</t:Name><t:Content>AQID</t:Content></t:FileAttachment>";
    return attachXml(await create(ews, {}), file);
  },
  GetAttachment: async () => idsXml("GetAttachment", await attach()),
  DeleteAttachment: async () => idsXml("DeleteAttachment", await attach()),
  SyncFolderHierarchy: async () => `<m:SyncFolderHierarchy>${folderShape}</m:SyncFolderHierarchy>`,
  SyncFolderItems: async () =>
    `<m:SyncFolderItems>${itemShape}<m:SyncFolderId>${folderXml("inbox")}</m:SyncFolderId><m:MaxChangesReturned>9</m:MaxChangesReturned></m:SyncFolderItems>`,
  ExportItems: async () => {
    const { id } = await create(ews, {});
    return `<m:ExportItems><m:ItemIds>${idXml({ id })}</m:ItemIds></m:ExportItems>`;
  },
  UploadItems: async () => {
    const exported = await ews.ask(await ask("ExportItems"));
    const { id } = await fresh();
    const data = all(exported.body, "m:Data")[0]?.text;
    return `<m:UploadItems><m:Items><t:Item CreateAction="CreateNew">${idXml({ id }, "t:ParentFolderId")}<t:Data>${data}</t:Data></t:Item></m:Items></m:UploadItems>`;
  },
};
const ask = (operation: string): Promise<string> => requests[operation]?.() ?? Promise.resolve("");

/** `ask` has already held request and answer to Microsoft's schemas. */
function hasForm(operation: string, answered: Answered): void {
  expect(answered.status).toBe(200);
  expect(answered.headers["content-type"]).toBe("text/xml; charset=utf-8");
  const envelope = readXml(answered.text);
  expect(envelope.name).toBe("s:Envelope");
  expect(envelope.children.map(({ name }) => name)).toEqual(["s:Header", "s:Body"]);
  const version = at(envelope, "s:Header", "t:ServerVersionInfo");
  expect(version?.attributes).toMatchObject({ MajorVersion: "15", MinorVersion: "1" });
  expect(version?.attributes["Version"]).toMatch(/^V20/);
  expect(child(envelope, "s:Body")?.children.map(({ name }) => name)).toEqual([`m:${operation}Response`]);
  expect(answered.body.children.map(({ name }) => name)).toEqual(["m:ResponseMessages"]);
  expect(messages(answered).map(({ name }) => name)).toEqual([`m:${operation}ResponseMessage`]);
  expect(messages(answered)[0]?.attributes).toEqual({ ResponseClass: "Success" });
  expect(codes(answered)).toEqual(["NoError"]);
}

describe("an answer has the schema's form, with the server's version in its header", () => {
  test.each([
    [
      "CopyFolder",
      "MS-OXWSFOLD_R183, MS-OXWSFOLD_R185, MS-OXWSFOLD_R1851, MS-OXWSFOLD_R1962, MS-OXWSFOLD_R197, MS-OXWSFOLD_R1971, MS-OXWSFOLD_R198, MS-OXWSFOLD_R199, MS-OXWSFOLD_R204, MS-OXWSFOLD_R210, MS-OXWSFOLD_R1852, MS-OXWSFOLD_R185222",
    ],
    [
      "CreateFolder",
      "MS-OXWSFOLD_R218, MS-OXWSFOLD_R220, MS-OXWSFOLD_R2201, MS-OXWSFOLD_R2342, MS-OXWSFOLD_R235, MS-OXWSFOLD_R2351, MS-OXWSFOLD_R236, MS-OXWSFOLD_R237, MS-OXWSFOLD_R242, MS-OXWSFOLD_R249",
    ],
    [
      "CreateManagedFolder",
      "MS-OXWSFOLD_R265, MS-OXWSFOLD_R267, MS-OXWSFOLD_R2691, MS-OXWSFOLD_R2822, MS-OXWSFOLD_R284, MS-OXWSFOLD_R2841, MS-OXWSFOLD_R285, MS-OXWSFOLD_R2851, MS-OXWSFOLD_R290, MS-OXWSFOLD_R301, MS-OXWSFOLD_R2692, MS-OXWSFOLD_R26992",
    ],
    [
      "DeleteFolder",
      "MS-OXWSFOLD_R310, MS-OXWSFOLD_R3102, MS-OXWSFOLD_R3103, MS-OXWSFOLD_R3232, MS-OXWSFOLD_R325, MS-OXWSFOLD_R3251, MS-OXWSFOLD_R326, MS-OXWSFOLD_R327, MS-OXWSFOLD_R332, MS-OXWSFOLD_R338",
    ],
    [
      "EmptyFolder",
      "MS-OXWSFOLD_R347, MS-OXWSFOLD_R3472, MS-OXWSFOLD_R3473, MS-OXWSFOLD_R3612, MS-OXWSFOLD_R363, MS-OXWSFOLD_R3631, MS-OXWSFOLD_R364, MS-OXWSFOLD_R365, MS-OXWSFOLD_R370, MS-OXWSFOLD_R385, MS-OXWSFOLD_R3474, MS-OXWSFOLD_R34744",
    ],
    [
      "GetFolder",
      "MS-OXWSFOLD_R386, MS-OXWSFOLD_R3862, MS-OXWSFOLD_R3863, MS-OXWSFOLD_R4024, MS-OXWSFOLD_R404, MS-OXWSFOLD_R4041, MS-OXWSFOLD_R405, MS-OXWSFOLD_R406, MS-OXWSFOLD_R411, MS-OXWSFOLD_R418, MS-OXWSFOLD_R3864, MS-OXWSFOLD_R38644",
    ],
    [
      "MoveFolder",
      "MS-OXWSFOLD_R431, MS-OXWSFOLD_R4312, MS-OXWSFOLD_R4313, MS-OXWSFOLD_R4452, MS-OXWSFOLD_R447, MS-OXWSFOLD_R4471, MS-OXWSFOLD_R448, MS-OXWSFOLD_R449, MS-OXWSFOLD_R454, MS-OXWSFOLD_R460, MS-OXWSFOLD_R43144, MS-OXWSFOLD_R4314",
    ],
    [
      "UpdateFolder",
      "MS-OXWSFOLD_R464, MS-OXWSFOLD_R4642, MS-OXWSFOLD_R4643, MS-OXWSFOLD_R4812, MS-OXWSFOLD_R482, MS-OXWSFOLD_R4821, MS-OXWSFOLD_R483, MS-OXWSFOLD_R484, MS-OXWSFOLD_R489, MS-OXWSFOLD_R503",
    ],
    [
      "CreateAttachment",
      "MS-OXWSATT_R535, MS-OXWSATT_R320, MS-OXWSATT_R537, MS-OXWSATT_R539, MS-OXWSATT_R165, MS-OXWSATT_R372, MS-OXWSATT_R553, MS-OXWSATT_R542, MS-OXWSATT_R543, MS-OXWSATT_R545, MS-OXWSATT_R182, MS-OXWSATT_R144, MS-OXWSATT_R145",
    ],
    [
      "DeleteAttachment",
      "MS-OXWSATT_R323, MS-OXWSATT_R324, MS-OXWSATT_R207, MS-OXWSATT_R462, MS-OXWSATT_R222, MS-OXWSATT_R382, MS-OXWSATT_R464, MS-OXWSATT_R383, MS-OXWSATT_R465, MS-OXWSATT_R507, MS-OXWSATT_R326, MS-OXWSATT_R510, MS-OXWSATT_R246, MS-OXWSATT_R203, MS-OXWSATT_R204",
    ],
    [
      "GetAttachment",
      "MS-OXWSATT_R327, MS-OXWSATT_R328, MS-OXWSATT_R514, MS-OXWSATT_R471, MS-OXWSATT_R280, MS-OXWSATT_R395, MS-OXWSATT_R473, MS-OXWSATT_R396, MS-OXWSATT_R474, MS-OXWSATT_R517, MS-OXWSATT_R330, MS-OXWSATT_R519, MS-OXWSATT_R298, MS-OXWSATT_R259, MS-OXWSATT_R260",
    ],
    [
      "SyncFolderHierarchy",
      "MS-OXWSSYNC_R457, MS-OXWSSYNC_R459, MS-OXWSSYNC_R460, MS-OXWSSYNC_R238, MS-OXWSSYNC_R299, MS-OXWSSYNC_R306, MS-OXWSSYNC_R307, MS-OXWSSYNC_R308, MS-OXWSSYNC_R309, MS-OXWSSYNC_R465, MS-OXWSSYNC_R463",
    ],
    [
      "SyncFolderItems",
      "MS-OXWSSYNC_R468, MS-OXWSSYNC_R469, MS-OXWSSYNC_R480, MS-OXWSSYNC_R437, MS-OXWSSYNC_R438, MS-OXWSSYNC_R439, MS-OXWSSYNC_R440, MS-OXWSSYNC_R477, MS-OXWSSYNC_R473",
    ],
    [
      "ExportItems",
      "MS-OXWSBTRF_R36001, MS-OXWSBTRF_R51, MS-OXWSBTRF_R251, MS-OXWSBTRF_R252, MS-OXWSBTRF_R253, MS-OXWSBTRF_R254, MS-OXWSBTRF_R165, MS-OXWSBTRF_R63, MS-OXWSBTRF_R75",
    ],
    [
      "UploadItems",
      "MS-OXWSBTRF_R86, MS-OXWSBTRF_R87, MS-OXWSBTRF_R101, MS-OXWSBTRF_R247, MS-OXWSBTRF_R248, MS-OXWSBTRF_R249, MS-OXWSBTRF_R250, MS-OXWSBTRF_R246, MS-OXWSBTRF_R11301, MS-OXWSBTRF_R114, MS-OXWSBTRF_R131",
    ],
  ])("of %s (%s)", async (operation) => {
    hasForm(operation, await ews.ask(await ask(operation)));
  });

  test("over HTTPS, as SOAP 1.1 (MS-OXWSFOLD_R3, MS-OXWSFOLD_R3008, MS-OXWSATT_R3, MS-OXWSATT_R5001, MS-OXWSATT_R318, MS-OXWSBTRF_R1, MS-OXWSBTRF_R2006, MS-OXWSBTRF_R6, MS-OXWSSYNC_R3, MS-OXWSSYNC_R20001, MS-OXWSSYNC_R20003)", async () => {
    expect(new URL(ews.url).protocol).toBe("https:");
    for (const operation of ["GetFolder", "GetAttachment", "ExportItems", "SyncFolderItems"]) {
      const answered = await ews.ask(await ask(operation));
      expect(answered.text).toContain(`<Envelope xmlns="${namespaces.s}"`);
      expect(namespaces.s).toBe("http://schemas.xmlsoap.org/soap/envelope/");
      hasForm(operation, answered);
    }
  });

  test("one message for each part, each with its class, code and text, and never the bare base type (MS-OXWSCDATA_R1036, MS-OXWSCDATA_R1091, MS-OXWSCDATA_R1092, MS-OXWSCDATA_R1094, MS-OXWSCDATA_R1284, MS-OXWSCDATA_R1434, MS-OXWSCDATA_R1436, MS-OXWSCDATA_R1339)", async () => {
    const gone = await fresh();
    await ews.ask(deleteFolderXml(folderId(gone)));
    const answered = await ews.ask(getFoldersXml(folderXml("inbox") + folderId(gone)));
    expect(answered.text).not.toContain("BaseResponseMessage");
    expect(all(readXml(answered.text), "m:ResponseMessages")).toHaveLength(1);
    const version = all(readXml(answered.text), "t:ServerVersionInfo")[0]?.attributes ?? {};
    for (const name of ["MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber"])
      expect(version[name]).toMatch(/^\d+$/);
    const [found, missing] = messages(answered);
    expect(found?.attributes["ResponseClass"]).toBe("Success");
    expect(missing?.attributes["ResponseClass"]).toBe("Error");
    expect(missing?.children.map(({ name }) => name)).toEqual([
      "m:MessageText",
      "m:ResponseCode",
      "m:DescriptiveLinkKey",
      "m:Folders",
    ]);
    expect(at(missing, "m:ResponseCode")?.text).toBe("ErrorFolderNotFound");
    expect(at(missing, "m:DescriptiveLinkKey")?.text).toBe("0");
  });
});
