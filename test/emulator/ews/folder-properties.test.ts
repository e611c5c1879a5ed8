import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type EwsTest } from "./client.ts";
import { fails } from "./fails.ts";
import {
  createFoldersXml,
  deleteFolderXml,
  folderId,
  folderKeys,
  getFoldersXml,
  makeFolder,
  newFolderXml,
  setFolderXml,
  showFolder,
  updateFolderXml,
} from "./folder-requests.ts";
import { create, folderXml, setXml, tagXml, updateXml, uris } from "./requests.ts";
import type { Element } from "./xml.ts";

let ews: EwsTest;
let name: string;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(() => {
  name = `f${ews.organization.nextId()}`;
});

const put = (folder: string, flags = "1") => create(ews, { flags, folder });
const bytes = (text = "") => Buffer.from(text, "base64");

describe("a folder shows", () => {
  test.each([
    ["inbox", "t:Folder", "IPF.Note", "MS-OXWSFOLD_R28, MS-OXWSFOLD_R2802, MS-OXWSFOLD_R587"],
    [
      "calendar",
      "t:CalendarFolder",
      "IPF.Appointment",
      "MS-OXWSFOLD_R29, MS-OXWSFOLD_R2901, MS-OXWSFOLD_R70",
    ],
    ["contacts", "t:ContactsFolder", "IPF.Contact", "MS-OXWSFOLD_R31, MS-OXWSFOLD_R3301, MS-OXWSFOLD_R585"],
    [
      "tasks",
      "t:TasksFolder",
      "IPF.Task",
      "MS-OXWSFOLD_R35, MS-OXWSFOLD_R3501, MS-OXWSFOLD_R589, MS-OXWSTASK_R35",
    ],
    ["journal", "t:Folder", "IPF.Journal", "MS-OXWSFOLD_R586"],
    ["notes", "t:Folder", "IPF.StickyNote", "MS-OXWSFOLD_R588"],
  ])(
    "the kind of %s as %s with class %s (%s, MS-OXWSFOLD_R27, MS-OXWSFOLD_R95, MS-OXWSFOLD_R96, MS-OXWSFOLD_R69, MS-OXWSFOLD_R137)",
    async (id, kind, folderClass) => {
      const answered = await ews.ask(getFoldersXml(folderXml(id)));
      expect(messages(answered)[0]?.children.map((each) => each.name)).toEqual([
        "m:ResponseCode",
        "m:Folders",
      ]);
      const [folder] = at(messages(answered)[0], "m:Folders")?.children ?? [];
      expect([folder?.name, at(folder, "t:FolderClass")?.text]).toEqual([kind, folderClass]);
    },
  );

  test("its id and its parent's, no longer than 512 bytes (MS-OXWSFOLD_R66, MS-OXWSFOLD_R6603, MS-OXWSFOLD_R6604, MS-OXWSFOLD_R68, MS-OXWSFOLD_R6803, MS-OXWSFOLD_R6804, MS-OXWSCDATA_R1165)", async () => {
    const inbox = await showFolder(ews, folderXml("inbox"));
    const top = await showFolder(ews, folderXml("msgfolderroot"));
    for (const id of [at(inbox, "t:FolderId"), at(inbox, "t:ParentFolderId")]) {
      expect(Object.keys(id?.attributes ?? {})).toEqual(["Id", "ChangeKey"]);
      for (const text of Object.values(id?.attributes ?? {})) {
        expect(bytes(text).toString("base64")).toBe(text);
        expect(bytes(text).length).toBeLessThanOrEqual(512);
      }
    }
    expect(at(inbox, "t:ParentFolderId")?.attributes).toEqual(at(top, "t:FolderId")?.attributes);
  });

  test("its name, and how many items, unread ones and folders are in it (MS-OXWSFOLD_R71, MS-OXWSFOLD_R7102, MS-OXWSFOLD_R72, MS-OXWSFOLD_R7201, MS-OXWSFOLD_R5900, MS-OXWSFOLD_R75, MS-OXWSFOLD_R5912, MS-OXWSFOLD_R97, MS-OXWSFOLD_R99, MS-OXWSFOLD_R9901, MS-OXWSFOLD_R10010, MS-OXWSFOLD_R10011, MS-OXWSFOLD_R9602)", async () => {
    const key = await makeFolder(ews, name);
    await makeFolder(ews, "below", { parent: folderId(key) });
    await put(folderId(key), "1");
    await put(folderId(key), "0");
    const second = await put(folderId(key), "0");
    const texts = async () => {
      const folder = await showFolder(ews, key.id);
      return ["DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount"].map(
        (each) => at(folder, `t:${each}`)?.text,
      );
    };
    expect(await texts()).toEqual([name, "3", "1", "2"]);
    await ews.ask(updateXml(second, setXml("message:IsRead", "<t:IsRead>true</t:IsRead>")));
    expect(await texts()).toEqual([name, "3", "1", "1"]);
  });

  test("what the caller may do: everything in folders of one's own (MS-OXWSFOLD_R81, MS-OXWSFOLD_R5934, MS-OXWSFOLD_R810107, MS-OXWSFOLD_R810109, MS-OXWSFOLD_R8101011, MS-OXWSCDATA_R1129)", async () => {
    const key = await makeFolder(ews, name);
    const rights = at(await showFolder(ews, key.id), "t:EffectiveRights");
    expect(rights?.children.map((each) => [each.name.slice(2), each.text])).toEqual(
      [
        "CreateAssociated",
        "CreateContents",
        "CreateHierarchy",
        "Delete",
        "Modify",
        "Read",
        "ViewPrivateItems",
      ].map((right) => [right, "true"]),
    );
    await expect(put(folderId(key))).resolves.toBeDefined();
    const update = setFolderXml("DisplayName", `<t:DisplayName>${name}-2</t:DisplayName>`);
    expect(codes(await ews.ask(updateFolderXml(folderId(key), update)))).toEqual(["NoError"]);
    expect(codes(await ews.ask(deleteFolderXml(folderId(key))))).toEqual(["NoError"]);
  });

  test("by which name it is known to everybody (MS-OXWSFOLD_R8401, MS-OXWSFOLD_R8402, MS-OXWSCDATA_R83, MS-OXWSCDATA_R4000)", async () => {
    const names = [
      "inbox",
      "sentitems",
      "drafts",
      "deleteditems",
      "junkemail",
      "root",
      "recoverableitemsroot",
    ];
    for (const each of names) {
      const folder = await showFolder(ews, folderXml(each), uris("folder:DistinguishedFolderId"), "IdOnly");
      expect(at(folder, "t:DistinguishedFolderId")?.text).toBe(each);
    }
  });
});

describe("GetFolder", () => {
  const named = (folder: Element | undefined) => folder?.children.map((each) => each.name.slice(2));

  test("answers the properties of a shape (MS-OXWSFOLD_R575, MS-OXWSFOLD_R42101, MS-OXWSFOLD_R42102, MS-OXWSFOLD_R42103)", async () => {
    const inbox = folderXml("inbox");
    expect(named(await showFolder(ews, inbox, "", "IdOnly"))).toEqual(["FolderId"]);
    const usual = ["FolderId", "DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount"];
    expect(named(await showFolder(ews, inbox, "", "Default"))).toEqual(usual);
    const all = [...usual, "ParentFolderId", "FolderClass", "EffectiveRights", "DistinguishedFolderId"];
    expect(named(await showFolder(ews, inbox))?.toSorted()).toEqual(all.toSorted());
  });

  test("adds the properties that are asked for (MS-OXWSFOLD_R42104, MS-OXWSFOLD_R42105, MS-OXWSCDATA_R1234)", async () => {
    const more = uris("folder:FolderClass") + tagXml("0x3601", "Integer") + tagXml("0x3602", "Integer");
    const folder = await showFolder(ews, folderXml("drafts"), more, "IdOnly");
    expect(named(folder)).toEqual(["FolderId", "FolderClass", "ExtendedProperty", "ExtendedProperty"]);
    expect(all(folder ?? { name: "", attributes: {}, children: [], text: "" }, "t:Value")[0]?.text).toBe("1");
  });

  test("takes ids and well-known names together, and fails for each on its own (MS-OXWSFOLD_R423, MS-OXWSFOLD_R426, MS-OXWSFOLD_R428, MS-OXWSFOLD_R38645)", async () => {
    const key = await makeFolder(ews, name);
    const gone = await makeFolder(ews, `${name}-gone`);
    await ews.ask(deleteFolderXml(folderId(gone)));
    const answered = await ews.ask(
      getFoldersXml(folderId(key) + folderId(gone) + folderXml("inbox"), "Default"),
    );
    expect(codes(answered)).toEqual(["NoError", "ErrorFolderNotFound", "NoError"]);
    expect(messages(answered)[1]?.attributes["ResponseClass"]).toBe("Error");
    expect(all(answered.body, "t:DisplayName").map(({ text }) => text)).toEqual([name, "Inbox"]);
    expect(folderKeys(answered)[0]).toEqual(key);
  });

  test("refuses what no folder has", async () => {
    const refused = await ews.ask(getFoldersXml(folderXml("inbox"), "IdOnly", uris("item:Subject")));
    expect(codes(refused)).toEqual(["ErrorInvalidPropertyRequest"]);
  });
});

describe("properties of one's own", () => {
  const path = `<t:ExtendedFieldURI PropertySetId="11111111-2222-3333-4444-555555555555" PropertyName="n" PropertyType="String"/>`;
  const property = (value: string) =>
    `<t:ExtendedProperty>${path}<t:Value>${value}</t:Value></t:ExtendedProperty>`;
  const valueOf = async (id: string) =>
    at(await showFolder(ews, id, path, "IdOnly"), "t:ExtendedProperty", "t:Value")?.text;

  test("are set when a folder is made, or not (MS-OXWSFOLD_R77, MS-OXWSFOLD_R7701, MS-OXWSFOLD_R78, MS-OXWSFOLD_R7801, MS-OXWSFOLD_R7802)", async () => {
    const [key] = folderKeys(await ews.ask(createFoldersXml(newFolderXml(name, { after: property("a") }))));
    expect(await valueOf(key?.id ?? "")).toBe("a");
    const without = await ews.ask(createFoldersXml(newFolderXml(`${name}-2`)));
    expect(codes(without)).toEqual(["NoError"]);
    expect(await valueOf(folderKeys(without)[0]?.id ?? "")).toBeUndefined();
  });

  test("are changed and taken away (MS-OXWSFOLD_R583, MS-OXWSFOLD_R5261)", async () => {
    const key = await makeFolder(ews, name, { after: property("a") });
    expect(codes(await ews.ask(updateFolderXml(folderId(key), setFolderXml(path, property("b")))))).toEqual([
      "NoError",
    ]);
    expect(await valueOf(key.id)).toBe("b");
    const gone = await ews.ask(updateFolderXml(folderId(key), setFolderXml(path, "", { action: "Delete" })));
    expect(codes(gone)).toEqual(["NoError"]);
    expect(await valueOf(key.id)).toBeUndefined();
  });

  test("are copied with the folder, and found by FindFolder", async () => {
    const key = await makeFolder(ews, name, { after: property(name) });
    const copied = await ews.ask(
      `<m:CopyFolder><m:ToFolderId>${folderXml("drafts")}</m:ToFolderId><m:FolderIds>${folderId(key)}</m:FolderIds></m:CopyFolder>`,
    );
    const [copy] = folderKeys(copied);
    const equal = `<t:IsEqualTo>${path}<t:FieldURIOrConstant><t:Constant Value="${name}"/></t:FieldURIOrConstant></t:IsEqualTo>`;
    const found = await ews.ask(
      `<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:Restriction>${equal}</m:Restriction><m:ParentFolderIds>${folderXml("msgfolderroot")}</m:ParentFolderIds></m:FindFolder>`,
    );
    expect(
      folderKeys(found)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([key.id, copy?.id ?? ""].toSorted());
  });

  test("that the server keeps by itself can be read and not set", async () => {
    const key = await makeFolder(ews, name);
    await put(folderId(key), "0");
    const tags = [tagXml("0x3001", "String"), tagXml("0x3603", "Integer"), tagXml("0x3613", "String")].join(
      "",
    );
    const folder = await showFolder(ews, key.id, tags, "IdOnly");
    expect(folder?.children.slice(1).map((each) => at(each, "t:Value")?.text)).toEqual([
      name,
      "1",
      "IPF.Note",
    ]);
    const tag = tagXml("0x3602", "Integer");
    const set = setFolderXml(tag, `<t:ExtendedProperty>${tag}<t:Value>7</t:Value></t:ExtendedProperty>`);
    fails(await ews.ask(updateFolderXml(folderId(key), set)), "ErrorInvalidPropertySet");
  });
});

describe("UpdateFolder", () => {
  test.each([
    ["Folder", "inbox", "MS-OXWSFOLD_R534"],
    ["CalendarFolder", "calendar", "MS-OXWSFOLD_R536"],
    ["ContactsFolder", "contacts", "MS-OXWSFOLD_R538"],
    ["TasksFolder", "tasks", "MS-OXWSFOLD_R542"],
  ])(
    "changes a %s below %s, answering one (%s, MS-OXWSFOLD_R531, MS-OXWSFOLD_R546, MS-OXWSFOLD_R8902, MS-OXWSFOLD_R9301)",
    async (kind, parent) => {
      const key = await makeFolder(ews, name, { kind, parent: folderXml(parent) });
      const update = setFolderXml("DisplayName", `<t:DisplayName>${name}-2</t:DisplayName>`, { kind });
      const answered = await ews.ask(updateFolderXml(folderId(key), update));
      expect(at(messages(answered)[0], "m:Folders")?.children[0]?.name).toBe(`t:${kind}`);
      expect(at(await showFolder(ews, key.id), "t:DisplayName")?.text).toBe(`${name}-2`);
    },
  );

  test("takes a well-known name for the folder (MS-OXWSFOLD_R9101)", async () => {
    const tag = tagXml("0x3004", "String");
    const set = setFolderXml(
      tag,
      `<t:ExtendedProperty>${tag}<t:Value>${name}</t:Value></t:ExtendedProperty>`,
    );
    expect(codes(await ews.ask(updateFolderXml(folderXml("inbox"), set)))).toEqual(["NoError"]);
    const inbox = await showFolder(ews, folderXml("inbox"), tag, "IdOnly");
    expect(at(inbox, "t:ExtendedProperty", "t:Value")?.text).toBe(name);
  });

  test("appends to nothing (MS-OXWSFOLD_R507)", async () => {
    const key = await makeFolder(ews, name);
    const append = setFolderXml("DisplayName", "<t:DisplayName>x</t:DisplayName>", { action: "AppendTo" });
    fails(await ews.ask(updateFolderXml(folderId(key), append)), "ErrorInvalidPropertyAppend");
  });

  test("takes one property in each change (MS-OXWSCDATA_R335)", async () => {
    const key = await makeFolder(ews, name);
    const two = setFolderXml(
      "DisplayName",
      "<t:FolderClass>x</t:FolderClass><t:DisplayName>y</t:DisplayName>",
    );
    fails(await ews.ask(updateFolderXml(folderId(key), two)), "ErrorIncorrectUpdatePropertyCount");
  });

  test.each([
    ["EffectiveRights", "MS-OXWSFOLD_R83"],
    ["ManagedFolderInformation", "MS-OXWSFOLD_R80"],
  ])("does not let a client set %s (%s)", async (property) => {
    const rights = [
      "CreateAssociated",
      "CreateContents",
      "CreateHierarchy",
      "Delete",
      "Modify",
      "Read",
      "ViewPrivateItems",
    ];
    const inner =
      property === "EffectiveRights" ? rights.map((each) => `<t:${each}>true</t:${each}>`).join("") : "";
    const value = `<t:${property}>${inner}</t:${property}>`;
    fails(await ews.ask(createFoldersXml(newFolderXml(name, { after: value }))), "ErrorInvalidPropertySet");
    const key = await makeFolder(ews, name);
    const update = updateFolderXml(folderId(key), setFolderXml(property, value));
    fails(await ews.ask(update), "ErrorInvalidPropertySet");
  });
});
