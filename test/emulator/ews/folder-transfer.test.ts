import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, soap, startEws, type EwsTest } from "./client.ts";
import { fails } from "./fails.ts";
import {
  createFoldersXml,
  defineManagedFolders,
  deleteFolderXml,
  emptyFolderXml,
  folderId,
  folderKeys,
  makeFolder,
  managedFolderXml,
  newFolderXml,
  setFolderXml,
  showFolder,
  transferFolderXml,
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

const put = (folder: FolderKey, before = "") => create(ews, { before, folder: folderId(folder) });
const count = async (folder: string, what = "TotalCount") =>
  at(await showFolder(ews, folder, "", "Default"), `t:${what}`)?.text;
const parentOf = async (id: string) => at(await showFolder(ews, id), "t:ParentFolderId")?.attributes["Id"];
/** A folder with an item and a folder below it that has an item, too. */
const tree = async () => {
  const key = await makeFolder(ews, name, { before: "<t:FolderClass>IPF.Note.Own</t:FolderClass>" });
  const below = await makeFolder(ews, "below", { parent: folderId(key) });
  return { key, below, item: await put(key), lower: await put(below) };
};

describe("MoveFolder", () => {
  test("puts a folder below another with its name, class, items and folders (MS-OXWSFOLD_R429, MS-OXWSFOLD_R594, MS-OXWSFOLD_R595, MS-OXWSFOLD_R596, MS-OXWSFOLD_R461)", async () => {
    const { key, below, item, lower } = await tree();
    const target = await makeFolder(ews, `${name}-target`);
    const moved = folderKeys(await ews.ask(transferFolderXml("MoveFolder", folderId(key), folderId(target))));
    expect(moved.map(({ id }) => id)).toEqual([key.id]);
    expect(moved[0]?.changeKey).not.toBe(key.changeKey);
    const folder = await showFolder(ews, key.id);
    expect(at(folder, "t:ParentFolderId")?.attributes["Id"]).toBe(target.id);
    expect([at(folder, "t:DisplayName")?.text, at(folder, "t:FolderClass")?.text]).toEqual([
      name,
      "IPF.Note.Own",
    ]);
    expect(await parentOf(below.id)).toBe(key.id);
    for (const [each, where] of [
      [item, key],
      [lower, below],
    ] as const) {
      const found = await get(ews, each, uris("item:ParentFolderId"));
      expect(at(found, "t:ParentFolderId")?.attributes["Id"]).toBe(where.id);
    }
  });

  test("fails where it makes no sense (MS-OXWSFOLD_R4315)", async () => {
    const { key, below } = await tree();
    const move = (what: string, to: string) => ews.ask(transferFolderXml("MoveFolder", what, to));
    fails(await move(folderXml("inbox"), folderId(key)), "ErrorMoveDistinguishedFolder");
    fails(await move(folderId(key), folderId(below)), "ErrorMoveCopyFailed");
    const other = await makeFolder(ews, name, { parent: folderXml("drafts") });
    fails(await move(folderId(key), folderXml("drafts")), "ErrorFolderExists");
    await ews.ask(deleteFolderXml(folderId(other)));
    fails(await move(folderId(key), folderId(other)), "ErrorToFolderNotFound");
    fails(await move(folderId(other), folderXml("drafts")), "ErrorFolderNotFound");
  });
});

describe("CopyFolder", () => {
  test("makes the same again below another folder, which the first does not notice (MS-OXWSFOLD_R211)", async () => {
    const { key } = await tree();
    const copied = await ews.ask(transferFolderXml("CopyFolder", folderId(key), folderXml("drafts")));
    const [copy = { id: "", changeKey: "" }] = folderKeys(copied);
    expect(copy.id).not.toBe(key.id);
    const counts = async (id: string) => [await count(id), await count(id, "ChildFolderCount")];
    expect(await counts(copy.id)).toEqual(["1", "1"]);
    await ews.ask(deleteFolderXml(folderId(copy)));
    expect(await counts(key.id)).toEqual(["1", "1"]);
  });

  test("fails where the name is taken, and into itself (MS-OXWSFOLD_R185223)", async () => {
    const { key, below } = await tree();
    const copy = (to: string) => ews.ask(transferFolderXml("CopyFolder", folderId(key), to));
    fails(await copy(folderXml("inbox")), "ErrorFolderExists");
    fails(await copy(folderId(below)), "ErrorMoveCopyFailed");
  });
});

describe("EmptyFolder", () => {
  test.each([
    ["HardDelete", undefined, "MS-OXWSFOLD_R37801"],
    ["MoveToDeletedItems", "deleteditems", "MS-OXWSFOLD_R37802"],
    ["SoftDelete", "recoverableitemsdeletions", "MS-OXWSFOLD_R37803"],
  ])(
    "by %s takes the items away, to %s (%s, MS-OXWSFOLD_R571, MS-OXWSFOLD_R367, MS-OXWSFOLD_R3791, MS-OXWSFOLD_R381)",
    async (type: string, place: string | undefined, _ids: string) => {
      const { key, below } = await tree();
      const there = Number(place ? await count(folderXml(place)) : 0);
      expect(codes(await ews.ask(emptyFolderXml(folderId(key), type)))).toEqual(["NoError"]);
      expect([await count(key.id), await count(key.id, "ChildFolderCount")]).toEqual(["0", "1"]);
      expect(await count(below.id)).toBe("1");
      if (place) expect(Number(await count(folderXml(place)))).toBe(there + 1);
    },
  );

  test.each([
    ["HardDelete", undefined],
    ["MoveToDeletedItems", "deleteditems"],
  ])("by %s takes the folders as well on request, to %s (MS-OXWSFOLD_R380)", async (type, place) => {
    const { key, below } = await tree();
    expect(codes(await ews.ask(emptyFolderXml(folderId(key), type, true)))).toEqual(["NoError"]);
    expect([await count(key.id), await count(key.id, "ChildFolderCount")]).toEqual(["0", "0"]);
    const to = place && at(await showFolder(ews, folderXml(place)), "t:FolderId")?.attributes["Id"];
    expect(await parentOf(below.id)).toBe(to);
  });

  test("refuses calendars, and to take default folders along (MS-OXWSFOLD_R34745)", async () => {
    fails(await ews.ask(emptyFolderXml(folderXml("calendar"))), "ErrorCannotEmptyFolder");
    const all = emptyFolderXml(folderXml("msgfolderroot"), "HardDelete", true);
    fails(await ews.ask(all), "ErrorCannotEmptyFolder");
    expect(at(await showFolder(ews, folderXml("inbox")), "t:DisplayName")?.text).toBe("Inbox");
  });

  test("is there, as in Exchange 2013 and later (MS-OXWSFOLD_R5666)", async () => {
    const asked = emptyFolderXml(folderId((await tree()).key));
    expect(codes(await ews.ask(asked, { version: "Exchange2013" }))).toEqual(["NoError"]);
  });
});

describe("CreateManagedFolder", () => {
  const managed = async (id: string) => at(await showFolder(ews, id), "t:ManagedFolderInformation");
  const text = (element: Awaited<ReturnType<typeof managed>>, part: string) => at(element, `t:${part}`)?.text;

  test("adds folders of the organization to a mailbox, below one root (MS-OXWSFOLD_R565, MS-OXWSFOLD_R2961, MS-OXWSFOLD_R298, MS-OXWSFOLD_R79, MS-OXWSFOLD_R7901, MS-OXWSFOLD_R5922, MS-OXWSFOLD_R102, MS-OXWSFOLD_R103, MS-OXWSFOLD_R105, MS-OXWSFOLD_R106, MS-OXWSFOLD_R107, MS-OXWSFOLD_R108, MS-OXWSFOLD_R1081, MS-OXWSFOLD_R1082, MS-OXWSFOLD_R10811)", async () => {
    defineManagedFolders(ews, { Name: name, Guid: `g-${name}` }, { Name: `${name}-2`, Guid: `g-${name}-2` });
    const names = [name, `${name}-2`];
    const answered = await ews.ask(managedFolderXml(names, "anna.weber@contoso.com"));
    expect(codes(answered)).toEqual(["NoError", "NoError"]);
    const [one = { id: "", changeKey: "" }, other = one] = folderKeys(answered);
    const flags = ["CanDelete", "CanRenameOrMove", "MustDisplayComment", "HasQuota", "IsManagedFoldersRoot"];
    const values = async (id: string) => {
      const found = await managed(id);
      return flags.map((each) => text(found, each));
    };
    expect(await values(one.id)).toEqual(["true", "true", "false", "false", "false"]);
    const root = await parentOf(one.id);
    expect(await parentOf(other.id)).toBe(root);
    expect(await values(root ?? "")).toEqual(["false", "false", "false", "false", "true"]);
    expect(await managed((await makeFolder(ews, `${name}-own`)).id)).toBeUndefined();
  });

  test("tells its id, comment, and quota where there is one (MS-OXWSFOLD_R109, MS-OXWSFOLD_R1091, MS-OXWSFOLD_R111, MS-OXWSFOLD_R1111, MS-OXWSFOLD_R112, MS-OXWSFOLD_R114, MS-OXWSFOLD_R1071, MS-OXWSFOLD_R1072, MS-OXWSFOLD_R10711)", async () => {
    defineManagedFolders(
      ews,
      { Name: name, Guid: `g-${name}`, Comment: "for a year", StorageQuota: 1024 },
      { Name: `${name}-2`, Guid: `g-${name}-2` },
    );
    const [one = { id: "", changeKey: "" }, other = one] = folderKeys(
      await ews.ask(managedFolderXml([name, `${name}-2`])),
    );
    await put(one, `<t:Subject>x</t:Subject>`);
    const parts = ["ManagedFolderId", "Comment", "HasQuota", "StorageQuota", "FolderSize"];
    const full = await managed(one.id);
    expect(parts.map((each) => text(full, each))).toEqual([`g-${name}`, "for a year", "true", "1024", "1"]);
    const plain = await managed(other.id);
    expect(parts.map((each) => text(plain, each))).toEqual([
      `g-${name}-2`,
      undefined,
      "false",
      undefined,
      undefined,
    ]);
  });

  test("can be renamed and moved, as in Exchange 2013 and later (MS-OXWSFOLD_R105211, MS-OXWSFOLD_R105212)", async () => {
    defineManagedFolders(ews, { Name: name, Guid: `g-${name}` });
    const [key = { id: "", changeKey: "" }] = folderKeys(await ews.ask(managedFolderXml([name])));
    expect(text(await managed(key.id), "CanRenameOrMove")).toBe("true");
    const update = setFolderXml("DisplayName", `<t:DisplayName>${name}-new</t:DisplayName>`);
    expect(codes(await ews.ask(updateFolderXml(folderId(key), update)))).toEqual(["NoError"]);
    const move = transferFolderXml("MoveFolder", folderId(key), folderXml("drafts"));
    expect(codes(await ews.ask(move))).toEqual(["NoError"]);
  });

  test("fails for what is unknown, there already, or named twice, and for no address (MS-OXWSFOLD_R26993, MS-OXWSCDATA_R301, MS-OXWSCDATA_R1453)", async () => {
    defineManagedFolders(ews, { Name: name, Guid: `g-${name}` });
    fails(await ews.ask(managedFolderXml(["nothing"])), "ErrorManagedFolderNotFound");
    const twice = await ews.ask(managedFolderXml([name, name]));
    expect(codes(twice)).toEqual(["ErrorDuplicateInputFolderNames", "ErrorDuplicateInputFolderNames"]);
    // The schema wants an address; a client that gives an empty one is answered all the same.
    fails(await ews.raw(soap(managedFolderXml([name], ""))), "ErrorNonExistentMailbox");
    await ews.ask(managedFolderXml([name]));
    fails(await ews.ask(managedFolderXml([name])), "ErrorManagedFolderAlreadyExists");
  });
});

describe("a search folder", () => {
  const contains = (text: string) =>
    `<t:Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase">${uris("item:Subject")}<t:Constant Value="${text}"/></t:Contains></t:Restriction>`;
  const parameters = (text: string, base: string, traversal = "Deep") =>
    `<t:SearchParameters Traversal="${traversal}">${contains(text)}<t:BaseFolderIds>${base}</t:BaseFolderIds></t:SearchParameters>`;
  const search = (text: string, base: string, traversal?: string) =>
    makeFolder(ews, `s-${name}-${text}${traversal ?? ""}`, {
      kind: "SearchFolder",
      parent: folderXml("searchfolders"),
      after: parameters(text, base, traversal),
    });
  const find = async (key: FolderKey) => {
    const answered = await ews.ask(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${folderId(key)}</m:ParentFolderIds></m:FindItem>`,
    );
    expect(codes(answered)).toEqual(["NoError"]);
    return all(answered.body, "t:ItemId").map(({ attributes }) => attributes["Id"]);
  };

  test("finds what satisfies it, as things are when it is looked at (MS-OXWSFOLD_R33, MS-OXWSFOLD_R3302)", async () => {
    const { key, below } = await tree();
    const deep = await search("needle", folderId(key));
    const flat = await search("needle", folderId(key), "Shallow");
    const one = await put(below, "<t:Subject>a Needle</t:Subject>");
    await put(below, "<t:Subject>hay</t:Subject>");
    expect([await find(deep), await find(flat)]).toEqual([[one.id], []]);
    const folder = await showFolder(ews, deep.id);
    expect([folder?.name, at(folder, "t:TotalCount")?.text]).toEqual(["t:SearchFolder", "1"]);
    const bases = at(folder, "t:SearchParameters", "t:BaseFolderIds")?.children ?? [];
    expect(bases.map(({ attributes }) => attributes["Id"])).toEqual([key.id]);
    await ews.ask(emptyFolderXml(folderId(below)));
    expect(await find(deep)).toEqual([]);
  });

  test("can be given another search (MS-OXWSFOLD_R540)", async () => {
    const { key } = await tree();
    const folder = await search("needle", folderId(key));
    const hay = await put(key, "<t:Subject>hay</t:Subject>");
    const update = setFolderXml("SearchParameters", parameters("hay", folderId(key)), {
      kind: "SearchFolder",
    });
    const answered = await ews.ask(updateFolderXml(folderId(folder), update));
    expect(at(messages(answered)[0], "m:Folders")?.children[0]?.name).toBe("t:SearchFolder");
    expect(await find(folder)).toEqual([hay.id]);
  });

  test("searches no other search folder, holds none, and is not emptied", async () => {
    const { key } = await tree();
    const folder = await search("x", folderId(key));
    const nested = newFolderXml("y", { kind: "SearchFolder", after: parameters("x", folderId(folder)) });
    fails(await ews.ask(createFoldersXml(nested)), "ErrorCannotSpecifySearchFolderAsSourceFolder");
    fails(await ews.ask(createFoldersXml(newFolderXml("z"), folderId(folder))), "ErrorInvalidParentFolder");
    fails(await ews.ask(emptyFolderXml(folderId(folder))), "ErrorCannotEmptyFolder");
  });
});
