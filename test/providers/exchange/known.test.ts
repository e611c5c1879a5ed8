import fc from "fast-check";
import { expect, test } from "vitest";
import { idOf, withoutRow, withRow } from "../../../providers/exchange/known.ts";
import type { Row } from "../../../providers/exchange/port.ts";

const rules = (...ids: string[]): Row[] => ids.map((Guid, Priority) => ({ Guid, Priority }));
const order = (rows: readonly Row[] = []): string =>
  rows
    .toSorted((a, b) => Number(a["Priority"]) - Number(b["Priority"]))
    .map(idOf)
    .join("");

test("an object is named by its GUID, else by what it is called", () => {
  expect([{ Guid: "g", Name: "n" }, { Identity: "i", Name: "n" }, { Name: "n" }].map(idOf)).toEqual([
    "g",
    "i",
    "n",
  ]);
});

test("an object comes beside the others, or in place of its former self", () => {
  const rows = [{ Guid: "a", Name: "old" }, { Guid: "b" }];
  expect(withRow(rows, { Guid: "a", Name: "new" })).toEqual([{ Guid: "a", Name: "new" }, { Guid: "b" }]);
  expect(withRow(rows, { Guid: "c" })).toHaveLength(3);
  expect(withoutRow(rows, "a")).toEqual([{ Guid: "b" }]);
});

test("others make room for a rule that comes, moves or goes, as Exchange moves them", () => {
  const rows = rules("a", "b", "c");
  expect(order(withRow(rows, { Guid: "n", Priority: 1 }, "Priority"))).toBe("anbc");
  expect(order(withRow(rows, { Guid: "c", Priority: 0 }, "Priority"))).toBe("cab");
  expect(order(withRow(rows, { Guid: "a", Priority: 2 }, "Priority"))).toBe("bca");
  expect(order(withoutRow(rows, "b", "Priority"))).toBe("ac");
});

test("a place that does not fit shows that somebody else is at work", () => {
  expect(withRow(rules("a", "b"), { Guid: "b", Priority: 2 }, "Priority")).toBeUndefined();
  expect(withRow(rules("a", "b"), { Guid: "n", Priority: 3 }, "Priority")).toBeUndefined();
});

test("places are numbers from 0 without a gap, whatever happens", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(12), fc.boolean())), (steps) => {
      let rows: readonly Row[] = [];
      for (const [id, Priority, goes] of steps)
        rows = goes
          ? withoutRow(rows, String(id), "Priority")
          : (withRow(rows, { Guid: String(id), Priority }, "Priority") ?? rows);
      const places = rows.map((row) => Number(row["Priority"])).toSorted((a, b) => a - b);
      expect(places).toEqual(rows.map((_row, index) => index));
    }),
  );
});
