import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as object from "../../providers/converge.ts";
import { delta } from "../../providers/delta.ts";
import { isFault } from "../../providers/exchange/errors.ts";
import type { SideName } from "../../providers/exchange/port.ts";
import { complete, encodeChanges, type Props } from "../../providers/kind.ts";
import type { KindName } from "../../providers/kinds/all.ts";
import { remove } from "../../providers/release.ts";
import type { Target } from "../../providers/target.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { objectKinds, objectOf, sampleOf, trialsOf, type Trial } from "./trial.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

test("every kind that has objects has a sample, and two values of each parameter", () => {
  expect(objectKinds.map((name) => trialsOf(name).length > 0)).toEqual(objectKinds.map(() => true));
});

/** What differs on a new look, by the parameters' names. */
async function differing(target: Target, id: string): Promise<string[]> {
  embedded.world.on(target.side).forget();
  const seen = await object.read(target, embedded.world, id);
  if (!seen) throw new Error(`${target.kind.noun} is gone.`);
  return delta(target.kind, target.props, seen.observed).map(({ parameter }) => parameter);
}

/** What somebody does by hand so that the object is as `props` say, which differ in the named parameters. */
async function byHand(
  { kind, side }: Target,
  Identity: string,
  props: Props,
  names: string[],
): Promise<void> {
  const exchange = embedded.world.on(side);
  const parameters = encodeChanges(kind, complete(kind, props), names);
  if (Object.keys(parameters).length > 0)
    await exchange.run(`Set-${kind.noun}`, { Identity, ...parameters, ...kind.insist });
  const { toggle } = kind;
  if (toggle && names.includes(toggle.parameter))
    await exchange.run(props[toggle.parameter] === true ? toggle.on : toggle.off, { Identity });
}

/** Cmdlets that write, while something is done. */
async function written(work: () => Promise<unknown>): Promise<string[]> {
  embedded.calls.length = 0;
  await work();
  return embedded.calls.filter((each) => !each.includes(" Get-"));
}

describe.each(objectKinds)("%s", (name: KindName) => {
  const kind = objectOf(name);
  const { base, needs = [] } = sampleOf(name);
  const trials = trialsOf(name);
  const ids = new Map<SideName, string>();
  const targetOf = (side: SideName, props: Props): Target => ({
    kind,
    side,
    props,
    mark: "[sent-items-update:test]",
  });
  const sides = [...new Set(trials.map(({ side }) => side))];
  beforeAll(async () => {
    for (const [cmdlet, parameters] of needs)
      await embedded.world.on(kind.sides[0] ?? "online").run(cmdlet, parameters);
    for (const side of sides) {
      const { id } = await object.create(targetOf(side, base), embedded.world, false);
      ids.set(side, id);
    }
  });
  afterAll(async () => {
    for (const side of sides)
      await remove(targetOf(side, base), embedded.world, { id: ids.get(side) ?? "", adopt: false });
  });

  test.each(trials.map((trial): [string, Trial] => [trial.parameter, trial]))(
    "%s: no false alarm, and no change missed",
    async (parameter, { side, values: [first, second], along }) => {
      const id = ids.get(side) ?? "";
      const wish = (value: Props[string]): Target =>
        targetOf(side, { ...base, ...along, [parameter]: value });
      const [one, other, plain] = [wish(first), wish(second), targetOf(side, base)];
      await object.update(one, embedded.world, id, { wished: base });
      expect(await differing(one, id)).toEqual([]);
      expect(await written(() => object.update(one, embedded.world, id, { wished: one.props }))).toEqual([]);

      if (JSON.stringify(first) !== JSON.stringify(second)) {
        await byHand(one, id, other.props, [parameter]);
        expect(await differing(one, id)).toEqual([parameter]);
        await object.update(one, embedded.world, id, { wished: one.props });
        expect(await differing(one, id)).toEqual([]);
      }
      await object.update(other, embedded.world, id, { wished: one.props });
      expect(await differing(other, id)).toEqual([]);

      await object.update(plain, embedded.world, id, { wished: other.props });
      expect(await differing(plain, id)).toEqual([]);
    },
  );

  test("any configuration that Exchange accepts is read back without a difference, after any other one", async () => {
    const side = kind.sides[0] ?? "online";
    const own = trials.filter((trial) => trial.side === side);
    const configuration = fc
      .subarray(own, { maxLength: Math.min(own.length, 12) })
      .chain((chosen) =>
        fc.tuple(...chosen.map(({ values }) => fc.constantFrom(...values))).map((given) =>
          chosen.map(({ parameter, along }, index): Props => ({
            ...along,
            [parameter]: given[index] ?? null,
          })),
        ),
      )
      .map((parts): Props => Object.assign({}, base, ...parts) as Props);
    let wished = base;
    await fc.assert(
      fc.asyncProperty(configuration, async (props) => {
        const target = targetOf(side, props);
        const id = ids.get(side) ?? "";
        try {
          await object.update(target, embedded.world, id, { wished });
        } catch (error) {
          // Not every combination is one of Exchange's.
          if (!isFault(error, "REJECTED")) throw error;
          fc.pre(false);
        }
        wished = { ...wished, ...props };
        expect(await differing(target, id)).toEqual([]);
        expect(await written(() => object.update(target, embedded.world, id, { wished: props }))).toEqual([]);
      }),
      { numRuns: 20 },
    );
    await object.update(targetOf(side, base), embedded.world, ids.get(side) ?? "", { wished });
  });
});
