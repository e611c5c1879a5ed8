import { expect, test } from "vitest";
import { getFolder } from "../../../../reconciler/mailbox/ews/get-folder.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(getFolder, { "Sent Items": undefined });

test("a folder that opens is silent; one that does not is an error", () => {
  expect(parse(getFolder, ok)).toBeUndefined();
  expect(() => parse(getFolder, failed("ErrorFolderNotFound"))).toThrow(/sign in once/);
  expect(() => parse(getFolder)).toThrow(/without a response message/);
});
