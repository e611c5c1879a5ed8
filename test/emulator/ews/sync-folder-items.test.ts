import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, anna, at, codes, messages, soap, startEws, type Answered, type EwsTest } from "./client.ts";
import { findXml } from "./filled.ts";
import { deleteFolderXml, emptyFolderXml, folderId, makeFolder } from "./folder-requests.ts";
import {
  create,
  deleteXml,
  folderXml,
  idXml,
  keyIn,
  setXml,
  tagXml,
  transferXml,
  updateXml,
  uris,
  type ItemKey,
} from "./requests.ts";
import type { Element } from "./xml.ts";

let ews: EwsTest;
let folder: string;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  folder = await newFolder();
});

async function newFolder(parent = folderXml("inbox")): Promise<string> {
  const { id } = await makeFolder(ews, `f${ews.organization.nextId()}`, { parent });
  return folderId({ id });
}

interface Ask {
  state?: string;
  most?: number;
  base?: string;
  shape?: string;
  more?: string;
  ignore?: ItemKey[];
  of?: string;
}

function syncXml({
  state = "",
  most = 512,
  base = "IdOnly",
  shape = "",
  more = "",
  ignore,
  of = folder,
}: Ask): string {
  const parts = [
    `<m:ItemShape><t:BaseShape>${base}</t:BaseShape>${shape}</m:ItemShape><m:SyncFolderId>${of}</m:SyncFolderId>`,
    state && `<m:SyncState>${state}</m:SyncState>`,
    ignore ? `<m:Ignore>${ignore.map((key) => idXml(key)).join("")}</m:Ignore>` : "",
    `<m:MaxChangesReturned>${most}</m:MaxChangesReturned>${more}`,
  ];
  return `<m:SyncFolderItems>${parts.join("")}</m:SyncFolderItems>`;
}

interface Synced {
  answered: Answered;
  state: string;
  last: boolean;
  changes: Element[];
}

async function sync(asked: Ask = {}): Promise<Synced> {
  const answered = await ews.ask(syncXml(asked));
  expect(codes(answered)).toEqual(["NoError"]);
  const [message] = messages(answered);
  return {
    answered,
    state: at(message, "m:SyncState")?.text ?? "",
    last: at(message, "m:IncludesLastItemInRange")?.text === "true",
    changes: at(message, "m:Changes")?.children ?? [],
  };
}

const kinds = ({ changes }: Synced): string[] => changes.map(({ name }) => name.slice(2));
const idsIn = ({ changes }: Synced): (string | undefined)[] =>
  changes.map((change) => all(change, "t:ItemId")[0]?.attributes["Id"]);
const make = async (subject = "x", flags = "1"): Promise<ItemKey> =>
  create(ews, { before: `<t:Subject>${subject}</t:Subject>`, flags, folder });
const rename = (key: ItemKey, subject: string) =>
  ews.ask(updateXml(key, setXml("item:Subject", `<t:Subject>${subject}</t:Subject>`)));
const mark = (key: ItemKey, isRead: boolean) =>
  ews.ask(updateXml(key, setXml("message:IsRead", `<t:IsRead>${isRead}</t:IsRead>`)));
const remove = (key: ItemKey, type = "HardDelete") => ews.ask(deleteXml(idXml(key), type));
const move = async (key: ItemKey, to: string, operation = "MoveItem"): Promise<ItemKey> =>
  keyIn(await ews.ask(transferXml(operation, idXml(key), to)));

describe("SyncFolderItems", () => {
  test("without a state answers every item as created, and a state in base64 (MS-OXWSSYNC_R382, MS-OXWSSYNC_R3832, MS-OXWSSYNC_R65, MS-OXWSSYNC_R131, MS-OXWSSYNC_R380, MS-OXWSSYNC_R70, MS-OXWSSYNC_R37811004)", async () => {
    const made = [await make("a"), await make("b")];
    await create(ews, { before: "<t:Subject>elsewhere</t:Subject>" });
    const first = await sync();
    expect(kinds(first)).toEqual(["Create", "Create"]);
    expect(idsIn(first)).toEqual(made.map(({ id }) => id));
    expect(first.changes.map(({ children }) => children[0]?.name)).toEqual(["t:Message", "t:Message"]);
    expect(Buffer.from(first.state, "base64").toString("base64")).toBe(first.state);
    expect(first.last).toBe(true);
  });

  test("with a state answers what happened since, once (MS-OXWSSYNC_R504, MS-OXWSSYNC_R3831, MS-OXWSSYNC_R383)", async () => {
    const first = await make("a");
    const known = await sync();
    expect(kinds(await sync({ state: known.state }))).toEqual([]);
    const second = await make("b");
    await rename(first, "c");
    const next = await sync({ state: known.state, base: "Default" });
    expect(next.changes.map((each) => [each.name, all(each, "t:Subject")[0]?.text])).toEqual([
      ["t:Update", "c"],
      ["t:Create", "b"],
    ]);
    expect(idsIn(next)).toEqual([first.id, second.id]);
    expect(kinds(await sync({ state: next.state }))).toEqual([]);
    expect(kinds(await sync({ state: known.state }))).toEqual(["Update", "Create"]);
  });

  test("tells an item that was deleted or moved away by its id (MS-OXWSSYNC_R134, MS-OXWSSYNC_R184, MS-OXWSSYNC_R37811002)", async () => {
    const [gone, moved, trashed] = [await make(), await make(), await make()];
    const { state } = await sync();
    await remove(gone);
    const there = await move(moved, folderXml("inbox"));
    await remove(trashed, "MoveToDeletedItems");
    const next = await sync({ state });
    expect(kinds(next)).toEqual(["Delete", "Delete", "Delete"]);
    expect(idsIn(next)).toEqual([gone.id, moved.id, trashed.id]);
    await move(there, folder);
    expect(kinds(await sync({ state: next.state }))).toEqual(["Create"]);
  });

  test("says nothing of what came and went in between", async () => {
    const { state } = await sync();
    const passing = await make();
    await remove(passing);
    expect(kinds(await sync({ state }))).toEqual([]);
  });

  test("tells a change of the read flag alone as such (MS-OXWSSYNC_R194, MS-OXWSSYNC_R195, MS-OXWSSYNC_R1951, MS-OXWSSYNC_R1952)", async () => {
    const item = await make();
    const known = await sync();
    await mark(item, false);
    const unread = await sync({ state: known.state });
    expect(unread.changes).toMatchObject([
      {
        name: "t:ReadFlagChange",
        children: [
          { name: "t:ItemId", attributes: { Id: item.id } },
          { name: "t:IsRead", text: "false" },
        ],
      },
    ]);
    await mark(item, true);
    const read = await sync({ state: unread.state });
    expect(read.changes[0]?.children[1]).toMatchObject({ name: "t:IsRead", text: "true" });
  });

  test("tells an item that changed in more than the read flag as updated (MS-OXWSSYNC_R132)", async () => {
    const item = await make();
    const { state } = await sync();
    await rename(item, "y");
    await mark(item, false);
    expect(kinds(await sync({ state }))).toEqual(["Update"]);
  });

  test("answers at most so many changes, and whether that was all (MS-OXWSSYNC_R388, MS-OXWSSYNC_R3891, MS-OXWSSYNC_R67, MS-OXWSSYNC_R6701, MS-OXWSSYNC_R6702)", async () => {
    const made = [await make(), await make(), await make(), await make(), await make()];
    const pages: Synced[] = [];
    let state = "";
    do {
      const page = await sync({ state, most: 2 });
      pages.push(page);
      ({ state } = page);
    } while (!pages.at(-1)?.last);
    expect(pages.map(({ changes }) => changes.length)).toEqual([2, 2, 1]);
    expect(pages.flatMap(idsIn)).toEqual(made.map(({ id }) => id));
  });

  test.each(["0", "513", "-1"])("refuses %s as the most changes to be answered", async (most) => {
    const answered = await ews.raw(soap(syncXml({ most: Number(most) })));
    expect(codes(answered)).toEqual(["ErrorSchemaValidation"]);
  });

  test("passes over the items to ignore, and only these (MS-OXWSSYNC_R385, MS-OXWSSYNC_R3851, MS-OXWSSYNC_R3852, MS-OXWSSYNC_R386, MS-OXWSSYNC_R3861, MS-OXWSSYNC_R3862)", async () => {
    const [one, other] = [await make(), await make()];
    const first = await sync({ ignore: [one] });
    expect(idsIn(first)).toEqual([other.id]);
    expect(kinds(await sync({ state: first.state }))).toEqual([]);
  });

  test("keeps to a window of days or of the newest items (MS-OXWSSYNC_R3900, MS-OXWSSYNC_R3901, MS-OXWSSYNC_R3902)", async () => {
    const received = (day: string) =>
      `<t:ExtendedProperty>${tagXml("0x0E06", "SystemTime")}<t:Value>2020-01-0${day}T00:00:00Z</t:Value></t:ExtendedProperty>`;
    const old = async (day: string) => create(ews, { after: received(day), folder });
    const [older, newer, recent] = [await old("1"), await old("2"), await make()];
    const within = async (more: string) => idsIn(await sync({ more }));
    expect(await within("<m:NumberOfDays>3</m:NumberOfDays>")).toEqual([recent.id]);
    expect(await within("<m:MaximumCount>2</m:MaximumCount>")).toEqual([newer.id, recent.id]);
    expect(await within("<m:NumberOfDays>3</m:NumberOfDays><m:MinimumCount>3</m:MinimumCount>")).toEqual([
      older.id,
      newer.id,
      recent.id,
    ]);
  });

  test.each(["NormalItems", "NormalAndAssociatedItems"])(
    "takes the scope %s (MS-OXWSSYNC_R347, MS-OXWSSYNC_R37811008)",
    async (scope) => {
      await make();
      const synced = await sync({ more: `<m:SyncScope>${scope}</m:SyncScope>` });
      expect(kinds(synced)).toEqual(["Create"]);
    },
  );

  test("answers the properties of a shape (MS-OXWSSYNC_R3781, MS-OXWSSYNC_R3782, MS-OXWSSYNC_R3783, MS-OXWSSYNC_R37814, MS-OXWSSYNC_R37815)", async () => {
    await make();
    const namesIn = async (asked: Ask) =>
      (await sync(asked)).changes[0]?.children[0]?.children.map(({ name }) => name) ?? [];
    expect(await namesIn({})).toEqual(["t:ItemId"]);
    const added = `<t:AdditionalProperties>${uris("item:Subject")}</t:AdditionalProperties>`;
    expect(await namesIn({ shape: added })).toEqual(["t:ItemId", "t:Subject"]);
    const usual = await namesIn({ base: "Default" });
    expect(usual).toContain("t:DateTimeSent");
    expect((await namesIn({ base: "AllProperties" })).length).toBeGreaterThan(usual.length);
  });

  test("never answers whole messages (MS-OXWSSYNC_R3787)", async () => {
    const shape = "<t:IncludeMimeContent>true</t:IncludeMimeContent>";
    expect(codes(await ews.ask(syncXml({ shape })))).toEqual(["ErrorInvalidPropertyForOperation"]);
  });

  test("refuses a state that is none, that is another folder's, or that lies ahead", async () => {
    await make();
    const { state } = await sync();
    const ahead = gzipSync(JSON.stringify({ of: "x", arrived: 1e9, changed: 1e9 })).toString("base64");
    const bomb = gzipSync(Buffer.alloc(9_000_000)).toString("base64");
    for (const bad of ["AAAA", state.slice(0, -8), ahead, bomb, "?"])
      expect(codes(await ews.ask(syncXml({ state: bad })))).toEqual(["ErrorInvalidSyncStateData"]);
    const other = await ews.ask(syncXml({ state, of: folderXml("drafts") }));
    expect(codes(other)).toEqual(["ErrorInvalidSyncStateData"]);
  });

  test("finds no folder that is gone", async () => {
    await ews.ask(deleteFolderXml(folder));
    expect(codes(await ews.ask(syncXml({})))).toEqual(["ErrorSyncFolderNotFound"]);
  });
});

type Act = {
  is: "make" | "rename" | "mark" | "remove" | "away" | "back" | "copy" | "sync" | "empty" | "drop";
  which: number;
};
const act: fc.Arbitrary<Act> = fc.record({
  is: fc.constantFrom(
    ...(["make", "make", "make", "rename", "mark", "remove", "away", "back", "copy"] as const),
    ...(["sync", "sync", "empty", "drop"] as const),
  ),
  which: fc.nat(9),
});

test("a client that applies every page ends with the folder as it is on the server, whatever happens between pages", async () => {
  const server = ews.side.mailboxes.get(ews.recipient(anna).guid);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), fc.integer({ min: 1, max: 4 }), async (acts, most) => {
      const held = new Map<string, { changeKey?: string | undefined; isRead?: string | undefined }>();
      let state = "";
      const page = async (): Promise<boolean> => {
        const next = await sync({
          state,
          most,
          shape: `<t:AdditionalProperties>${uris("message:IsRead")}</t:AdditionalProperties>`,
        });
        expect(next.changes.length).toBeLessThanOrEqual(most);
        for (const change of next.changes) {
          const { Id = "", ChangeKey: changeKey } = all(change, "t:ItemId")[0]?.attributes ?? {};
          // A created item is new to the client, and everything else is about one that it has.
          expect([change.name, held.has(Id)]).toEqual([change.name, change.name !== "t:Create"]);
          if (change.name === "t:Delete") held.delete(Id);
          else held.set(Id, { changeKey, isRead: all(change, "t:IsRead")[0]?.text });
        }
        ({ state } = next);
        return next.last;
      };
      const mine: ItemKey[] = [];
      const away: ItemKey[] = [];
      for (const { is, which } of acts) {
        const key = mine[which % Math.max(1, mine.length)];
        if (is === "sync") await page();
        else if (is === "make") mine.push(await make("x", which % 2 === 0 ? "1" : "0"));
        else if (is === "back") {
          const [back] = away.splice(0, 1);
          if (back) mine.push(await move(back, folder));
        } else if (is === "empty") {
          await ews.ask(emptyFolderXml(folder, "HardDelete", true));
          mine.splice(0);
        } else if (is === "drop") {
          // A folder that comes into the synchronised one, with an item, and goes again, is none of its items' business.
          const below = await newFolder(folder);
          await create(ews, { folder: below });
          await ews.ask(deleteFolderXml(below));
        } else if (!key) continue;
        else if (is === "rename") await rename({ id: key.id, changeKey: key.changeKey }, `y${which}`);
        else if (is === "mark") await mark(key, which % 2 === 0);
        else if (is === "copy") mine.push(await move(key, folder, "CopyItem"));
        else {
          mine.splice(mine.indexOf(key), 1);
          if (is === "remove") await remove(key);
          else away.push(await move(key, folderXml("drafts")));
        }
      }
      while (!(await page()));
      const present = new Map<string, { changeKey?: string | undefined; isRead?: string | undefined }>();
      const found = await ews.ask(findXml({ folders: folder, more: uris("message:IsRead") }));
      for (const item of all(found.body, "t:Message")) {
        const { Id = "", ChangeKey: changeKey } = at(item, "t:ItemId")?.attributes ?? {};
        present.set(Id, { changeKey, isRead: at(item, "t:IsRead")?.text });
      }
      expect(held).toEqual(present);
      expect(kinds(await sync({ state }))).toEqual([]);
    }),
    { numRuns: 40 },
  );
  expect(server?.removed?.length).toBeGreaterThan(0);
});
