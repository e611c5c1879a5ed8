import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { listsMissing, protocols, requirementsOf, type Protocol } from "./lists.ts";
import { explains, reasons, render, rows, table, type Row } from "./requirements.ts";
import { coverage, titlesIn } from "./titles.ts";

describe.skipIf(listsMissing)("requirements marked for testing (skipped where ../shared is missing)", () => {
  const all = listsMissing ? new Map<Protocol, Row[]>() : rows();
  const flat = [...all.values()].flat();

  test("each has a test, or a reason why not", () => {
    const open = flat.filter(({ tests, reason }) => tests.length === 0 && !reason);
    expect(open.map(({ requirement }) => requirement.id)).toEqual([]);
  });

  test("every id in a title exists and is marked for testing", () => {
    const known = new Set(flat.map(({ requirement }) => requirement.id));
    const listed = new RegExp(`^(?:${protocols.join("|")}|MS-OXWSCDATA)_`);
    const wrong = [...coverage()].filter(([id]) => listed.test(id) && !known.has(id));
    expect(wrong.map(([id, tests]) => `${id} in ${tests[0]?.file}: ${tests[0]?.title}`)).toEqual([]);
  });

  test.each(protocols)("no reason for %s outlives the lack of a test", (protocol) => {
    const untested = (all.get(protocol) ?? []).filter(({ tests }) => tests.length === 0);
    const used = new Set(untested.map(({ reason }) => JSON.stringify(reason)));
    const stale = reasons()[protocol].flatMap((reason) => [
      ...(used.has(JSON.stringify(reason)) ? [] : [reason.why]),
      ...(reason.ids ?? []).filter(
        (id) => !untested.some(({ requirement }) => explains({ why: reason.why, ids: [id] }, requirement)),
      ),
    ]);
    expect(stale).toEqual([]);
  });

  test("the table is up to date: `npm run requirements` writes it", () => {
    expect(readFileSync(table, "utf8")).toBe(render(all));
  });

  test("the lists are read whole", () => {
    const counts = protocols.map((protocol) => requirementsOf(protocol).length);
    expect(counts).toEqual([661, 172, 162, 358, 177, 67]);
  });
});

describe("ids are read from titles", () => {
  test("of tests and their tables, and of nothing else", () => {
    const source = `
      // MS-OXWSFOLD_R1
      const cases = [["a", "MS-OXWSFOLD_R5"]];
      describe("of MS-OXWSFOLD_R2", () => {
        test("says so (MS-OXWSFOLD_R3, MS-OXWSATT_R4)", () => expect("MS-OXWSFOLD_R6").toBe(1));
        test.each(cases)("does %s (%s)", () => {});
        test.each([["b", "MS-OXWSFOLD_R7"]])("does %s (%s, MS-OXWSFOLD_R8)", () => {});
        test.skip("later (MS-OXWSFOLD_R9)", () => {});
        test("has none", () => {});
      });`;
    expect(titlesIn(source)).toEqual([
      { title: "says so", ids: ["MS-OXWSFOLD_R3", "MS-OXWSATT_R4"] },
      { title: "does %s", ids: ["MS-OXWSFOLD_R5"] },
      { title: "does %s", ids: ["MS-OXWSFOLD_R8", "MS-OXWSFOLD_R7"] },
    ]);
  });
});
