import { expect, test } from "vitest";
import { getCarried } from "../../../../reconciler/mailbox/ews/get-carried.ts";
import { heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(getCarried, { "an item": "AAMk&1" });

test("what an item has is told by name, whatever the spelling of a tag; what it has not is undefined", () => {
  const tag = '<t:ExtendedFieldURI PropertyTag="0xe06" PropertyType="SystemTime"/>';
  const told = parse(
    getCarried,
    `${ok}<m:Items><t:Message><t:Subject>Hi</t:Subject><t:ExtendedProperty>${tag}<t:Value>x</t:Value></t:ExtendedProperty></t:Message></m:Items>`,
  );
  expect(told).toMatchObject({ Subject: { text: "Hi" }, "0x0E06": "x" });
  expect(told["0x0039"]).toBeUndefined();
  expect(told["Categories"]).toBeUndefined();
});
