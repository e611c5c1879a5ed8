import { expect, test } from "vitest";
import { correctionSteps, creation, creationSteps, withInstructions } from "../../providers/by-hand.ts";
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

const whole = objectKind({
  noun: "Thing",
  sides: ["online"],
  defaults: { Enabled: true },
  fixed: ["Type"],
  afterwards: ["Hidden"],
  insist: { Really: true },
  secret: "Password",
  toggle: { parameter: "Enabled", on: "Enable-Thing", off: "Disable-Thing" },
  wishes: {
    names: ["Members"],
    fulfil: async () => ({}),
    byHand: ({ Name, Members }) => ["Update-Member", { Identity: Name ?? null, Members: Members ?? null }],
  },
});
const thing = { Name: "x", Type: "A", Hidden: true, Members: ["a"] };
const made = [
  "New-Thing -Name 'x' -Type 'A' -Enabled:$false -Password (Read-Host -AsSecureString)",
  "Set-Thing -Identity 'x' -Hidden:$true -Really:$true",
  "Update-Member -Identity 'x' -Members @('a')",
  "Enable-Thing -Identity 'x'",
];

test("what makes an object by hand ends with switching it on, after everything that New- does not take", () => {
  expect(creationSteps(whole, thing)).toEqual(made);
});

test("what corrects one by hand sets what changed; what cannot be changed takes a new one", () => {
  expect(correctionSteps(whole, { ...thing, Enabled: false }, ["Hidden", "Enabled"])).toEqual([
    "Set-Thing -Identity 'x' -Hidden:$true -Really:$true",
    "Disable-Thing -Identity 'x'",
  ]);
  expect(correctionSteps(whole, thing, ["Members"])).toEqual(["Update-Member -Identity 'x' -Members @('a')"]);
  expect(correctionSteps(whole, thing, ["Type"])).toEqual([
    "Remove-Thing -Identity 'x' -Really:$true -Confirm:$false",
    ...made,
  ]);
  expect(correctionSteps(whole, thing, [])).toEqual([]);
});
