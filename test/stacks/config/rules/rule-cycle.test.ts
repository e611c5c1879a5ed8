import fc from "fast-check";
import { expect, test } from "vitest";
import { ruleCycle } from "../../../../stacks/config/rules/rule-cycle.ts";

const name = fc.integer({ min: 0, max: 7 }).map(String);
const order = fc.uniqueArray(name, { minLength: 1 });

test("wishes that one order fulfils are no circle", () => {
  fc.assert(
    fc.property(order, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean())), (names, wishes) => {
      const rules = names.map((each) => ({
        name: each,
        before: [] as string[],
        after: ["not in this list"],
      }));
      for (const [a, b, isBefore] of wishes) {
        const [first, second] = [a % rules.length, b % rules.length].toSorted((x, y) => x - y);
        const [earlier, later] = [rules[first ?? 0], rules[second ?? 0]];
        if (earlier === undefined || later === undefined || earlier === later) continue;
        if (isBefore) earlier.before.push(later.name);
        else later.after.push(earlier.name);
      }
      expect(ruleCycle(rules.toReversed())).toBeUndefined();
    }),
  );
});

test("a circle of any length is found, and each of its steps was asked for", () => {
  fc.assert(
    fc.property(order, (names) => {
      const next = (index: number): string => names[(index + 1) % names.length] ?? "";
      const cycle = ruleCycle(names.map((each, index) => ({ name: each, before: [next(index)], after: [] })));
      expect(cycle).toHaveLength(names.length + 1);
      for (const [index, each] of (cycle ?? []).slice(0, -1).entries())
        expect(cycle?.[index + 1]).toBe(next(names.indexOf(each)));
    }),
  );
});

test("letter case makes no difference", () => {
  expect(
    ruleCycle([
      { name: "A", before: ["b"], after: ["B"] },
      { name: "B", before: [], after: [] },
    ]),
  ).toEqual(["A", "B", "A"]);
});
