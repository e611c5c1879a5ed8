import { expect, test } from "vitest";
import { getFolder } from "../../../../reconciler/mailbox/ews/get-folder.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(getFolder, { "Sent Items": undefined });

test("a folder that opens tells its id; one that does not is an error", () => {
  const folder = `<m:Folders><t:Folder><t:FolderId Id="A" ChangeKey="C"/></t:Folder></m:Folders>`;
  expect(parse(getFolder, `${ok}${folder}`)).toBe("A");
  expect(() => parse(getFolder, ok)).toThrow(/no folder/);
  expect(() => parse(getFolder, failed("ErrorFolderNotFound"))).toThrow(/sign in once/);
  expect(() => parse(getFolder)).toThrow(/without a response message/);
});
