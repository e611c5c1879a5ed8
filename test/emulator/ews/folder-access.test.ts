import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { levels } from "../folder-rights.ts";
import { all, anna, at, codes, messages, startEws, type Asking, type EwsTest } from "./client.ts";
import { findXml } from "./filled.ts";
import {
  createFoldersXml,
  deleteFolderXml,
  emptyFolderXml,
  folderId,
  folderKeys,
  getFoldersXml,
  makeFolder,
  newFolderXml,
  setFolderXml,
  transferFolderXml,
  updateFolderXml,
  type FolderKey,
} from "./folder-requests.ts";
import {
  attachXml,
  createXml,
  deleteXml,
  folderXml,
  getXml,
  idXml,
  keyIn,
  setXml,
  transferXml,
  updateXml,
  uris,
  type ItemKey,
} from "./requests.ts";
import { pullXml } from "./subscriptions-xml.ts";

const ben = "ben.fischer@contoso.com";
const clara = "clara.schulz@contoso.com";
const asBen: Asking = { as: ben };
let ews: EwsTest;
/** A folder of Anna's that Ben wants something of, and an item of hers in it. */
let folder: FolderKey;
let item: ItemKey;

beforeAll(async () => {
  ews = await startEws(() => Promise.resolve());
});
afterAll(() => ews.close());
beforeEach(async () => {
  folder = await makeFolder(ews, `f${ews.organization.nextId()}`);
  item = await putIn();
});

const user = (address: string) =>
  /@/.test(address)
    ? `<t:UserId><t:PrimarySmtpAddress>${address}</t:PrimarySmtpAddress></t:UserId>`
    : `<t:UserId><t:DistinguishedUser>${address}</t:DistinguishedUser></t:UserId>`;
/** What somebody may do: a level, or the elements of a custom mixture. */
const permission = (who: string, what: string) =>
  what.startsWith("<")
    ? `<t:Permission>${user(who)}${what}<t:PermissionLevel>Custom</t:PermissionLevel></t:Permission>`
    : `<t:Permission>${user(who)}<t:PermissionLevel>${what}</t:PermissionLevel></t:Permission>`;
const allow = async (given: Record<string, string>, of = folderId(folder)) => {
  const set = Object.entries(given).map(([who, what]) => permission(who, what));
  const value = `<t:PermissionSet><t:Permissions>${set.join("")}</t:Permissions></t:PermissionSet>`;
  expect(codes(await ews.ask(updateFolderXml(of, setFolderXml("PermissionSet", value))))).toEqual([
    "NoError",
  ]);
};
/** Creates an item in the folder. */
const post = (asking: Asking = {}) =>
  ews.ask(createXml({ before: "<t:Subject>x</t:Subject>", folder: folderId({ id: folder.id }) }), asking);
async function putIn(asking: Asking = {}): Promise<ItemKey> {
  return keyIn(await post(asking));
}

type Attempt = (key: ItemKey) => Promise<string>;
const tried = async (xml: string, asking: Asking = asBen) => codes(await ews.ask(xml, asking)).join();
const attempts = {
  see: () => tried(getFoldersXml(folderId({ id: folder.id }))),
  list: () => tried(findXml({ folders: folderId({ id: folder.id }) })),
  sync: () =>
    tried(
      `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>${folderId({ id: folder.id })}</m:SyncFolderId><m:MaxChangesReturned>9</m:MaxChangesReturned></m:SyncFolderItems>`,
    ),
  read: (key) => tried(getXml([key])),
  create: async () => codes(await post(asBen)).join(),
  edit: (key) => tried(updateXml(key, setXml("item:Subject", "<t:Subject>changed</t:Subject>"))),
  remove: (key) => tried(deleteXml(idXml({ id: key.id }))),
  createFolder: () => tried(createFoldersXml(newFolderXml("below"), folderId({ id: folder.id }))),
  rename: () =>
    tried(
      updateFolderXml(
        folderId(folder),
        setFolderXml("DisplayName", `<t:DisplayName>n${ews.organization.nextId()}</t:DisplayName>`),
      ),
    ),
} satisfies Record<string, Attempt>;
const visible = "<t:IsFolderVisible>true</t:IsFolderVisible>";

describe("another's folder", () => {
  test.each<[string, string, string]>([
    // What of: see, list, sync, read, create, edit and delete hers, edit and delete one's own, create folders, rename.
    ["Owner", "yyyyyyyyyyy", "MS-OXWSFOLD_R146"],
    ["PublishingEditor", "yyyyyyyyyyn", "MS-OXWSFOLD_R147"],
    ["Editor", "yyyyyyyyynn", "MS-OXWSFOLD_R148"],
    ["PublishingAuthor", "yyyyynnyyyn", "MS-OXWSFOLD_R149"],
    ["Author", "yyyyynnyynn", "MS-OXWSFOLD_R150"],
    ["NoneditingAuthor", "yyyyynnnynn", "MS-OXWSFOLD_R151"],
    ["Reviewer", "yyyynnn--nn", "MS-OXWSFOLD_R152"],
    ["Contributor", "ynnnynnnnnn", "which has no number"],
  ])("is open to the extent of %s: %s (%s)", async (level, extent) => {
    await allow({ [ben]: level });
    const own = extent[4] === "y" ? await putIn(asBen) : undefined;
    const outcomes = [
      await attempts.see(),
      await attempts.list(),
      await attempts.sync(),
      await attempts.read(item),
      await attempts.create(),
      await attempts.edit(item),
      await attempts.remove(item),
      own ? await attempts.edit(own) : "-",
      own ? await attempts.remove(own) : "-",
      await attempts.createFolder(),
      await attempts.rename(),
    ];
    expect(outcomes).toEqual(
      [...extent].map((each) => ({ y: "NoError", n: "ErrorAccessDenied" })[each] ?? "-"),
    );
  });

  test("is not there for whom it is not visible, by its id, and denied by a name", async () => {
    await allow({ [ben]: "None" });
    expect([await attempts.see(), await attempts.list(), await attempts.create()]).toEqual([
      "ErrorFolderNotFound",
      "ErrorFolderNotFound",
      "ErrorSavedItemFolderNotFound",
    ]);
    expect([await attempts.read(item), await attempts.edit(item), await attempts.remove(item)]).toEqual(
      Array(3).fill("ErrorItemNotFound"),
    );
    expect(await attempts.sync()).toBe("ErrorSyncFolderNotFound");
  });

  test.each<[string, string, keyof typeof attempts, string, string]>([
    [
      "create items",
      "CanCreateItems",
      "create",
      "true",
      "MS-OXWSFOLD_R4501, MS-OXWSFOLD_R46, MS-OXWSFOLD_R4502",
    ],
    [
      "create folders",
      "CanCreateSubFolders",
      "createFolder",
      "true",
      "MS-OXWSFOLD_R4701, MS-OXWSFOLD_R4702, MS-OXWSFOLD_R47001",
    ],
    ["edit any item", "EditItems", "edit", "All", "MS-OXWSFOLD_R51001, MS-OXWSFOLD_R51003"],
    ["delete any item", "DeleteItems", "remove", "All", "MS-OXWSFOLD_R52001, MS-OXWSFOLD_R52003"],
    ["read items", "ReadItems", "read", "FullDetails", "MS-OXWSFOLD_R157, MS-OXWSFOLD_R158"],
  ])("lets one %s where %s says so, and not otherwise (%s %s, %s)", async (_, name, attempt, value) => {
    const mixture = (given: string): string => {
      const right = `<t:${name}>${given}</t:${name}>`;
      return name.startsWith("Can") ? right + visible : visible + right;
    };
    await allow({ [ben]: mixture(value === "true" ? "false" : "None") });
    expect(await attempts[attempt](item)).toBe("ErrorAccessDenied");
    folder = folderKeys(await ews.ask(getFoldersXml(folderId({ id: folder.id }))))[0] ?? folder;
    await allow({ [ben]: mixture(value) });
    expect(await attempts[attempt](item)).toBe("NoError");
  });

  test("lets a contributor read what he put there, and nothing else (MS-OXWSFOLD_R1531)", async () => {
    await allow({ [ben]: "Contributor" });
    const own = await putIn(asBen);
    expect([await attempts.read(own), await attempts.read(item)]).toEqual(["NoError", "ErrorAccessDenied"]);
  });

  test("lets one change and delete what is one's own (MS-OXWSFOLD_R51002, MS-OXWSFOLD_R52002)", async () => {
    const owned = `<t:CanCreateItems>true</t:CanCreateItems>${visible}<t:EditItems>Owned</t:EditItems><t:DeleteItems>Owned</t:DeleteItems>`;
    await allow({ [ben]: owned });
    const own = await putIn(asBen);
    expect([await attempts.edit(item), await attempts.remove(item)]).toEqual(
      Array(2).fill("ErrorAccessDenied"),
    );
    expect([await attempts.read(own), await attempts.edit(own), await attempts.remove(own)]).toEqual(
      Array(3).fill("NoError"),
    );
  });
});

describe("who is meant", () => {
  test("is oneself before one's groups, and they before everybody", async () => {
    const group = [...ews.side.recipients.values()].find(
      ({ members }) => members?.includes(ews.recipient(ben).guid) === true,
    );
    if (!group) throw new Error("Ben is in no group");
    await allow({ Default: "Editor" });
    expect(await attempts.edit(item)).toBe("NoError");
    await allow({ Default: "Editor", [group.primarySmtpAddress]: "Reviewer" });
    expect([await attempts.read(item), await attempts.edit(item)]).toEqual(["NoError", "ErrorAccessDenied"]);
    await allow({ Default: "Editor", [group.primarySmtpAddress]: "Reviewer", [ben]: "Contributor" });
    expect(await attempts.read(item)).toBe("ErrorAccessDenied");
    await allow({ Anonymous: "Editor", [clara]: "Editor" });
    expect(await attempts.read(item)).toBe("ErrorItemNotFound");
  });

  test("may have full access to the mailbox, until it is taken away", async () => {
    const grant = { Identity: anna, User: ben, AccessRights: "FullAccess" };
    await ews.cmdlet("Add-MailboxPermission", grant);
    expect([await attempts.edit(item), await attempts.rename()]).toEqual(["NoError", "NoError"]);
    await ews.cmdlet("Remove-MailboxPermission", { ...grant, Confirm: false });
    expect(await attempts.read(item)).toBe("ErrorItemNotFound");
  });
});

describe("in another's mailbox", () => {
  const of = (name: string, address = anna) =>
    `<t:DistinguishedFolderId Id="${name}"><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;

  test("a default folder is found by its name, and what is answered leads there", async () => {
    const open = folderXml("notes");
    expect(await tried(getFoldersXml(of("notes")))).toBe("ErrorAccessDenied");
    await allow({ [ben]: "Editor" }, open);
    const made = createXml({ before: "<t:Subject>for Anna</t:Subject>" }).replace(
      folderXml("sentitems"),
      of("notes"),
    );
    const key = keyIn(await ews.ask(made, asBen));
    const found = await ews.ask(findXml({ folders: of("notes"), more: uris("item:ParentFolderId") }), asBen);
    expect(keyIn(found).id).toBe(key.id);
    const [hers] = folderKeys(await ews.ask(getFoldersXml(open)));
    expect(all(found.body, "t:ParentFolderId")[0]?.attributes["Id"]).toBe(hers?.id);
    const read = await ews.ask(getXml([key], "", { base: "AllProperties" }));
    expect(at(messages(read)[0], "m:Items", "t:Message", "t:Subject")?.text).toBe("for Anna");
    expect(await attempts.edit(key)).toBe("NoError");
    const file = "<t:FileAttachment><t:Name>a.txt</t:Name><t:Content>AQID</t:Content></t:FileAttachment>";
    const attach = attachXml({ id: key.id }, file);
    const id = all((await ews.ask(attach, asBen)).body, "t:AttachmentId")[0]?.attributes["Id"] ?? "";
    const ids = `<m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds>`;
    expect(await tried(`<m:GetAttachment>${ids}</m:GetAttachment>`)).toBe("NoError");
    expect(await tried(`<m:GetAttachment>${ids}</m:GetAttachment>`, { as: clara })).toBe("ErrorItemNotFound");
    expect(await tried(`<m:DeleteAttachment>${ids}</m:DeleteAttachment>`)).toBe("NoError");
  });

  test("only folders that are visible are listed", async () => {
    const hidden = await makeFolder(ews, "hidden", { parent: folderId({ id: folder.id }) });
    const open = await makeFolder(ews, "open", { parent: folderId({ id: folder.id }) });
    await allow({ [ben]: "Reviewer" });
    await allow({ [ben]: "Reviewer" }, folderId(open));
    const shape = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>";
    const find = `<m:FindFolder Traversal="Deep">${shape}<m:ParentFolderIds>${folderId({ id: folder.id })}</m:ParentFolderIds></m:FindFolder>`;
    const sync = `<m:SyncFolderHierarchy>${shape}<m:SyncFolderId>${folderId({ id: folder.id })}</m:SyncFolderId></m:SyncFolderHierarchy>`;
    for (const xml of [find, sync]) {
      expect(folderKeys(await ews.ask(xml, asBen)).map(({ id }) => id)).toEqual([open.id]);
      expect(folderKeys(await ews.ask(xml)).map(({ id }) => id)).toEqual([hidden.id, open.id]);
    }
  });

  test("a folder's permissions are shown to its owners alone", async () => {
    await allow({ [ben]: "Editor", [clara]: "Owner" });
    const xml = getFoldersXml(folderId({ id: folder.id }), "IdOnly", uris("folder:PermissionSet"));
    expect([await tried(xml), await tried(xml, { as: clara })]).toEqual(["ErrorAccessDenied", "NoError"]);
  });

  test("folders are copied, emptied and deleted by those who may", async () => {
    const copy = () =>
      tried(transferFolderXml("CopyFolder", folderId({ id: folder.id }), folderId({ id: folder.id })));
    await allow({ [ben]: "Reviewer" });
    expect([await copy(), await tried(emptyFolderXml(folderId({ id: folder.id })))]).toEqual(
      Array(2).fill("ErrorAccessDenied"),
    );
    await allow({ [ben]: "Editor" });
    expect(await tried(emptyFolderXml(folderId({ id: folder.id })))).toBe("NoError");
    expect(await tried(deleteFolderXml(folderId({ id: folder.id })))).toBe("ErrorAccessDenied");
    await allow({ [ben]: "Owner" });
    expect(await tried(deleteFolderXml(folderId({ id: folder.id })))).toBe("NoError");
  });

  test("items are copied and moved within it, and not out of it", async () => {
    const target = await makeFolder(ews, `t${ews.organization.nextId()}`);
    const transfer = (operation: string, key: ItemKey, to: string) =>
      transferXml(operation, idXml({ id: key.id }), to);
    await allow({ [ben]: "Reviewer" });
    await allow({ [ben]: "Author" }, folderId(target));
    const there = folderId({ id: target.id });
    const copied = keyIn(await ews.ask(transfer("CopyItem", item, there), asBen));
    // The copy is Ben's, and so he may change it.
    expect(await attempts.edit(copied)).toBe("NoError");
    expect(await tried(transfer("MoveItem", item, there))).toBe("ErrorAccessDenied");
    expect(await tried(transfer("CopyItem", copied, folderId({ id: folder.id })))).toBe("ErrorAccessDenied");
    expect(await tried(transfer("CopyItem", item, folderXml("inbox")))).toBe("ErrorCrossMailboxMoveCopy");
    await allow({ [ben]: "Editor" });
    expect(await tried(transfer("MoveItem", item, there))).toBe("NoError");
  });

  test("nobody subscribes, sends or marks as junk", async () => {
    await allow({ [ben]: "Owner" });
    expect(await tried(pullXml({ ids: folderId({ id: folder.id }) }))).toBe(
      "ErrorSubscriptionDelegateAccessNotSupported",
    );
    expect(
      await tried(`<m:SendItem SaveItemToFolder="false"><m:ItemIds>${idXml(item)}</m:ItemIds></m:SendItem>`),
    ).toBe("ErrorAccessDenied");
    expect(
      await tried(
        `<m:MarkAsJunk IsJunk="true" MoveItem="true"><m:ItemIds>${idXml({ id: item.id })}</m:ItemIds></m:MarkAsJunk>`,
      ),
    ).toBe("ErrorAccessDenied");
  });

  test("several change one item without losing a change", async () => {
    await allow({ [ben]: "Editor", [clara]: "Editor" });
    const body = (text: string) =>
      `<t:AppendToItemField>${uris("item:Body")}<t:Message><t:Body BodyType="Text">${text}</t:Body></t:Message></t:AppendToItemField>`;
    const words = Array.from({ length: 12 }, (_, index) => `w${index}.`);
    const askers = [anna, ben, clara];
    await Promise.all(
      words.map((word, index) => ews.ask(updateXml(item, body(word)), { as: askers[index % 3] ?? anna })),
    );
    const read = await ews.ask(getXml([item], uris("item:Body"), { bodyType: "Text" }));
    const text = at(messages(read)[0], "m:Items", "t:Message", "t:Body")?.text ?? "";
    for (const word of words) expect(text).toContain(word);
  });
});

describe("effective rights", () => {
  const rightsOf = async (xml: string, asking: Asking) => {
    const [found] = all((await ews.ask(xml, asking)).body, "t:EffectiveRights");
    return Object.fromEntries(
      (found?.children ?? []).map(({ name, text }) => [name.slice(2), text === "true"]),
    );
  };

  test("say what then succeeds, at every level (MS-OXWSFOLD_R810108, MS-OXWSFOLD_R8101010, MS-OXWSFOLD_R8101012)", async () => {
    const seen = Object.entries(levels).filter(
      ([name, { visible: is }]) => is && !name.startsWith("FreeBusy"),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seen.map(([name]) => name)), async (level) => {
        folder = await makeFolder(ews, `f${ews.organization.nextId()}`);
        item = await putIn();
        await allow({ [ben]: level });
        const ofFolder = await rightsOf(getFoldersXml(folderId({ id: folder.id })), asBen);
        const did = async (attempt: Attempt) => (await attempt(item)) === "NoError";
        expect([level, ofFolder]).toEqual([
          level,
          {
            CreateAssociated: await did(attempts.rename),
            CreateContents: await did(attempts.create),
            CreateHierarchy: await did(attempts.createFolder),
            Delete: await did(attempts.rename),
            Modify: await did(attempts.rename),
            Read: await did(attempts.list),
            ViewPrivateItems: false,
          },
        ]);
        if (ofFolder["Read"] !== true) return;
        const ofItem = await rightsOf(getXml([item], uris("item:EffectiveRights")), asBen);
        expect([ofItem["Read"], ofItem["Modify"], ofItem["Delete"]]).toEqual([
          await did(attempts.read),
          await did(attempts.edit),
          await did(attempts.remove),
        ]);
      }),
      { numRuns: 12 },
    );
  });

  test("are all in one's own folders", async () => {
    const rights = await rightsOf(getFoldersXml(folderId({ id: folder.id })), {});
    expect(Object.values(rights)).toEqual(Array(7).fill(true));
  });
});
