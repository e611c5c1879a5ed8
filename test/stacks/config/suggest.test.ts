import { expect, test } from "vitest";
import { nearest, oneOf } from "../../../stacks/config/suggest.ts";

test("the nearest candidate is suggested, and none that is far away", () => {
  const keys = ["environment", "organization", "senders", "senderScopes", "upn"];
  expect(nearest("enviroment", keys)).toBe("environment");
  expect(nearest("organisation", keys)).toBe("organization");
  expect(nearest("SENDER-SCOPES", keys)).toBe("senderScopes");
  expect(nearest("sender", keys)).toBe("senders");
  expect(nearest("unp", keys)).toBe("upn");
  expect(nearest("colour", keys)).toBeUndefined();
  expect(nearest("x".repeat(100_000), keys)).toBeUndefined();
  expect(nearest("a", [])).toBeUndefined();
});

test("a choice is told as people say it", () => {
  expect(oneOf([])).toBe("");
  expect(oneOf(["a"])).toBe("a");
  expect(oneOf(["a", "b"])).toBe("a or b");
  expect(oneOf(["a", "b", "c"])).toBe("a, b or c");
});
