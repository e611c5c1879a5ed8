import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type EwsTest } from "./client.ts";
import {
  createFoldersXml,
  deleteFolderXml,
  folderId,
  folderKeys,
  newFolderXml,
  setFolderXml,
  transferFolderXml,
  updateFolderXml,
} from "./folder-requests.ts";
import { changeKey } from "./ids.ts";
import { folderXml, idXml, uris } from "./requests.ts";
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

const shapeXml = (base: string, more = "") =>
  `<m:FolderShape><t:BaseShape>${base}</t:BaseShape>${more && `<t:AdditionalProperties>${uris(more)}</t:AdditionalProperties>`}</m:FolderShape>`;
const syncXml = ({ state = "", of = "", base = "Default", more = "" }) =>
  `<m:SyncFolderHierarchy>${shapeXml(base, more)}${of && `<m:SyncFolderId>${of}</m:SyncFolderId>`}${state && `<m:SyncState>${state}</m:SyncState>`}</m:SyncFolderHierarchy>`;

async function sync(
  asked: Parameters<typeof syncXml>[0] = {},
): Promise<{ state: string; last: string | undefined; changes: Element[] }> {
  const answered = await ews.ask(syncXml(asked));
  expect(codes(answered)).toEqual(["NoError"]);
  const [message] = messages(answered);
  return {
    state: at(message, "m:SyncState")?.text ?? "",
    last: at(message, "m:IncludesLastFolderInRange")?.text,
    changes: at(message, "m:Changes")?.children ?? [],
  };
}

const told = (changes: Element[]) =>
  changes.map((change) => [change.name.slice(2), all(change, "t:FolderId")[0]?.attributes["Id"]]);
/** Its id; empty where it could not be made. */
const make = async (kind = "Folder", displayName = name, parent = folderXml("inbox")): Promise<string> =>
  folderKeys(await ews.ask(createFoldersXml(newFolderXml(displayName, { kind }), parent)))[0]?.id ?? "";
const rename = (id: string, displayName: string, kind = "Folder") => {
  const set = setFolderXml("DisplayName", `<t:DisplayName>${displayName}</t:DisplayName>`, { kind });
  return ews.ask(updateFolderXml(folderId({ id, changeKey: changeKey("folder", 1) }), set));
};
const remove = (id: string, type: string) => ews.ask(deleteFolderXml(folderId({ id }), type));

describe("SyncFolderHierarchy", () => {
  test("without a state answers every folder as created, and a state in base64 (MS-OXWSSYNC_R262, MS-OXWSSYNC_R2602, MS-OXWSSYNC_R2632, MS-OXWSSYNC_R44, MS-OXWSSYNC_R49, MS-OXWSSYNC_R84, MS-OXWSSYNC_R4601)", async () => {
    const { changes, state, last } = await sync();
    expect(new Set(changes.map((change) => change.name))).toEqual(new Set(["t:Create"]));
    const names = changes.flatMap((change) => all(change, "t:DisplayName")).map(({ text }) => text);
    expect(names).toEqual(expect.arrayContaining(["Inbox", "Sent Items", "Deleted Items"]));
    // What lies beside the visible tree is no part of it.
    expect(names).not.toContain("Recoverable Items");
    expect(Buffer.from(state, "base64").toString("base64")).toBe(state);
    expect(last).toBe("true");
  });

  test.each([
    ["Folder", "MS-OXWSSYNC_R99, MS-OXWSSYNC_R10010, MS-OXWSSYNC_R10020"],
    ["CalendarFolder", "MS-OXWSSYNC_R101, MS-OXWSSYNC_R1021, MS-OXWSSYNC_R1022"],
    ["ContactsFolder", "MS-OXWSSYNC_R103, MS-OXWSSYNC_R1041, MS-OXWSSYNC_R1042"],
    ["TasksFolder", "MS-OXWSSYNC_R107, MS-OXWSSYNC_R1081, MS-OXWSSYNC_R1082"],
  ])(
    "with a state tells a %s that is new, and then that it changed (%s, MS-OXWSSYNC_R503, MS-OXWSSYNC_R2631, MS-OXWSSYNC_R263, MS-OXWSSYNC_R85)",
    async (kind) => {
      const first = await sync();
      const id = await make(kind);
      const second = await sync({ state: first.state });
      expect(told(second.changes)).toEqual([["Create", id]]);
      expect(second.changes[0]?.children[0]?.name).toBe(`t:${kind}`);
      await rename(id, `${name}-new`, kind);
      const third = await sync({ state: second.state });
      expect(told(third.changes)).toEqual([["Update", id]]);
      expect(third.changes[0]?.children[0]?.name).toBe(`t:${kind}`);
      expect((await sync({ state: third.state })).changes).toEqual([]);
    },
  );

  test("tells a folder that is gone with all below it, or moved out of sight (MS-OXWSSYNC_R117)", async () => {
    const parent = await make();
    const child = await make("Folder", "child", idXml({ id: parent }, "t:FolderId"));
    const other = await make("Folder", `${name}-2`);
    const { state } = await sync();
    await remove(parent, "HardDelete");
    await remove(other, "SoftDelete");
    const { changes } = await sync({ state });
    expect(told(changes).toSorted()).toEqual([parent, child, other].map((id) => ["Delete", id]).toSorted());
  });

  test("tells a folder that moved to Deleted Items as changed", async () => {
    const id = await make();
    const { state } = await sync();
    await remove(id, "MoveToDeletedItems");
    expect(told((await sync({ state })).changes)).toEqual([["Update", id]]);
  });

  test("keeps to the folders below one (MS-OXWSSYNC_R259, MS-OXWSSYNC_R260, MS-OXWSSYNC_R2601)", async () => {
    const id = await make("Folder", name, folderXml("drafts"));
    expect(told((await sync({ of: folderXml("drafts") })).changes)).toEqual([["Create", id]]);
  });

  test("answers the properties of a shape (MS-OXWSSYNC_R2571, MS-OXWSSYNC_R2572, MS-OXWSSYNC_R2573, MS-OXWSSYNC_R2574, MS-OXWSSYNC_R2575)", async () => {
    const id = await make();
    const namesIn = async (base: string, more = "") => {
      const { changes } = await sync({ base, more });
      const change = changes.find((each) => all(each, "t:FolderId")[0]?.attributes["Id"] === id);
      return change?.children[0]?.children.map((each) => each.name);
    };
    expect(await namesIn("IdOnly")).toEqual(["t:FolderId"]);
    expect(await namesIn("IdOnly", "folder:DisplayName")).toEqual(["t:FolderId", "t:DisplayName"]);
    const usual = ["t:FolderId", "t:DisplayName", "t:TotalCount", "t:ChildFolderCount", "t:UnreadCount"];
    expect(await namesIn("Default")).toEqual(usual);
    expect(await namesIn("AllProperties")).toEqual(
      expect.arrayContaining([...usual, "t:ParentFolderId", "t:EffectiveRights"]),
    );
  });

  test("refuses a state that is none or another folder's, and a folder that is gone", async () => {
    const { state } = await sync();
    expect(codes(await ews.ask(syncXml({ state: "AAAA" })))).toEqual(["ErrorInvalidSyncStateData"]);
    const other = await ews.ask(syncXml({ state, of: folderXml("inbox") }));
    expect(codes(other)).toEqual(["ErrorInvalidSyncStateData"]);
    const id = await make();
    await remove(id, "HardDelete");
    const gone = await ews.ask(syncXml({ of: idXml({ id }, "t:FolderId") }));
    expect(codes(gone)).toEqual(["ErrorSyncFolderNotFound"]);
  });

  test("a client that applies every answer ends with the server's tree", async () => {
    const root = await make("Folder", "tree");
    const of = idXml({ id: root }, "t:FolderId");
    const act = fc.record({
      is: fc.constantFrom(
        ...(["make", "make", "rename", "HardDelete", "SoftDelete", "MoveToDeletedItems", "sync"] as const),
        ...(["MoveFolder", "CopyFolder"] as const),
      ),
      which: fc.nat(9),
      where: fc.nat(9),
    });
    let count = 0;
    const held = new Map<string, string>();
    let state = "";
    const apply = async () => {
      const next = await sync({ state, of });
      ({ state } = next);
      for (const change of next.changes) {
        const id = all(change, "t:FolderId")[0]?.attributes["Id"] ?? "";
        expect([change.name, held.has(id)]).toEqual([change.name, change.name !== "t:Create"]);
        if (change.name === "t:Delete") held.delete(id);
        else held.set(id, all(change, "t:DisplayName")[0]?.text ?? "");
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        for (const { is, which, where } of acts) {
          const known = [root, ...held.keys()];
          const id = known[which % known.length] ?? root;
          count += 1;
          if (is === "sync") await apply();
          else if (is === "make") await make("Folder", `n${count}`, idXml({ id }, "t:FolderId"));
          else if (id === root) continue;
          else if (is === "rename") await rename(id, `n${count}`);
          else if (is === "MoveFolder" || (is === "CopyFolder" && known.length < 40)) {
            // Into itself, or beside one of its name, it does not go.
            const to = idXml({ id: known[where % known.length] ?? root }, "t:FolderId");
            await ews.ask(transferFolderXml(is, idXml({ id }, "t:FolderId"), to));
          } else if (is === "CopyFolder") continue;
          else await remove(id, is);
        }
        await apply();
        const found = await ews.ask(
          `<m:FindFolder Traversal="Deep">${shapeXml("Default")}<m:ParentFolderIds>${of}</m:ParentFolderIds></m:FindFolder>`,
        );
        const present = all(found.body, "t:Folder").map((folder): [string, string] => [
          at(folder, "t:FolderId")?.attributes["Id"] ?? "",
          at(folder, "t:DisplayName")?.text ?? "",
        ]);
        expect(held).toEqual(new Map(present));
      }),
      { numRuns: 30 },
    );
  });
});
