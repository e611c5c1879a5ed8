import { expect, test } from "vitest";
import { Fault } from "../../../../reconciler/fault.ts";
import { deleteAttachment } from "../../../../reconciler/mailbox/ews/delete-attachment.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(deleteAttachment, { "two attachments": ["AAMkAtt&1", "AAMkAtt2"] });

test("attachments that are gone are passed over, and other failures told", () => {
  const root = (key: string): string => `${ok}<m:RootItemId RootItemId="A" RootItemChangeKey="${key}"/>`;
  expect(() => parse(deleteAttachment, root("D"), failed("ErrorItemNotFound"))).not.toThrow();
  expect(() => parse(deleteAttachment, failed("ErrorAccessDenied"))).toThrow(Fault);
});
