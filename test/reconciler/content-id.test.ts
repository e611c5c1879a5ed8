import { expect, test } from "vitest";
import { bareContentId } from "../../reconciler/content-id.ts";

test.for([
  ["<Logo@relay>", "Logo@relay"],
  ["Logo@relay", "Logo@relay"],
  ["a<b>c", "a<b>c"],
  ["<>", undefined],
  ["", undefined],
  [null, undefined],
  [undefined, undefined],
] as const)("%s is %s", ([given, bare]) => {
  expect(bareContentId(given)).toBe(bare);
});
