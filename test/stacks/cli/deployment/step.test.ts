import { expect, test } from "vitest";
import { stepOf, type Operation } from "../../../../stacks/cli/deployment/step.ts";
import type { Inputs } from "../../../../providers/state.ts";

const news: Inputs = {
  stack: "demo",
  kind: "ManagementScope",
  side: "onPremises",
  inputs: { Name: "Senders", RecipientRestrictionFilter: "Alias -like 'a'" },
  adopt: false,
  verify: false,
};
const type = "pulumi-nodejs:dynamic/exchange:ManagementScope";
const urn = `urn:pulumi:demo::sent-items-update::${type}::sender-scope`;
const made = (op: string, more: Partial<Operation> = {}): Operation => ({
  op,
  urn,
  type,
  new: { inputs: news },
  ...more,
});
const observed = { Name: "senders", RecipientRestrictionFilter: "alias -like b", Exclusive: "false" };
const old = { outputs: { ...news, observed, marked: true } };

test("an operation of the engine is a step with the values that differ", () => {
  expect(stepOf(made("update", { old }))).toEqual({
    resource: "sender-scope",
    title: "ManagementScope 'Senders'",
    act: "update",
    changes: [{ parameter: "RecipientRestrictionFilter", want: "alias -like a", have: "alias -like b" }],
  });
});

test("what comes is told as the file has it", () => {
  expect(stepOf(made("create"))).toMatchObject({
    act: "create",
    changes: expect.arrayContaining([
      { parameter: "RecipientRestrictionFilter", want: "Alias -like 'a'", have: null },
    ]) as object,
  });
});

test("what is made anew is one act, whichever of its operations is told", () => {
  expect(["replace", "create-replacement"].map((op) => stepOf(made(op, { old }))?.act)).toEqual([
    "replace",
    "replace",
  ]);
});

test("what goes needs no wish", () => {
  const { new: _, ...gone } = made("delete", { old });
  expect(stepOf(gone)).toMatchObject({ act: "delete", title: "ManagementScope 'Senders'", changes: [] });
});

test("what somebody else manages and what is a prerequisite are checked, and never removed", () => {
  const verified = { inputs: { ...news, verify: true } };
  const condition = { inputs: { ...news, kind: "AcceptedDomain", inputs: { DomainName: "contoso.com" } } };
  expect(stepOf(made("create", { new: verified }))?.act).toBe("check");
  expect(stepOf(made("create", { new: condition }))).toMatchObject({
    act: "check",
    title: "AcceptedDomain 'contoso.com'",
  });
  expect(
    stepOf(made("delete", { old: { outputs: { ...old.outputs, verify: true } }, new: verified })),
  ).toBeUndefined();
});

test("what changes nothing, what only remembers, and Pulumi's own resources are no steps", () => {
  expect(stepOf(made("same"))).toBeUndefined();
  expect(stepOf(made("refresh"))).toBeUndefined();
  expect(stepOf(made("create", { new: { inputs: { ...news, keepsake: true } } }))).toBeUndefined();
  expect(stepOf(made("create", { type: "pulumi:pulumi:Stack" }))).toBeUndefined();
});
