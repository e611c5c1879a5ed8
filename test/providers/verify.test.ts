import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as lifecycle from "../../providers/lifecycle.ts";
import type { SideName } from "../../providers/exchange/port.ts";
import type { Inputs, State } from "../../providers/state.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { objectKinds, objectOf, sampleOf, trialsOf } from "./trial.ts";
import { wish } from "./wish.ts";

let embedded: Embedded;
/** Every cmdlet that came to a server, as the server took it. */
const arrived: string[] = [];
beforeAll(async () => {
  embedded = await startEmbedded();
  const { faults } = embedded.emulator.organization;
  const { take } = faults;
  faults.take = (protocol, operation, side, mailbox) => {
    if (protocol === "admin") arrived.push(operation);
    return take(protocol, operation, side, mailbox);
  };
});
afterAll(() => embedded.close());

/** What the servers were asked to write while something is done; that they were asked at all is part of it. */
async function written(work: () => Promise<unknown>): Promise<string[]> {
  arrived.length = 0;
  embedded.renew();
  await work();
  expect(arrived.filter((each) => each.startsWith("Get-"))).not.toEqual([]);
  return arrived.filter((each) => !/^(Get|Test)-/.test(each));
}

const refused = (work: Promise<unknown>) => expect(work).rejects.toMatchObject({ code: "UNMET" });

describe("what is only verified costs no server a single write, in no phase of its life", () => {
  test.each(objectKinds)("%s", async (name) => {
    const kind = objectOf(name);
    const { base, needs = [] } = sampleOf(name);
    const trial = trialsOf(name).find(({ values: [one, other] }) => one !== other);
    const side: SideName = trial?.side ?? "online";
    for (const [cmdlet, parameters] of needs)
      await embedded.exchange(kind.sides[0] ?? "online").invoke(cmdlet, parameters);
    const theirs = { ...wish(name, { ...base, ...trial?.along }), side };
    const looking: Inputs = { ...theirs, verify: true };
    const { world } = embedded;

    // Absent: refused, and not made. Gone for the stack: nothing to do.
    expect(await written(() => refused(lifecycle.create(world, looking)))).toEqual([]);

    const made = await lifecycle.create(world, theirs);
    let state: State = { ...looking, observed: {}, marked: false };
    expect(
      await written(async () => {
        ({ state } = await lifecycle.create(world, looking));
        const seen = await lifecycle.read(world, made.id, state);
        expect(seen && lifecycle.diff(seen, looking).changes).toBe(false);
      }),
    ).toEqual([]);

    // Different: told, and left.
    const { parameter = "", values: [first, second] = ["", ""] } = trial ?? {};
    const [one, another] = [withValue(looking, parameter, first), withValue(looking, parameter, second)];
    const other = lifecycle.diff(state, one).changes ? one : another;
    expect(lifecycle.diff(state, other).changes).toBe(true);
    expect(await written(() => refused(lifecycle.update(world, made.id, state, other)))).toEqual([]);
    expect(await written(() => refused(lifecycle.create(world, other)))).toEqual([]);

    arrived.length = 0;
    await lifecycle.remove(world, made.id, state);
    expect(arrived).toEqual([]);
    embedded.renew();
    expect(await lifecycle.read(world, made.id, made.state)).toMatchObject({ observed: made.state.observed });
    await lifecycle.remove(world, made.id, made.state);
  });

  test.each(["ImpersonationGranted", "ApplicationCheck"] as const)("%s", async (name) => {
    const looking =
      name === "ImpersonationGranted"
        ? wish(name, { User: "siu@contoso.com" })
        : wish(name, {
            App: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
            Roles: ["Application Mail.ReadWrite"],
            Granted: false,
            Scoped: false,
            Include: "all",
            Users: [],
            Groups: [],
            Hybrid: false,
          });
    expect(await written(() => refused(lifecycle.create(embedded.world, looking)))).toEqual([]);
    const state: State = { ...looking, observed: {}, marked: true };
    expect(await written(() => lifecycle.read(embedded.world, "x", state))).toEqual([]);
    expect(await written(() => refused(lifecycle.update(embedded.world, "x", state, looking)))).toEqual([]);
    arrived.length = 0;
    await lifecycle.remove(embedded.world, "x", state);
    expect(arrived).toEqual([]);
  });
});

function withValue(inputs: Inputs, parameter: string, value: Inputs["inputs"][string]): Inputs {
  return { ...inputs, inputs: { ...inputs.inputs, [parameter]: value ?? null } };
}
