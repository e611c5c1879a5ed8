import { expect, test } from "vitest";
import { markProperty } from "../../../reconciler/mailbox/mark-property.ts";

test("the property stays what it is: items that an earlier version has marked must be recognised", () => {
  expect(markProperty).toEqual({ setId: "7c1f6a52-3e0b-4d8e-9a47-52b1c9d06f3a", name: "SentItemsUpdate" });
});
