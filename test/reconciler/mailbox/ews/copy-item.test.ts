import { expect, test } from "vitest";
import { copyItem } from "../../../../reconciler/mailbox/ews/copy-item.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(copyItem, {
  "a copy": { item: { id: "AAMk&1", version: "CQAA" } },
  "a copy in another folder": { item: { id: "AAMk&1", version: "CQAA" }, folder: "AAMk&2" },
});

test("it gives the copy, and fails where Exchange does not name it", () => {
  expect(
    parse(copyItem, `${ok}<m:Items><t:Message><t:ItemId Id="B" ChangeKey="D"/></t:Message></m:Items>`),
  ).toEqual({ id: "B", version: "D" });
  expect(() => parse(copyItem, `${ok}<m:Items/>`)).toThrow(/without id/);
  expect(() => parse(copyItem, failed("ErrorItemNotFound"))).toThrow(
    expect.objectContaining({ code: "ITEM_NOT_FOUND" }),
  );
});

test("a second try would make a second copy", () => {
  expect(copyItem.repeatable).toBe(false);
});
