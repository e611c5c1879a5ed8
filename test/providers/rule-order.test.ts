import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { honoured, inOrder, placement } from "../../providers/rule-order.ts";

const rows = ["Disclaimer", "Ours", "Archive"].map((Name, Priority) => ({ Name, Priority, Guid: Name }));
const ours = { Name: "Ours", Priority: 1, Guid: "Ours" };

describe("the order of rules in the file", () => {
  const rule = (name: string, before: string[] = [], after: string[] = []) => ({ name, before, after });

  test("they stay as listed when nothing else is said", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string()),
        (names) =>
          void expect(inOrder(names.map((name) => rule(name))).map(({ name }) => name)).toEqual(names),
      ),
    );
  });

  test("before and after come first, whatever the letter case", () => {
    const ordered = inOrder([rule("a"), rule("b", [], ["C"]), rule("c"), rule("d", ["A"])]);
    expect(ordered.map(({ name }) => name)).toEqual(["c", "b", "d", "a"]);
  });
});

describe("the place of a rule among all others", () => {
  test("a place that honours every wish is left alone", () => {
    const wishes = { before: ["Archive"], after: ["disclaimer"] };
    expect(honoured(ours, rows, wishes)).toEqual({ Before: ["Archive"], After: ["disclaimer"] });
    expect(placement(ours, rows, wishes)).toEqual({ Priority: 1 });
  });

  test("rules that are inserted above shift every priority, and nothing is wrong", () => {
    const shifted = rows.map((row) => ({ ...row, Priority: row.Priority + 3 }));
    expect(
      honoured({ ...ours, Priority: 4 }, shifted, { before: ["Archive"], after: ["Disclaimer"] }),
    ).toEqual({
      Before: ["Archive"],
      After: ["Disclaimer"],
    });
  });

  test("a wish that is not honoured moves the rule to the nearest place", () => {
    expect(honoured(ours, rows, { before: ["Disclaimer"], after: [] }).Before).toEqual([]);
    expect(placement(ours, rows, { before: ["Disclaimer"], after: [] })).toEqual({ Priority: 0 });
    expect(placement(ours, rows, { before: [], after: ["Archive"] })).toEqual({ Priority: 2 });
  });

  test("a rule that does not exist hinders nobody", () => {
    expect(honoured(ours, rows, { before: ["Gone"], after: [] })).toEqual({ Before: ["Gone"], After: [] });
  });

  test("wishes that exclude each other are refused, with the names", () => {
    expect(() => placement(ours, rows, { before: ["Disclaimer"], after: ["Archive"] })).toThrow(
      /after Archive and before Disclaimer/,
    );
  });
});
