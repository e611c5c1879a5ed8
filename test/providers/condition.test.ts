import { expect, test } from "vitest";
import { meet } from "../../providers/condition.ts";
import type { ConditionKind, World } from "../../providers/kind.ts";

/** A world in which only time passes, and what was done in it. */
function quiet(): { world: World; waits: number[]; said: string[] } {
  const waits: number[] = [];
  const said: string[] = [];
  const nothing = (): never => {
    throw new Error("not asked for");
  };
  const world: World = {
    on: nothing,
    daemon: nothing,
    accountPassword: nothing,
    impersonate: nothing,
    consents: nothing,
    now: nothing,
    wait: async (milliseconds) => void waits.push(milliseconds),
    drainMinutes: 0,
    say: (text) => void said.push(text),
  };
  return { world, waits, said };
}

/** A condition that shows these values one after the other, and is met by `yes`. */
function showing(values: string[], more: Partial<ConditionKind> = {}): ConditionKind {
  const left = [...values];
  return {
    is: "condition",
    sides: ["online"],
    observe: async () => ({ Value: (left.length > 1 ? left.shift() : left[0]) ?? null }),
    unmet: (_, { Value }) => (Value === "yes" ? [] : [`it is ${String(Value)}`]),
    ...more,
  };
}

const settles = {
  minutes: 1,
  why: "It takes a while.",
  when: (_: object, { Value }: { Value?: unknown }) => Value === "soon",
};

test("what is met is observed, without a wait", async () => {
  const { world, waits, said } = quiet();
  expect(await meet(showing(["yes"], { settles }), world, "online", {})).toEqual({ Value: "yes" });
  expect([waits, said]).toEqual([[], []]);
});

test("what is not met stops the run with every point", async () => {
  const two = showing(["no"], { unmet: () => ["first", "second"] });
  await expect(meet(two, quiet().world, "online", {})).rejects.toMatchObject({
    code: "UNMET",
    message: "- first\n- second",
  });
});

test("what comes by itself is waited for in growing pauses, and said", async () => {
  const { world, waits, said } = quiet();
  await meet(showing(["soon", "soon", "soon", "yes"], { settles }), world, "online", {});
  expect(waits).toEqual([2_000, 4_000, 8_000]);
  expect(said).toEqual(["It takes a while. Waiting for it, 1 minutes at most."]);
});

test("patience ends, and what will not come by itself is not waited for", async () => {
  const patient = quiet();
  await expect(meet(showing(["soon"], { settles }), patient.world, "online", {})).rejects.toThrow(
    "it is soon",
  );
  expect(patient.waits.reduce((sum, each) => sum + each, 0)).toBe(60_000);
  const { world, waits } = quiet();
  await expect(meet(showing(["soon", "no"], { settles }), world, "online", {})).rejects.toThrow("it is no");
  expect(waits).toHaveLength(1);
});

test("what was brought about is looked at again", async () => {
  let brought = 0;
  const bring = async (): Promise<void> => void (brought += 1);
  const kind = showing(["no", "yes"], { bring, unmet: () => [] });
  expect(await meet(kind, quiet().world, "online", {})).toEqual({ Value: "yes" });
  expect(brought).toBe(1);
});
