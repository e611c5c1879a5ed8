import { expect, test } from "vitest";
import type { MailboxEvent } from "./events.ts";
import { createFolder, moveFolder, removeFolder, replaceFolder } from "./folder-tree.ts";
import { copyItem, createMailbox, moveItem, removeItem, replaceItem, storeMessage } from "./mailbox.ts";
import { createOrganization } from "./organization.ts";
import type { Item } from "./store.ts";

async function listened() {
  const organization = await createOrganization({ environment: "onPremises", now: () => 5 });
  const mailbox = createMailbox(organization, "owner");
  const origins: unknown[] = [];
  const told: Omit<MailboxEvent, "mailbox" | "at" | "origin">[] = [];
  const stop = organization.events.listen(({ mailbox: where, at, origin, ...event }) => {
    if (event.of === "item") origins.push(origin);
    expect([where, at]).toEqual([mailbox, 5]);
    told.push(event);
  });
  const store = (): Promise<Item> =>
    storeMessage(organization, mailbox, "drafts", Buffer.from("Subject: x\r\n\r\nx"), { at: 5 });
  return { organization, mailbox, told, origins, stop, store };
}

test("what happens to items is told with where they are, and where they were", async () => {
  const { organization, mailbox, told, origins, store } = await listened();
  const parentId = "owner-drafts";
  const item = await store();
  const created = { id: item.id, change: item.change, parentId };
  expect(told.splice(0)).toEqual([{ is: "created", of: "item", ...created }]);
  const read = { ...item, isRead: true };
  replaceItem(organization, mailbox, read);
  const before = { id: item.id, change: read.change, parentId };
  expect(told.splice(0)).toEqual([{ is: "modified", of: "item", ...before }]);
  const copy = copyItem(organization, mailbox, read, "owner-inbox");
  const copied = { id: copy.id, change: copy.change, parentId: "owner-inbox" };
  expect(told.splice(0)).toEqual([{ is: "copied", of: "item", ...copied, before }]);
  const moved = moveItem(organization, mailbox, read, "owner-sentitems");
  const there = { id: moved.id, change: moved.change, parentId: "owner-sentitems" };
  expect(told.splice(0)).toEqual([{ is: "moved", of: "item", ...there, before }]);
  removeItem(organization, mailbox, moved);
  expect(told).toEqual([{ is: "deleted", of: "item", ...there }]);
  // The copy has an id of its own; what moved is known by its first.
  expect(origins).toEqual([item.id, item.id, copy.id, item.id, item.id]);
});

test("what happens to folders is told, the deepest first when they go, after their items", async () => {
  const { organization, mailbox, told, stop } = await listened();
  const outer = createFolder(organization, mailbox, "owner-inbox", "Outer");
  const inner = createFolder(organization, mailbox, outer.id, "Inner");
  await storeMessage(organization, mailbox, inner.id, Buffer.from("Subject: x\r\n\r\nx"), { at: 5 });
  const renamed = { ...outer, displayName: "Renamed" };
  replaceFolder(organization, mailbox, renamed);
  moveFolder(organization, mailbox, renamed, "owner-drafts");
  removeFolder(organization, mailbox, renamed);
  expect(told.map(({ is, of, id }) => [is, of, of === "folder" ? id : ""])).toEqual([
    ["created", "folder", outer.id],
    ["created", "folder", inner.id],
    ["created", "item", ""],
    ["modified", "folder", outer.id],
    ["moved", "folder", outer.id],
    ["deleted", "item", ""],
    ["deleted", "folder", inner.id],
    ["deleted", "folder", outer.id],
  ]);
  expect(told[4]?.before?.parentId).toBe("owner-inbox");
  stop();
  createFolder(organization, mailbox, "owner-inbox", "Unheard");
  expect(told).toHaveLength(8);
});
