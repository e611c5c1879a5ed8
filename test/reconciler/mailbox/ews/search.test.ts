import { expect, test } from "vitest";
import { search } from "../../../../reconciler/mailbox/ews/search.ts";
import type { Call, Operation } from "../../../../reconciler/mailbox/ews/operation.ts";
import type { FolderPage } from "../../../../reconciler/mailbox/ews/find-folder.ts";
import type { SearchFoldersInput } from "../../../../reconciler/mailbox/ews/search-folders.ts";

/** A mailbox of so many folders that hold mail, Sent Items and a calendar among them, listed 100 at a time. */
function mailbox(count: number) {
  const folders: FolderPage["folders"] = [
    { id: "top", parentId: undefined, name: "msgfolderroot", holdsMail: false },
    { id: "sent", parentId: "top", name: "sentitems", holdsMail: true },
    { id: "calendar", parentId: "top", name: "calendar", holdsMail: false },
    { id: "drafts", parentId: "top", name: "drafts", holdsMail: true },
    ...Array.from({ length: count }, (_, index) => ({
      id: `f${index}`,
      parentId: "top",
      name: undefined,
      holdsMail: true,
    })),
  ];
  const asked: SearchFoldersInput[] = [];
  const call = (async (operation: Operation<never, unknown>, input: number | SearchFoldersInput) => {
    if (typeof input === "number") {
      const next = input + 100 < folders.length ? input + 100 : undefined;
      return { folders: folders.slice(input, input + 100), next } satisfies FolderPage;
    }
    expect(operation.name).toBe("FindItem");
    asked.push(input);
    const places = [...input.folders, ...(input.distinguished === undefined ? [] : [input.distinguished])];
    return places.map((id) => (/^f150$|^recover/.test(id) ? [{ id: `item in ${id}` }] : []));
  }) as unknown as Call;
  return { call, asked };
}

test("all folders with mail but Sent Items and drafts are gone through, a hundred at a time, and what can be recovered once", async () => {
  const { call, asked } = mailbox(250);
  const found = await search(call, "anna@contoso.com", "<m@x>");
  expect(asked.map(({ folders }) => folders.length)).toEqual([100, 100, 50]);
  expect(asked.flatMap(({ folders }) => folders)).toEqual(
    Array.from({ length: 250 }, (_, index) => `f${index}`),
  );
  expect(asked.map(({ distinguished }) => distinguished !== undefined)).toEqual([false, false, true]);
  expect(found.map(({ id, folder, place }) => [id, folder, place])).toEqual([
    ["item in f150", "f150", "own"],
    ["item in recoverableitemsdeletions", "recoverableitemsdeletions", "deleted"],
  ]);
});

test("a mailbox without folders of its own is asked for what can be recovered", async () => {
  const { call, asked } = mailbox(0);
  expect(await search(call, "anna@contoso.com", "<m@x>")).toHaveLength(1);
  expect(asked).toHaveLength(1);
});
