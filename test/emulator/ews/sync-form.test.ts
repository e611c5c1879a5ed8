import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type EwsTest } from "./client.ts";
import {
  deleteFolderXml,
  folderId,
  makeFolder,
  setFolderXml,
  updateFolderXml,
  type FolderKey,
} from "./folder-requests.ts";
import {
  create,
  deleteXml,
  folderXml,
  idXml,
  mimeXml,
  setXml,
  updateXml,
  uris,
  type ItemKey,
} from "./requests.ts";
import type { Element } from "./xml.ts";

let ews: EwsTest;
let folder: FolderKey;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  folder = await makeFolder(ews, `f${ews.organization.nextId()}`);
});

const itemsXml = (state = "", shape = "") =>
  `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${shape}</m:ItemShape><m:SyncFolderId>${folderId(folder)}</m:SyncFolderId>${state && `<m:SyncState>${state}</m:SyncState>`}<m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>`;
const foldersXml = (state = "", of = "") =>
  `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>${of && `<m:SyncFolderId>${of}</m:SyncFolderId>`}${state && `<m:SyncState>${state}</m:SyncState>`}</m:SyncFolderHierarchy>`;
const ask = async (xml: string): Promise<Element> => {
  const answered = await ews.ask(xml);
  expect(codes(answered)).toEqual(["NoError"]);
  const [message] = messages(answered);
  if (!message) throw new Error(answered.text);
  return message;
};
const stateOf = (message: Element) => at(message, "m:SyncState")?.text ?? "";
const changesOf = (message: Element) => at(message, "m:Changes")?.children ?? [];
const make = async (before: string): Promise<ItemKey> => create(ews, { before, folder: folderId(folder) });
const calendar = (method: string) =>
  mimeXml(
    `From: x@example.org\nSubject: meet\nMIME-Version: 1.0\nContent-Type: text/calendar; method=${method}; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:${method}\nEND:VCALENDAR\n`,
  );

describe("SyncFolderItems", () => {
  test("answers state, end and changes, in this order, and each change by its kind (MS-OXWSSYNC_R51, MS-OXWSSYNC_R444, MS-OXWSSYNC_R445, MS-OXWSSYNC_R446, MS-OXWSSYNC_R69, MS-OXWSSYNC_R451, MS-OXWSSYNC_R130, MS-OXWSSYNC_R452, MS-OXWSSYNC_R133, MS-OXWSSYNC_R135, MS-OXWSSYNC_R453, MS-OXWSSYNC_R454, MS-OXWSSYNC_R183, MS-OXWSSYNC_R455, MS-OXWSSYNC_R193, MS-OXWSSYNC_R456)", async () => {
    const subject = "<t:Subject>x</t:Subject>";
    const [changed, gone, read] = [await make(subject), await make(subject), await make(subject)];
    const first = await ask(itemsXml());
    await ews.ask(updateXml(changed, setXml("item:Subject", "<t:Subject>y</t:Subject>")));
    await ews.ask(deleteXml(idXml(gone)));
    await ews.ask(updateXml(read, setXml("message:IsRead", "<t:IsRead>false</t:IsRead>")));
    const added = await make(subject);
    const next = await ask(itemsXml(stateOf(first)));
    expect(next.children.map(({ name }) => name)).toEqual([
      "m:ResponseCode",
      "m:SyncState",
      "m:IncludesLastItemInRange",
      "m:Changes",
    ]);
    expect(stateOf(next)).toMatch(/^[\w+/]+=*$/);
    expect(at(next, "m:IncludesLastItemInRange")?.text).toBe("true");
    const shown = changesOf(next).map(({ name, children }) => [
      name,
      children.map((each) => each.name),
      (children[0]?.name === "t:ItemId" ? children[0] : children[0]?.children[0])?.attributes["Id"],
    ]);
    expect(shown).toEqual([
      ["t:Update", ["t:Message"], changed.id],
      ["t:Delete", ["t:ItemId"], gone.id],
      ["t:ReadFlagChange", ["t:ItemId", "t:IsRead"], read.id],
      ["t:Create", ["t:Message"], added.id],
    ]);
    expect(at(changesOf(next)[2], "t:IsRead")?.text).toBe("false");
  });

  test.each([
    [
      "Message",
      () => "<t:ItemClass>IPM.Note</t:ItemClass><t:Subject>x</t:Subject>",
      "MS-OXWSSYNC_R156, MS-OXWSSYNC_R1571, MS-OXWSSYNC_R1572",
    ],
    ["Item", () => "<t:ItemClass>IPM.StickyNote</t:ItemClass><t:Subject>x</t:Subject>", "MS-OXWSSYNC_R154"],
    [
      "MeetingMessage",
      () => "<t:ItemClass>IPM.Schedule.Meeting.Notification.Forward</t:ItemClass><t:Subject>x</t:Subject>",
      "MS-OXWSSYNC_R164, MS-OXWSSYNC_R165, MS-OXWSSYNC_R1651",
    ],
    ["MeetingRequest", () => calendar("REQUEST"), "MS-OXWSSYNC_R166, MS-OXWSSYNC_R1671, MS-OXWSSYNC_R1672"],
    ["MeetingResponse", () => calendar("REPLY"), "MS-OXWSSYNC_R168, MS-OXWSSYNC_R1691, MS-OXWSSYNC_R1692"],
    [
      "MeetingCancellation",
      () => calendar("CANCEL"),
      "MS-OXWSSYNC_R170, MS-OXWSSYNC_R1711, MS-OXWSSYNC_R1712",
    ],
  ])("tells a %s that is new, and then that it changed (%s, %s)", async (kind, before) => {
    const item = await make(before());
    const first = await ask(itemsXml());
    const kinds = (message: Element) =>
      changesOf(message).map((change) => [change.name, change.children[0]?.name]);
    expect(kinds(first)).toEqual([["t:Create", `t:${kind}`]]);
    expect(all(changesOf(first)[0] ?? first, "t:ItemId")[0]?.attributes["Id"]).toBe(item.id);
    await ews.ask(updateXml(item, setXml("item:Subject", "<t:Subject>changed</t:Subject>")));
    const added = `<t:AdditionalProperties>${uris("item:Subject")}</t:AdditionalProperties>`;
    const next = await ask(itemsXml(stateOf(first), added));
    expect(kinds(next)).toEqual([["t:Update", `t:${kind}`]]);
    expect(all(next, "t:Subject").map(({ text }) => text)).toEqual(["changed"]);
  });

  test("tells that an item was read (MS-OXWSSYNC_R136)", async () => {
    const item = await make("<t:Subject>x</t:Subject>");
    await ews.ask(updateXml(item, setXml("message:IsRead", "<t:IsRead>false</t:IsRead>")));
    const first = await ask(itemsXml());
    await ews.ask(updateXml(item, setXml("message:IsRead", "<t:IsRead>true</t:IsRead>")));
    const next = await ask(itemsXml(stateOf(first)));
    expect(changesOf(next)[0]?.name).toBe("t:ReadFlagChange");
    expect(changesOf(next)[0]?.children).toMatchObject([{ attributes: { Id: item.id } }, { text: "true" }]);
  });

  test("refuses a state that is none (MS-OXWSCDATA_R518, MS-OXWSCDATA_R197)", async () => {
    const answered = await ews.ask(itemsXml("AAAA"));
    expect(codes(answered)).toEqual(["ErrorInvalidSyncStateData"]);
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Error");
  });
});

describe("SyncFolderHierarchy", () => {
  test("answers state, end and changes, in this order, and each change by its kind (MS-OXWSSYNC_R441, MS-OXWSSYNC_R442, MS-OXWSSYNC_R443, MS-OXWSSYNC_R48, MS-OXWSSYNC_R447, MS-OXWSSYNC_R83, MS-OXWSSYNC_R448, MS-OXWSSYNC_R86, MS-OXWSSYNC_R449, MS-OXWSSYNC_R450, MS-OXWSSYNC_R116)", async () => {
    const parent = folderId(folder);
    const [changed, gone] = [await makeFolder(ews, "a", { parent }), await makeFolder(ews, "b", { parent })];
    const first = await ask(foldersXml("", parent));
    const update = setFolderXml("DisplayName", "<t:DisplayName>c</t:DisplayName>");
    await ews.ask(updateFolderXml(folderId(changed), update));
    await ews.ask(deleteFolderXml(folderId(gone)));
    const added = await makeFolder(ews, "d", { parent });
    const next = await ask(foldersXml(stateOf(first), parent));
    expect(next.children.map(({ name }) => name)).toEqual([
      "m:ResponseCode",
      "m:SyncState",
      "m:IncludesLastFolderInRange",
      "m:Changes",
    ]);
    expect(stateOf(next)).toMatch(/^[\w+/]+=*$/);
    expect(at(next, "m:IncludesLastFolderInRange")?.text).toBe("true");
    const shown = changesOf(next).map(({ name, children }) => [
      name,
      children.map((each) => each.name),
      (children[0]?.name === "t:FolderId" ? children[0] : children[0]?.children[0])?.attributes["Id"],
    ]);
    expect(shown).toEqual([
      ["t:Update", ["t:Folder"], changed.id],
      ["t:Create", ["t:Folder"], added.id],
      ["t:Delete", ["t:FolderId"], gone.id],
    ]);
  });

  test("tells a search folder that is new, and then that it changed (MS-OXWSSYNC_R105, MS-OXWSSYNC_R1061, MS-OXWSSYNC_R1062)", async () => {
    const root = folderXml("root");
    const before = await ask(foldersXml("", root));
    const search = `<t:SearchParameters><t:Restriction><t:Exists>${uris("item:Subject")}</t:Exists></t:Restriction><t:BaseFolderIds>${folderXml("inbox")}</t:BaseFolderIds></t:SearchParameters>`;
    const key = await makeFolder(ews, `s${ews.organization.nextId()}`, {
      kind: "SearchFolder",
      parent: folderXml("searchfolders"),
      after: search,
    });
    const first = await ask(foldersXml(stateOf(before), root));
    const kinds = (message: Element) =>
      changesOf(message).map((change) => [change.name, change.children[0]?.name]);
    expect(kinds(first)).toEqual([["t:Create", "t:SearchFolder"]]);
    expect(all(first, "t:FolderId")[0]?.attributes["Id"]).toBe(key.id);
    const update = setFolderXml("DisplayName", `<t:DisplayName>s${key.changeKey}</t:DisplayName>`, {
      kind: "SearchFolder",
    });
    await ews.ask(updateFolderXml(folderId(key), update));
    expect(kinds(await ask(foldersXml(stateOf(first), root)))).toEqual([["t:Update", "t:SearchFolder"]]);
  });

  test("refuses a state that is none (MS-OXWSCDATA_R5188)", async () => {
    const answered = await ews.ask(foldersXml("AAAA"));
    expect(codes(answered)).toEqual(["ErrorInvalidSyncStateData"]);
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Error");
  });
});
