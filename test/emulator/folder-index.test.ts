import fc from "fast-check";
import { expect, test } from "vitest";
import {
  countsOf,
  itemsAfter,
  itemsOf,
  itemsWithMessageId,
  orderedItems,
  type OrderKey,
} from "./folder-index.ts";
import {
  addItem,
  copyItem,
  createMailbox,
  findFolder,
  moveItem,
  newItem,
  removeItem,
  replaceItem,
} from "./mailbox.ts";
import { createOrganization } from "./organization.ts";
import type { Item, Mailbox } from "./store.ts";

const keys = ["arrived", "change", "created", "sent", "received"] as const;
const folders = ["inbox", "sentitems", "drafts"];
const command = fc.record({
  do: fc.constantFrom("add", "add", "change", "read", "move", "copy", "remove"),
  which: fc.nat(100),
  folder: fc.constantFrom(...folders),
  time: fc.nat(3),
});

/** What the index answers, by walking the items. */
function walked(mailbox: Mailbox, folderId: string, key: OrderKey): string[] {
  return [...mailbox.items.values()]
    .filter((item) => item.folderId === folderId)
    .toSorted((one, other) => one[key] - other[key] || one.arrived - other.arrived)
    .map(({ id }) => id);
}

test("the index answers what a walk over all items answers, whatever happened to them", async () => {
  const organization = await createOrganization({ items: 6 });
  const [generated] = organization.store.sides.get("onPremises")?.mailboxes.values() ?? [];
  const mime = Buffer.from("Subject: x\r\n\r\nx");
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), fc.boolean(), async (commands, lazy) => {
      const mailbox = lazy && generated ? generated : createMailbox(organization, "owner");
      const idOf = (name: string): string => findFolder(mailbox, name)?.id ?? "";
      for (const { do: what, which, folder, time } of commands) {
        const all = [...mailbox.items.values()];
        const item = all[which % Math.max(1, all.length)];
        const times = { created: time, sent: 3 - time, received: time % 2 };
        if (what === "add") {
          const fresh = await newItem(organization, idOf(folder), mime, { at: time });
          addItem(organization, mailbox, { ...fresh, ...times, internetMessageId: `<M${time}@x>` });
        } else if (!item) continue;
        else if (what === "change") replaceItem(organization, mailbox, { ...item, ...times });
        else if (what === "read") replaceItem(organization, mailbox, { ...item, isRead: !item.isRead });
        else if (what === "move") moveItem(organization, mailbox, item, idOf(folder));
        else if (what === "copy") copyItem(organization, mailbox, item, idOf(folder));
        else removeItem(organization, mailbox, item);
        check(mailbox, idOf(folder), time);
      }
    }),
    { numRuns: 60 },
  );
});

function check(mailbox: Mailbox, folderId: string, time: number): void {
  const ids = (items: Item[]): string[] => items.map(({ id }) => id);
  const inFolder = [...mailbox.items.values()].filter((item) => item.folderId === folderId);
  expect(countsOf(mailbox, folderId)).toEqual({
    total: inFolder.length,
    unread: inFolder.filter(({ isRead }) => !isRead).length,
  });
  for (const key of keys) {
    const ascending = walked(mailbox, folderId, key);
    expect(ids(orderedItems(mailbox, [folderId], key).slice(0, Infinity))).toEqual(ascending);
    const descending = orderedItems(mailbox, [folderId], key, true);
    expect(ids(descending.slice(1, 3))).toEqual(ascending.toReversed().slice(1, 3));
    expect(ids([...descending.each()])).toEqual(ascending.toReversed());
  }
  const everywhere = [...mailbox.folders.keys()];
  const merged = orderedItems(mailbox, everywhere, "sent", true);
  expect(merged.length).toBe(mailbox.items.size);
  expect(ids(merged.slice(1, 4))).toEqual(
    [...mailbox.items.values()]
      .toSorted((one, other) => other.sent - one.sent || other.arrived - one.arrived)
      .slice(1, 4)
      .map(({ id }) => id),
  );
  expect(ids(itemsOf(mailbox, folderId))).toEqual(walked(mailbox, folderId, "arrived"));
  const middle = inFolder[0]?.change ?? 0;
  expect(ids(itemsAfter(mailbox, folderId, "change", middle))).toEqual(
    walked(mailbox, folderId, "change").filter((id) => (mailbox.items.get(id)?.change ?? 0) > middle),
  );
  expect(ids(itemsWithMessageId(mailbox, `<m${time}@X>`)).toSorted()).toEqual(
    [...mailbox.items.values()]
      .filter(({ internetMessageId }) => internetMessageId.toLowerCase() === `<m${time}@x>`)
      .map(({ id }) => id)
      .toSorted(),
  );
}
