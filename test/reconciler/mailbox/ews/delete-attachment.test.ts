import { expect, test } from "vitest";
import { Fault } from "../../../../reconciler/fault.ts";
import { deleteAttachment } from "../../../../reconciler/mailbox/ews/delete-attachment.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(deleteAttachment, { "two attachments": ["AAMkAtt&1", "AAMkAtt2"] });

test("it gives the item's last version and passes over attachments that are gone", () => {
  const root = (key: string): string => `${ok}<m:RootItemId RootItemId="A" RootItemChangeKey="${key}"/>`;
  expect(parse(deleteAttachment, root("D"), root("E"), failed("ErrorItemNotFound"))).toBe("E");
  expect(parse(deleteAttachment, failed("ErrorItemNotFound"))).toBeUndefined();
  expect(() => parse(deleteAttachment, failed("ErrorAccessDenied"))).toThrow(Fault);
});
