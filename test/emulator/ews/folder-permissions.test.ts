import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, startEws, type EwsTest } from "./client.ts";
import {
  createFoldersXml,
  folderId,
  folderKeys,
  getFoldersXml,
  makeFolder,
  newFolderXml,
  setFolderXml,
  showFolder,
  updateFolderXml,
} from "./folder-requests.ts";
import { folderXml, uris } from "./requests.ts";
import type { Element } from "./xml.ts";

const ben = "ben.fischer@contoso.com";
let ews: EwsTest;
let name: string;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(() => {
  name = `f${ews.organization.nextId()}`;
});

const user = (address: string) =>
  `<t:UserId><t:PrimarySmtpAddress>${address}</t:PrimarySmtpAddress></t:UserId>`;
const permission = (level: string, who = user(other()), fields = "", read = "") =>
  `<t:Permission>${who}${fields}${read}<t:PermissionLevel>${level}</t:PermissionLevel></t:Permission>`;
const setXml = (permissions: string) =>
  `<t:PermissionSet><t:Permissions>${permissions}</t:Permissions></t:PermissionSet>`;
/** Somebody else with a mailbox. */
const other = (): string =>
  [...ews.side.recipients.values()].find(
    ({ type, primarySmtpAddress }) => type === "UserMailbox" && !primarySmtpAddress.startsWith("anna."),
  )?.primarySmtpAddress ?? ben;
const make = (permissions: string) =>
  ews.ask(createFoldersXml(newFolderXml(name, { after: setXml(permissions) })));
const permissionsOf = async (id: string): Promise<Element[]> => {
  const folder = await showFolder(ews, id, uris("folder:PermissionSet"), "IdOnly");
  return at(folder, "t:PermissionSet", "t:Permissions")?.children ?? [];
};
/** What a folder that was made so says of the other user. */
const granted = async (permissions: string): Promise<Record<string, string>> => {
  const answered = await make(permissions);
  expect(codes(answered)).toEqual(["NoError"]);
  const entries = await permissionsOf(folderKeys(answered)[0]?.id ?? "");
  const mine = entries.find((each) => at(each, "t:UserId", "t:PrimarySmtpAddress"));
  return Object.fromEntries((mine?.children ?? []).slice(1).map((each) => [each.name.slice(2), each.text]));
};

describe("the permission set", () => {
  test("is not answered unless asked for, and not to FindFolder (MS-OXWSFOLD_R98, MS-OXWSFOLD_R9802, MS-OXWSFOLD_R9803, MS-OXWSFOLD_R980301, MS-OXWSFOLD_R980302, MS-OXWSFOLD_R117, MS-OXWSFOLD_R118, MS-OXWSFOLD_R1182, MS-OXWSFOLD_R1203, MS-OXWSFOLD_R120302, MS-OXWSCDATA_R1014)", async () => {
    const without = await ews.ask(createFoldersXml(newFolderXml(`${name}-2`)));
    expect(codes(without)).toEqual(["NoError"]);
    const answered = await make(permission("Reviewer"));
    expect(codes(answered)).toEqual(["NoError"]);
    const [key = { id: "", changeKey: "" }] = folderKeys(answered);
    expect(at(await showFolder(ews, key.id), "t:PermissionSet")).toBeUndefined();
    const set = at(await showFolder(ews, key.id, uris("folder:PermissionSet")), "t:PermissionSet");
    expect(set?.children.map((each) => each.name)).toEqual(["t:Permissions"]);
    expect(set?.children[0]?.children.map((each) => each.name)).toEqual(Array(3).fill("t:Permission"));
    const find = `<m:FindFolder Traversal="Shallow"><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris("folder:PermissionSet")}</t:AdditionalProperties></m:FolderShape><m:ParentFolderIds>${folderXml("inbox")}</m:ParentFolderIds></m:FindFolder>`;
    expect(codes(await ews.ask(find))).toEqual(["ErrorInvalidPropertyRequest"]);
  });

  test("names users by SID, address and name, and everybody and nobody in particular (MS-OXWSFOLD_R43, MS-OXWSFOLD_R4302, MS-OXWSFOLD_R44, MS-OXWSCDATA_R1297, MS-OXWSCDATA_R1298, MS-OXWSCDATA_R1299, MS-OXWSCDATA_R1300, MS-OXWSCDATA_R1301)", async () => {
    const entries = await permissionsOf(folderKeys(await make(permission("Author")))[0]?.id ?? "");
    const ids = entries.map((each) =>
      at(each, "t:UserId")?.children.map(({ name, text }) => [name.slice(2), text]),
    );
    const { sid, displayName } = ews.recipient(other());
    expect(ids).toEqual([
      [["DistinguishedUser", "Default"]],
      [["DistinguishedUser", "Anonymous"]],
      [
        ["SID", sid],
        ["PrimarySmtpAddress", other()],
        ["DisplayName", displayName],
      ],
    ]);
  });

  test.each([
    ["None", "false false false false false None None None", "MS-OXWSFOLD_R145"],
    ["Owner", "true true true true true All All FullDetails", "MS-OXWSFOLD_R146"],
    ["PublishingEditor", "true true false true false All All FullDetails", "MS-OXWSFOLD_R147"],
    ["Editor", "true false false true false All All FullDetails", "MS-OXWSFOLD_R148"],
    ["PublishingAuthor", "true true false true false Owned Owned FullDetails", "MS-OXWSFOLD_R149"],
    ["Author", "true false false true false Owned Owned FullDetails", "MS-OXWSFOLD_R150"],
    ["NoneditingAuthor", "true false false true false None Owned FullDetails", "MS-OXWSFOLD_R151"],
    ["Reviewer", "false false false true false None None FullDetails", "MS-OXWSFOLD_R152"],
    ["Contributor", "true false false true false None None None", "which has no number"],
  ])(
    "means by the level %s: %s (%s, MS-OXWSFOLD_R121, MS-OXWSFOLD_R143, MS-OXWSFOLD_R123, MS-OXWSFOLD_R1231)",
    async (level, rights) => {
      const [create, sub, owner, visible, contact, edit, remove, read] = rights.split(" ");
      expect(await granted(permission(level))).toEqual({
        CanCreateItems: create,
        CanCreateSubFolders: sub,
        IsFolderOwner: owner,
        IsFolderVisible: visible,
        IsFolderContact: contact,
        EditItems: edit,
        DeleteItems: remove,
        ReadItems: read,
        PermissionLevel: level,
      });
    },
  );

  test.each([
    [
      "CanCreateItems",
      ["true", "false"],
      "MS-OXWSFOLD_R45, MS-OXWSFOLD_R4601, MS-OXWSFOLD_R460101, MS-OXWSFOLD_R460102",
    ],
    [
      "CanCreateSubFolders",
      ["true", "false"],
      "MS-OXWSFOLD_R47, MS-OXWSFOLD_R4703, MS-OXWSFOLD_R470301, MS-OXWSFOLD_R470302",
    ],
    [
      "IsFolderOwner",
      ["true", "false"],
      "MS-OXWSFOLD_R48, MS-OXWSFOLD_R4803, MS-OXWSFOLD_R480301, MS-OXWSFOLD_R480302",
    ],
    [
      "IsFolderVisible",
      ["true", "false"],
      "MS-OXWSFOLD_R49, MS-OXWSFOLD_R4903, MS-OXWSFOLD_R490301, MS-OXWSFOLD_R490302",
    ],
    [
      "IsFolderContact",
      ["true", "false"],
      "MS-OXWSFOLD_R50, MS-OXWSFOLD_R5003, MS-OXWSFOLD_R500301, MS-OXWSFOLD_R500302",
    ],
    [
      "EditItems",
      ["All", "Owned", "None"],
      "MS-OXWSFOLD_R5102, MS-OXWSFOLD_R510201, MS-OXWSFOLD_R510202, MS-OXWSFOLD_R138",
    ],
    ["DeleteItems", ["All", "Owned", "None"], "MS-OXWSFOLD_R5202, MS-OXWSFOLD_R520201, MS-OXWSFOLD_R520202"],
    [
      "ReadItems",
      ["FullDetails", "None"],
      "MS-OXWSFOLD_R122, MS-OXWSFOLD_R1223, MS-OXWSFOLD_R122301, MS-OXWSFOLD_R122302, MS-OXWSFOLD_R155",
    ],
  ])(
    "takes %s of a custom permission as it is given, and without it the least (%s, %s, MS-OXWSFOLD_R154, MS-OXWSFOLD_R1232, MS-OXWSFOLD_R123201)",
    async (field, values) => {
      // Two more rights, so that the mixture is no level's.
      const visible = field === "IsFolderVisible" ? "" : "<t:IsFolderVisible>true</t:IsFolderVisible>";
      const contact = field === "IsFolderContact" ? "" : "<t:IsFolderContact>true</t:IsFolderContact>";
      const order = [
        "CanCreateItems",
        "CanCreateSubFolders",
        "IsFolderOwner",
        "IsFolderVisible",
        "IsFolderContact",
      ];
      for (const [index, value] of [...values, undefined].entries()) {
        name = `f${ews.organization.nextId()}`;
        const given = value === undefined ? "" : `<t:${field}>${value}</t:${field}>`;
        const before = order.indexOf(field) >= 0 && order.indexOf(field) < 3;
        const parts = { IsFolderVisible: [given, contact], IsFolderContact: [visible, given] }[field] ?? [
          ...(before ? [given] : []),
          visible,
          contact,
          ...(before || field === "ReadItems" ? [] : [given]),
        ];
        const found = await granted(
          permission("Custom", user(other()), parts.join(""), field === "ReadItems" ? given : ""),
        );
        expect([index, found[field], found["PermissionLevel"]]).toEqual([
          index,
          value ?? values.at(-1),
          "Custom",
        ]);
      }
    },
  );

  test("is replaced as a whole, and taken away", async () => {
    const key = await makeFolder(ews, name, { after: setXml(permission("Editor")) });
    const everybody = "<t:UserId><t:DistinguishedUser>Default</t:DistinguishedUser></t:UserId>";
    const update = setFolderXml("PermissionSet", setXml(permission("Reviewer", everybody)));
    expect(codes(await ews.ask(updateFolderXml(folderId(key), update)))).toEqual(["NoError"]);
    const levels = async () =>
      (await permissionsOf(key.id)).map((each) => at(each, "t:PermissionLevel")?.text);
    expect(await levels()).toEqual(["Reviewer", "None"]);
    const clear = setFolderXml("PermissionSet", "", { action: "Delete" });
    expect(codes(await ews.ask(updateFolderXml(folderId(key), clear)))).toEqual(["NoError"]);
    expect(await levels()).toEqual(["None", "None"]);
  });

  test.each([
    ["nobody", () => permission("Author", user("nobody@contoso.com")), "ErrorInvalidUserInfo"],
    ["a user without a name", () => permission("Author", "<t:UserId/>"), "ErrorMissingUserIdInformation"],
    ["somebody twice", () => permission("Author") + permission("Editor"), "ErrorDuplicateUserIdsSpecified"],
  ])("refuses %s", async (_, permissions, code) => {
    expect(codes(await make(permissions()))).toEqual([code]);
  });

  test("cannot have entries that nobody knows", async () => {
    const unknown = `<t:PermissionSet><t:Permissions/><t:UnknownEntries><t:UnknownEntry>x</t:UnknownEntry></t:UnknownEntries></t:PermissionSet>`;
    const answered = await ews.ask(createFoldersXml(newFolderXml(name, { after: unknown })));
    expect(codes(answered)).toEqual(["ErrorCannotSetPermissionUnknownEntries"]);
  });
});

describe("other kinds of folders", () => {
  test("contacts have the same set (MS-OXWSCONT_R217)", async () => {
    const key = await makeFolder(ews, name, { kind: "ContactsFolder", after: setXml(permission("Editor")) });
    const entries = await permissionsOf(key.id);
    expect(entries.map((each) => at(each, "t:PermissionLevel")?.text)).toEqual(["None", "None", "Editor"]);
  });

  test("calendars have one of their own, in which everybody sees when one is busy", async () => {
    const answered = await ews.ask(
      getFoldersXml(folderXml("calendar"), "IdOnly", uris("folder:PermissionSet")),
    );
    const levels = all(answered.body, "t:CalendarPermissionLevel").map(({ text }) => text);
    expect(levels).toEqual(["FreeBusyTimeOnly", "None"]);
    const key = await makeFolder(ews, name, { kind: "CalendarFolder", parent: folderXml("calendar") });
    const wrong = updateFolderXml(folderId(key), setFolderXml("PermissionSet", setXml(permission("Editor"))));
    expect(codes(await ews.ask(wrong))).toEqual(["ErrorCannotSetNonCalendarPermissionOnCalendarFolder"]);
  });
});
