import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { at, codes, messages, startEws, type EwsTest } from "./client.ts";
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
  type FolderKey,
} from "./folder-requests.ts";
import { create, folderXml, get, uris } from "./requests.ts";

let ews: EwsTest;
let name: string;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(() => {
  name = `f${ews.organization.nextId()}`;
});

const createFolders = (folders: string, parent?: string) => ews.ask(createFoldersXml(folders, parent));
const make = (displayName = name, parent = folderXml("inbox")) => makeFolder(ews, displayName, { parent });
const getFolders = (ids: string, base = "AllProperties") => ews.ask(getFoldersXml(ids, base));
const show = ({ id }: FolderKey) => showFolder(ews, id);
const idOf = async (distinguished: string) =>
  folderKeys(await getFolders(folderXml(distinguished), "IdOnly"))[0]?.id;
const remove = (id: string, type: string) => ews.ask(deleteFolderXml(id, type));
const update = (id: string, updates: string) => ews.ask(updateFolderXml(id, updates));
const setName = (displayName: string) =>
  setFolderXml("DisplayName", `<t:DisplayName>${displayName}</t:DisplayName>`);

describe("CreateFolder", () => {
  test("makes folders below one that is there (MS-OXWSFOLD_R2202, MS-OXWSFOLD_R22202, MS-OXWSFOLD_R560, MS-OXWSFOLD_R252, MS-OXWSFOLD_R2531, MS-OXWSFOLD_R7101, MS-OXWSFOLD_R6602, MS-OXWSFOLD_R6801)", async () => {
    const answered = await createFolders(newFolderXml(`${name} & Ä`) + newFolderXml(`${name}-2`));
    expect(messages(answered).map(({ attributes }) => attributes["ResponseClass"])).toEqual([
      "Success",
      "Success",
    ]);
    expect(codes(answered)).toEqual(["NoError", "NoError"]);
    const [first] = folderKeys(answered);
    const made = first && (await show(first));
    expect(at(made, "t:DisplayName")?.text).toBe(`${name} & Ä`);
    expect(at(made, "t:FolderId")?.attributes).toEqual({ Id: first?.id, ChangeKey: first?.changeKey });
    expect(at(made, "t:ParentFolderId")?.attributes["Id"]).toBe(await idOf("inbox"));
    expect(at(made, "t:DistinguishedFolderId")).toBeUndefined();
  });

  test("counts as a child of its parent (MS-OXWSFOLD_R7501)", async () => {
    const parent = await make();
    await make("child", folderId(parent));
    expect(at(await show(parent), "t:ChildFolderCount")?.text).toBe("1");
  });

  test.each([
    ["Folder", "IPF.Note", "MS-OXWSFOLD_R587"],
    ["CalendarFolder", "IPF.Appointment", "MS-OXWSFOLD_R70"],
    ["ContactsFolder", "IPF.Contact", "MS-OXWSFOLD_R585"],
    ["TasksFolder", "IPF.Task", "MS-OXWSFOLD_R589"],
  ])("gives a %s the class %s (%s, MS-OXWSFOLD_R589202)", async (kind, folderClass) => {
    const [key] = folderKeys(await createFolders(newFolderXml(name, { kind })));
    const made = key && (await show(key));
    expect([made?.name, at(made, "t:FolderClass")?.text]).toEqual([`t:${kind}`, folderClass]);
  });

  test("takes a class of one's own, but not one of another kind (MS-OXWSFOLD_R5890, MS-OXWSFOLD_R5892, MS-OXWSFOLD_R589201)", async () => {
    const own = await createFolders(
      newFolderXml(name, { before: "<t:FolderClass>IPF.MyCustom</t:FolderClass>" }),
    );
    const [key] = folderKeys(own);
    expect(at(key && (await show(key)), "t:FolderClass")?.text).toBe("IPF.MyCustom");
    fails(
      await createFolders(newFolderXml("other", { before: "<t:FolderClass>IPF.Contact</t:FolderClass>" })),
      "ErrorNoFolderClassOverride",
    );
  });

  test("fails for a name that is taken, in whatever case (MS-OXWSFOLD_R217, MS-OXWSFOLD_R22203)", async () => {
    await make();
    fails(await createFolders(newFolderXml(name.toUpperCase())), "ErrorFolderExists");
    expect(codes(await createFolders(newFolderXml(name), folderXml("drafts")))).toEqual(["NoError"]);
  });

  test("fails below a folder that is not there (MS-OXWSFOLD_R216)", async () => {
    const parent = await make();
    await remove(folderId(parent), "HardDelete");
    fails(await createFolders(newFolderXml("x"), folderId(parent)), "ErrorParentFolderNotFound");
  });

  test("needs a name, and takes no id, parent or count (MS-OXWSFOLD_R71021, MS-OXWSFOLD_R67, MS-OXWSFOLD_R6802, MS-OXWSFOLD_R73, MS-OXWSFOLD_R76)", async () => {
    fails(await createFolders("<t:Folder/>"), "ErrorFolderSavePropertyError");
    const key = await make();
    const parent = folderId(key).replace("t:FolderId", "t:ParentFolderId");
    for (const set of [folderId(key), parent])
      fails(await createFolders(newFolderXml("x", { before: set })), "ErrorInvalidPropertySet");
    for (const count of ["TotalCount", "ChildFolderCount"])
      fails(
        await createFolders(newFolderXml("x", { after: `<t:${count}>1</t:${count}>` })),
        "ErrorInvalidPropertySet",
      );
  });
});

describe("UpdateFolder", () => {
  test("renames a folder, which gets a new change key (MS-OXWSFOLD_R46444, MS-OXWSFOLD_R4644, MS-OXWSFOLD_R582, MS-OXWSFOLD_R5051, MS-OXWSFOLD_R5251)", async () => {
    const key = await make();
    const answered = await update(folderId(key), setName(`${name}-new`));
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Success");
    expect(codes(answered)).toEqual(["NoError"]);
    const [changed] = folderKeys(answered);
    expect(changed?.id).toBe(key.id);
    expect(changed?.changeKey).not.toBe(key.changeKey);
    expect(at(await show(key), "t:DisplayName")?.text).toBe(`${name}-new`);
  });

  test("makes all changes of a folder or none", async () => {
    const key = await make();
    fails(
      await update(
        folderId(key),
        setName("lost") + setFolderXml("TotalCount", "<t:TotalCount>3</t:TotalCount>"),
      ),
      "ErrorInvalidPropertySet",
    );
    expect(at(await show(key), "t:DisplayName")?.text).toBe(name);
  });

  test.each([
    [
      "a count",
      () => setFolderXml("UnreadCount", "<t:UnreadCount>3</t:UnreadCount>"),
      "ErrorInvalidPropertySet",
    ],
    [
      "an addition to a name",
      () => setFolderXml("DisplayName", "<t:DisplayName>x</t:DisplayName>", { action: "AppendTo" }),
      "ErrorInvalidPropertyAppend",
    ],
    [
      "the loss of a name",
      () => `<t:DeleteFolderField>${uris("folder:DisplayName")}</t:DeleteFolderField>`,
      "ErrorInvalidPropertyDelete",
    ],
    [
      "another property than the path's",
      () => setFolderXml("DisplayName", "<t:FolderClass>x</t:FolderClass>"),
      "ErrorUpdatePropertyMismatch",
    ],
    [
      "two properties at once",
      () => setFolderXml("DisplayName", "<t:FolderClass>x</t:FolderClass><t:DisplayName>x</t:DisplayName>"),
      "ErrorIncorrectUpdatePropertyCount",
    ],
    ["an empty name", () => setName(""), "ErrorFolderSavePropertyError"],
  ])("refuses %s (MS-OXWSFOLD_R4645)", async (_, change, code) => {
    fails(await update(folderId(await make()), change()), code);
  });

  test("refuses a name that is taken, a default folder's new name, and an id without a change key", async () => {
    const key = await make();
    await make(`${name}-2`);
    fails(await update(folderId(key), setName(`${name}-2`)), "ErrorFolderExists");
    fails(await update(folderXml("inbox"), setName("Post")), "ErrorAccessDenied");
    fails(await update(folderId({ id: key.id }), setName("x")), "ErrorChangeKeyRequiredForWriteOperations");
  });
});

describe("DeleteFolder", () => {
  test("removes a folder for good with all that is in it (MS-OXWSFOLD_R306, MS-OXWSFOLD_R3104, MS-OXWSFOLD_R31044, MS-OXWSFOLD_R34301, MS-OXWSFOLD_R568, MS-OXWSFOLD_R341)", async () => {
    const key = await make();
    const child = await make("child", folderId(key));
    const item = await create(ews, { folder: folderId(child) });
    const answered = await remove(folderId(key), "HardDelete");
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Success");
    expect(codes(answered)).toEqual(["NoError"]);
    expect(codes(await getFolders(folderId(key) + folderId(child)))).toEqual([
      "ErrorFolderNotFound",
      "ErrorFolderNotFound",
    ]);
    await expect(get(ews, item)).rejects.toThrow("ErrorItemNotFound");
  });

  test.each([
    ["MoveToDeletedItems", "deleteditems", "MS-OXWSFOLD_R34302"],
    ["SoftDelete", "recoverableitemsdeletions", "MS-OXWSFOLD_R34303"],
  ])("%s moves it to %s with all that is in it (%s)", async (type, place) => {
    for (const _ of [1, 2]) {
      const key = await make();
      const item = await create(ews, { folder: folderId(key) });
      expect(codes(await remove(folderId(key), type))).toEqual(["NoError"]);
      const moved = await show(key);
      expect(at(moved, "t:ParentFolderId")?.attributes["Id"]).toBe(await idOf(place));
      await expect(get(ews, item)).resolves.toMatchObject({ name: "t:Message" });
    }
    const mailbox = ews.side.mailboxes.get(ews.recipient("anna.weber@contoso.com").guid);
    const names = [...(mailbox?.folders.values() ?? [])].map(({ displayName }) => displayName);
    // Two of one name cannot lie side by side.
    expect(names).toEqual(expect.arrayContaining([name, `${name}1`]));
  });

  test("refuses default folders and what is not there, each in its place (MS-OXWSFOLD_R308, MS-OXWSFOLD_R31045)", async () => {
    const key = await make();
    await remove(folderId(key), "HardDelete");
    const answered = await remove(
      folderXml("inbox") + folderId(key) + folderId(await make()),
      "MoveToDeletedItems",
    );
    expect(codes(answered)).toEqual(["ErrorDeleteDistinguishedFolder", "ErrorFolderNotFound", "NoError"]);
  });
});
