import { afterAll, beforeAll, expect, test } from "vitest";
import { levels } from "../folder-rights.ts";
import { all, anna, startEws, type EwsTest } from "../ews/client.ts";
import { getFoldersXml, makeFolder, setFolderXml, updateFolderXml } from "../ews/folder-requests.ts";
import { folderXml, uris } from "../ews/requests.ts";

const inbox = String.raw`anna.weber@contoso.com:\Inbox`;
const ben = "ben.fischer@contoso.com";
let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

const add = (AccessRights: string[], more: Record<string, unknown> = {}) =>
  ews.cmdlet("Add-MailboxFolderPermission", { Identity: inbox, User: ben, AccessRights, ...more });
const set = (AccessRights: string[], User = ben) =>
  ews.cmdlet("Set-MailboxFolderPermission", { Identity: inbox, User, AccessRights });
const remove = (User = ben) =>
  ews.cmdlet("Remove-MailboxFolderPermission", { Identity: inbox, User, Confirm: false });
const get = async (Identity = inbox, more: Record<string, unknown> = {}) =>
  (await ews.cmdlet("Get-MailboxFolderPermission", { Identity, ...more })).map((row) => [
    row["User"],
    row["AccessRights"],
  ]);
/** What EWS shows, by level. */
const shown = async (id = folderXml("inbox")) =>
  all(
    (await ews.ask(getFoldersXml(id, "IdOnly", uris("folder:PermissionSet")))).body,
    "t:PermissionLevel",
  ).map(({ text }) => text);
const opens = async (address = anna) => {
  const id = `<t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
  return all((await ews.ask(getFoldersXml(id), { as: ben })).body, "t:FolderId").length > 0;
};

test("a permission that is added opens the folder over EWS, and closes it when it is removed", async () => {
  expect(await opens()).toBe(false);
  await add(["Reviewer"]);
  expect([await opens(), await shown()]).toEqual([true, ["None", "None", "Reviewer"]]);
  expect(await get()).toEqual([
    ["Default", ["None"]],
    ["Anonymous", ["None"]],
    ["Ben Fischer", ["Reviewer"]],
  ]);
  await set(["Editor"]);
  expect(await shown()).toEqual(["None", "None", "Editor"]);
  await remove();
  expect([await opens(), await shown()]).toEqual([false, ["None", "None"]]);
});

test("what EWS sets is what the cmdlet shows, at every level", async () => {
  await makeFolder(ews, "Team", { parent: folderXml("msgfolderroot") });
  const below = await makeFolder(ews, "Reports", {
    parent:
      all((await ews.ask(getFoldersXml(folderXml("inbox")))).body, "t:FolderId").map(
        ({ attributes }) => `<t:FolderId Id="${attributes["Id"]}"/>`,
      )[0] ?? "",
  });
  const id = `<t:FolderId Id="${below.id}" ChangeKey="${below.changeKey}"/>`;
  for (const level of Object.keys(levels).filter((each) => !each.startsWith("FreeBusy"))) {
    const user = `<t:UserId><t:PrimarySmtpAddress>${ben}</t:PrimarySmtpAddress></t:UserId>`;
    const value = `<t:PermissionSet><t:Permissions><t:Permission>${user}<t:PermissionLevel>${level}</t:PermissionLevel></t:Permission></t:Permissions></t:PermissionSet>`;
    await ews.ask(updateFolderXml(id, setFolderXml("PermissionSet", value)));
    const found = await get(String.raw`anna.weber:\Inbox\Reports`, { User: ben });
    expect(found).toEqual([["Ben Fischer", [level === "NoneditingAuthor" ? "NonEditingAuthor" : level]]]);
  }
});

test("single rights add up, and are printed one by one where they are no role", async () => {
  await add(["ReadItems", "FolderVisible", "CreateItems"]);
  expect((await get()).at(-1)).toEqual(["Ben Fischer", ["ReadItems", "CreateItems", "FolderVisible"]]);
  expect(await shown()).toEqual(["None", "None", "Custom"]);
  await set(["ReadItems", "FolderVisible"]);
  expect((await get()).at(-1)).toEqual(["Ben Fischer", ["Reviewer"]]);
  await remove();
});

test("everybody's rights are set, and not removed; a calendar shows when one is busy", async () => {
  await set(["Reviewer"], "default");
  expect(await opens()).toBe(true);
  await set(["None"], "Default");
  expect(await opens()).toBe(false);
  await expect(remove("Anonymous")).rejects.toThrow("CannotRemoveSpecialUserException");
  expect(await get(String.raw`anna.weber:\Calendar`, { User: "Default" })).toEqual([
    ["Default", ["AvailabilityOnly"]],
  ]);
});

test("WhatIf changes nothing", async () => {
  await add(["Owner"], { WhatIf: true });
  expect(await shown()).toEqual(["None", "None"]);
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    "a second entry of a user",
    () => add(["Editor"]).then(() => add(["Editor"])),
    "UserAlreadyExistsInPermissionEntry",
  ],
  ["a change of none", () => set(["Editor"], "clara.schulz"), "UserNotFoundInPermissionEntry"],
  ["a removal of none", () => remove("clara.schulz"), "UserNotFoundInPermissionEntry"],
  ["a look at none", () => get(inbox, { User: "clara.schulz" }), "UserNotFoundInPermissionEntry"],
  ["an unknown folder", () => get(String.raw`anna.weber:\Nowhere`), "ManagementObjectNotFound"],
  ["an unknown mailbox", () => get(String.raw`nobody:\Inbox`), "ManagementObjectNotFound"],
  ["an unknown right", () => add(["Everything"]), "valid enumerator name"],
])("%s is refused", async (_, attempt, exception) => {
  await expect(attempt()).rejects.toThrow(exception);
});
