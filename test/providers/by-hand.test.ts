import { expect, test } from "vitest";
import { creation, withInstructions } from "../../providers/by-hand.ts";
import { Fault } from "../../providers/exchange/errors.ts";
import { objectKind } from "../../providers/kind.ts";

const plain = objectKind({
  noun: "Thing",
  sides: ["online"],
  wishes: { names: ["Wish"], fulfil: async () => ({}) },
});
const told = { ...plain, byHand: "By hand:" };
const props = { Name: "O'Brien", Members: ["a", "b"], Enabled: true, Empty: null, Wish: "x" };

test("the cmdlet that creates an object is a line that PowerShell takes, without wishes and what is empty", () => {
  expect(creation(plain, props)).toBe("New-Thing -Name 'O''Brien' -Members @('a','b') -Enabled:$true");
});

test("only a refusal, and only of a kind that has something to say, is told with it", () => {
  const denied = new Fault("ACCESS_DENIED", "Denied.");
  const busy = new Fault("THROTTLED", "Busy.");
  const other = new Error("broken");
  expect(withInstructions(told, { Name: "x" }, denied)).toMatchObject({
    code: "ACCESS_DENIED",
    message: "Denied. By hand: New-Thing -Name 'x'",
    cause: denied,
  });
  expect(withInstructions(plain, props, denied)).toBe(denied);
  expect(withInstructions(told, props, busy)).toBe(busy);
  expect(withInstructions(told, props, other)).toBe(other);
});
