import { expect, test } from "vitest";
import { findFolder } from "../../../../reconciler/mailbox/ews/find-folder.ts";
import { heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(findFolder, { "the first page": 0, "a later one": 1000 });

const folder = (inner: string): string =>
  `<t:Folder><t:FolderId Id="A" ChangeKey="C"/><t:ParentFolderId Id="P"/>${inner}</t:Folder>`;

test("folders are told with their parents, well-known names, and whether they hold mail", () => {
  const folders = [
    folder(
      "<t:FolderClass>IPF.Note</t:FolderClass><t:DistinguishedFolderId>drafts</t:DistinguishedFolderId>",
    ),
    folder("<t:FolderClass>IPF.Appointment</t:FolderClass>"),
  ].join("");
  const root = `<m:RootFolder IncludesLastItemInRange="true" TotalItemsInView="2"><t:Folders>${folders}</t:Folders></m:RootFolder>`;
  expect(parse(findFolder, `${ok}${root}`)).toEqual({
    folders: [
      { id: "A", parentId: "P", name: "drafts", holdsMail: true },
      { id: "A", parentId: "P", name: undefined, holdsMail: false },
    ],
    next: undefined,
  });
});

test("a page that is not the last one says where the next begins", () => {
  const root = `<m:RootFolder IncludesLastItemInRange="false" IndexedPagingOffset="1000"><t:Folders/></m:RootFolder>`;
  expect(parse(findFolder, `${ok}${root}`).next).toBe(1000);
});
