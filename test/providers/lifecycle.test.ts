import { describe, expect, test } from "vitest";
import { explain } from "../../providers/explain.ts";
import { check, diff } from "../../providers/lifecycle.ts";
import type { Inputs, State } from "../../providers/state.ts";
import type { World } from "../../providers/kind.ts";

const inputs: Inputs = {
  stack: "demo",
  kind: "ImpersonationGrant",
  side: "onPremises",
  inputs: {
    Name: "Grant",
    Role: "ApplicationImpersonation",
    User: "siu@contoso.com",
    CustomRecipientWriteScope: "Senders",
  },
  adopt: false,
  verify: false,
};
const state: State = {
  ...inputs,
  observed: {
    Name: "grant",
    Role: "applicationimpersonation",
    User: "siu@contoso.com",
    CustomRecipientWriteScope: "senders",
    Enabled: "true",
  },
  marked: true,
};
const nothing = { changes: false, replaces: [], deleteBeforeReplace: false };
const wish = (more: Record<string, string>): Inputs => ({ ...inputs, inputs: { ...inputs.inputs, ...more } });

describe("diff", () => {
  test("nothing to change when Exchange shows what is desired", () => {
    expect(diff(state, inputs)).toEqual(nothing);
  });

  test("letter case of an identity is no change", () => {
    expect(diff(state, wish({ User: "SIU@Contoso.com" }))).toEqual(nothing);
  });

  test("what state lost on its way is nothing, not a difference", () => {
    const { CustomRecipientWriteScope: _, ...observed } = state.observed;
    const { CustomRecipientWriteScope: __, ...rest } = inputs.inputs;
    expect(diff({ ...state, inputs: rest, observed }, { ...inputs, inputs: rest })).toEqual(nothing);
  });

  test("a wish that changed and a state that drifted are updates", () => {
    expect(diff(state, wish({ CustomRecipientWriteScope: "Others" }))).toEqual({ ...nothing, changes: true });
    expect(diff({ ...state, observed: { ...state.observed, Enabled: "false" } }, inputs)).toEqual({
      ...nothing,
      changes: true,
    });
  });

  test("what no Set- changes replaces, and the old object makes room first", () => {
    expect(diff(state, wish({ User: "other@contoso.com" }))).toEqual({
      changes: true,
      replaces: ["inputs"],
      deleteBeforeReplace: true,
    });
  });

  test("a lost mark is drift", () => {
    expect(diff({ ...state, marked: false }, inputs).changes).toBe(true);
  });

  test("adopt and connections are no part of the state that is compared", () => {
    expect(diff(state, { ...inputs, adopt: true })).toEqual(nothing);
  });

  test("from verified to managed is an update", () => {
    expect(diff({ ...state, verify: true }, inputs)).toEqual({ ...nothing, changes: true });
  });

  test("a prerequisite that is no longer met is a change, so that the next run says what to do", () => {
    const domain: Inputs = {
      ...inputs,
      kind: "AcceptedDomain",
      side: "online",
      inputs: { DomainName: "x.example" },
    };
    expect(diff({ ...domain, observed: { Present: "false" }, marked: true }, domain).changes).toBe(true);
    expect(diff({ ...domain, observed: { Present: "true" }, marked: true }, domain)).toEqual(nothing);
  });

  test("a kind that this version does not know says so", () => {
    expect(() => diff(state, { ...inputs, kind: "Gone" as Inputs["kind"] })).toThrow(/kind 'Gone'/);
  });
});

describe("explain", () => {
  test("drift is told in the operator's words, a new wish is not drift", () => {
    expect(explain({ ...state, observed: { ...state.observed, Enabled: "false" } }, inputs)).toBe(
      `ManagementRoleAssignment 'Grant' was changed outside of this stack: Enabled is "false" instead of "true".`,
    );
    expect(explain(state, wish({ CustomRecipientWriteScope: "Others" }))).toBeUndefined();
  });
});

describe("check", () => {
  test("a value that a preview cannot know yet is not looked up", async () => {
    const scope: Inputs = {
      ...inputs,
      kind: "ManagementScope",
      inputs: {
        Name: "Senders",
        Include: "only",
        Users: [],
        Groups: ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
      },
    };
    const world = {
      on: () => {
        throw new Error("Exchange was asked");
      },
    } as unknown as World;
    expect(await check(world, scope)).toEqual(scope);
  });
});
