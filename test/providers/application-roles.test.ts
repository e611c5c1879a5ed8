import { expect, test } from "vitest";
import { advancedFrom, applicationRoles } from "../../providers/application-roles.ts";

const plain = "Application Mail.ReadWrite";
const advanced = "Application Mail-Advanced.ReadWrite.All";
const day = 86_400_000;

test.each([
  ["long before the day", advancedFrom - 31 * day, [plain]],
  [
    "a month before the day, for stacks that nobody deploys on New Year's Eve",
    advancedFrom - 30 * day,
    [plain, advanced],
  ],
  ["on the day", advancedFrom, [plain, advanced]],
  ["years later", advancedFrom + 1_000 * day, [plain, advanced]],
] as const)("sent items are updated %s", (_, at, roles) => {
  expect(applicationRoles(["updateSentItems"], at)).toEqual(roles);
  expect(applicationRoles(["readIntake", "updateSentItems"], at)).toEqual(roles);
});

test("an intake alone is read, and its messages deleted, without the advanced role", () => {
  expect(applicationRoles(["readIntake"], advancedFrom + day)).toEqual([plain]);
});

test("who does nothing needs nothing", () => {
  expect(applicationRoles([], advancedFrom + day)).toEqual([]);
});

test("the day is the one that Microsoft announced", () => {
  expect(new Date(advancedFrom).toISOString()).toBe("2026-12-31T00:00:00.000Z");
});
