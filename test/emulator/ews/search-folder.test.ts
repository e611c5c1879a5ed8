import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type Answered, type EwsTest } from "./client.ts";
import { compare, findXml } from "./filled.ts";
import { folderId, makeFolder, showFolder, type FolderKey } from "./folder-requests.ts";
import {
  createXml,
  deleteXml,
  folderXml,
  getXml,
  idXml,
  keyIn,
  setXml,
  tagXml,
  transferXml,
  updateXml,
  uris,
  type ItemKey,
} from "./requests.ts";
import { namesOf, pulled, pullXml, subscribed } from "./subscriptions-xml.ts";
import { child, type Element } from "./xml.ts";

let ews: EwsTest;
/** Where items are, and a search for the unread ones among them and below. */
let base: FolderKey;
let below: FolderKey;
let search: FolderKey;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());
beforeEach(async () => {
  const name = `f${ews.organization.nextId()}`;
  base = await makeFolder(ews, name);
  below = await makeFolder(ews, "below", { parent: folderId({ id: base.id }) });
  const unread = `<t:Restriction>${compare("IsEqualTo", "message:IsRead", "false")}</t:Restriction>`;
  search = await makeFolder(ews, name, {
    kind: "SearchFolder",
    parent: folderXml("searchfolders"),
    after: `<t:SearchParameters Traversal="Deep">${unread}<t:BaseFolderIds>${folderId({ id: base.id })}</t:BaseFolderIds></t:SearchParameters>`,
  });
});

const named = ({ id }: { id: string }) => folderId({ id });
const unreadFlag = `<t:ExtendedProperty>${tagXml("0x0E07", "Integer")}<t:Value>0</t:Value></t:ExtendedProperty>`;
const post = (to: FolderKey) => ews.ask(createXml({ before: unreadFlag, flags: "", folder: named(to) }));
const put = async (to = base): Promise<ItemKey> => keyIn(await post(to));
const mark = (item: { id: string }, isRead: boolean) =>
  ews.ask(updateXml({ id: item.id }, setXml("message:IsRead", `<t:IsRead>${isRead}</t:IsRead>`)));
const retitle = (item: { id: string }, text: string) =>
  ews.ask(updateXml({ id: item.id }, setXml("item:Subject", `<t:Subject>${text}</t:Subject>`)));
const remove = (item: { id: string }) => ews.ask(deleteXml(idXml({ id: item.id })));
const transfer = async (operation: "CopyItem" | "MoveItem", item: { id: string }, to: FolderKey) =>
  ews.ask(transferXml(operation, idXml({ id: item.id }), named(to)));
const idOf = (from: Element): string => all(from, "t:ItemId")[0]?.attributes["Id"] ?? "";
const listed = async (folder: FolderKey) =>
  all((await ews.ask(findXml({ folders: named(folder) }))).body, "t:ItemId").map(
    ({ attributes }) => attributes["Id"],
  );

interface Synced {
  state: string;
  changes: Element[];
  last: boolean;
}

async function sync(state = "", most = 512, more = ""): Promise<Synced> {
  const answered = await ews.ask(
    `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris("item:Subject")}</t:AdditionalProperties></m:ItemShape><m:SyncFolderId>${named(search)}</m:SyncFolderId>${state && `<m:SyncState>${state}</m:SyncState>`}${more}<m:MaxChangesReturned>${most}</m:MaxChangesReturned></m:SyncFolderItems>`,
  );
  expect(codes(answered)).toEqual(["NoError"]);
  const [message] = messages(answered);
  return {
    state: child(message, "m:SyncState")?.text ?? "",
    changes: child(message, "m:Changes")?.children ?? [],
    last: child(message, "m:IncludesLastItemInRange")?.text === "true",
  };
}
const told = ({ changes }: Synced) => changes.map((change) => [change.name.slice(2), idOf(change)]);

describe("synchronisation of a search folder", () => {
  test("tells what it shows, what changed in it, and what it shows no longer", async () => {
    const one = await put();
    const two = await put(below);
    const first = await sync();
    expect(told(first)).toEqual([
      ["Create", one.id],
      ["Create", two.id],
    ]);
    expect(told(await sync(first.state))).toEqual([]);
    await retitle(one, "other");
    await mark(two, true);
    const three = await put();
    const second = await sync(first.state);
    expect(told(second)).toEqual([
      ["Delete", two.id],
      ["Update", one.id],
      ["Create", three.id],
    ]);
    expect(
      all(second.changes[1] ?? { name: "", attributes: {}, children: [], text: "" }, "t:Subject")[0]?.text,
    ).toBe("other");
    await remove(one);
    await mark(two, false);
    expect(told(await sync(second.state))).toEqual([
      ["Delete", one.id],
      ["Create", two.id],
    ]);
  });

  test("passes over what is ignored, and what is too many", async () => {
    const items = [await put(), await put(), await put()];
    const ignored = `<m:Ignore>${idXml({ id: items[1]?.id ?? "" })}</m:Ignore>`;
    expect(told(await sync("", 512, ignored)).map(([, id]) => id)).toEqual([items[0]?.id, items[2]?.id]);
    const page = await sync("", 2);
    expect([page.changes.length, page.last]).toEqual([2, false]);
    const rest = await sync(page.state, 2);
    expect([told(rest), rest.last]).toEqual([[["Create", items[2]?.id]], true]);
  });

  test("of another folder's state is refused", async () => {
    const { state } = await sync();
    search = base;
    const answered = await ews.ask(
      `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>${named(base)}</m:SyncFolderId><m:SyncState>${state}</m:SyncState><m:MaxChangesReturned>1</m:MaxChangesReturned></m:SyncFolderItems>`,
    );
    expect(codes(answered)).toEqual(["ErrorInvalidSyncStateData"]);
  });

  test("ends with the same items as a client that looks, whatever happens between its pages", async () => {
    const act = fc.record({
      is: fc.constantFrom("put", "below", "mark", "retitle", "remove", "move", "sync"),
      which: fc.nat(9),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        async (acts, most) => {
          let items: string[] = [];
          const known = new Map<string, string>();
          let state = "";
          const apply = async (): Promise<boolean> => {
            const page = await sync(state, most);
            for (const change of page.changes) {
              if (change.name === "t:Delete") known.delete(idOf(change));
              else known.set(idOf(change), all(change, "t:ItemId")[0]?.attributes["ChangeKey"] ?? "");
            }
            state = page.state;
            return page.last;
          };
          for (const { is, which } of acts) {
            const id = items[which % Math.max(1, items.length)];
            if (is === "put" || is === "below") items.push((await put(is === "put" ? base : below)).id);
            else if (is === "sync") await apply();
            else if (id === undefined) continue;
            else if (is === "mark") await mark({ id }, which % 2 === 0);
            else if (is === "retitle") await retitle({ id }, `t${which}`);
            else {
              items = items.filter((each) => each !== id);
              if (is === "remove") await remove({ id });
              else items.push(keyIn(await transfer("MoveItem", { id }, which % 2 === 0 ? base : below)).id);
            }
          }
          while (!(await apply()));
          expect([...known.keys()].toSorted()).toEqual((await listed(search)).toSorted());
          for (const [id, key] of known) expect(keyIn(await ews.ask(getXml([{ id }]))).changeKey).toBe(key);
          for (const id of items) await remove({ id });
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe("notifications of a search folder", () => {
  const subscribe = () => subscribed(ews, pullXml({ ids: named(search) }));
  const parentsOf = (events: Element[]) =>
    [...new Set(events.map((event) => child(event, "t:ParentFolderId")?.attributes["Id"]))].filter(Boolean);

  test("tell what comes into it, changes in it and leaves it, and its count of unread items", async () => {
    const subscription = await subscribe();
    const item = await put(below);
    const came = await pulled(ews, subscription);
    expect(namesOf(came)).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
    expect(came.slice(0, 1).map(idOf)).toEqual([item.id]);
    expect(parentsOf(came.slice(0, 1))).toEqual([search.id]);
    expect(at(came[1], "t:UnreadCount")?.text).toBe("1");
    await retitle(item, "other");
    expect(namesOf(await pulled(ews, subscription))).toEqual(["ModifiedEvent item", "ModifiedEvent folder"]);
    await mark(item, true);
    const left = await pulled(ews, subscription);
    expect(namesOf(left)).toEqual(["DeletedEvent item", "ModifiedEvent folder"]);
    expect(at(left[1], "t:UnreadCount")?.text).toBe("0");
    await retitle(item, "and again");
    expect(namesOf(await pulled(ews, subscription))).toEqual(["StatusEvent"]);
  });

  test("are none of the business of those who follow other folders, or all", async () => {
    await subscribe();
    const others = [
      await subscribed(ews, pullXml({ folders: "all" })),
      await subscribed(ews, pullXml({ ids: named(base) })),
    ];
    await put();
    for (const other of others) {
      const events = await pulled(ews, other);
      expect(namesOf(events)).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
      expect(parentsOf(events)[0]).toBe(base.id);
    }
  });
});

describe("a search folder", () => {
  test("takes no items of its own", async () => {
    const item = await put();
    const refused = (answered: Answered) => codes(answered).join();
    expect(refused(await post(search))).toBe("ErrorInvalidFolderTypeForOperation");
    expect(refused(await transfer("CopyItem", item, search))).toBe("ErrorMoveCopyFailed");
    expect(refused(await transfer("MoveItem", item, search))).toBe("ErrorMoveCopyFailed");
    expect(await listed(search)).toEqual([item.id]);
  });

  test("has all that it shows marked as read at once", async () => {
    await put();
    await put(below);
    const xml = `<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts><m:FolderIds>${named(search)}</m:FolderIds></m:MarkAllItemsAsRead>`;
    expect(codes(await ews.ask(xml))).toEqual(["NoError"]);
    expect(await listed(search)).toEqual([]);
    expect(at(await showFolder(ews, base.id), "t:UnreadCount")?.text).toBe("0");
  });
});
