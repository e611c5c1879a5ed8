import { mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openTable, writeTable, type TableFile } from "./table-file.ts";

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "table-file-test-"));
  try {
    await work(join(folder, "table.log"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Entries that are set, or removed where there is no value. */
const step = fc.array(
  fc.tuple(fc.nat(5), fc.option(fc.record({ text: fc.string(), bytes: fc.uint8Array() }))),
  { maxLength: 4 },
);

function change(table: TableFile, entries: Map<number, object>, changes: [number, object | null][]): void {
  for (const [number, value] of changes) {
    if (value === null) entries.delete(number);
    else entries.set(number, value);
    table.pending.add(number);
  }
  writeTable(table, entries);
}

/** Entries as they are, whatever sort of byte array they hold. */
function plain(entries: Iterable<[number, object]>): unknown {
  return [...entries]
    .map(([number, entry]) => [
      number,
      Object.entries(entry).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
    ])
    .toSorted();
}

test("a file that ends anywhere holds the table as it was after some write, and that is the last one written whole", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, cut) =>
        inFolder(async (path) => {
          const { table, entries } = openTable(path);
          const states = [{ size: 0, entries: [...entries] }];
          for (const changes of steps) {
            change(table, entries, changes);
            const { size } = await stat(path);
            // A table that becomes empty begins anew.
            if (size === 0) states.length = 0;
            states.push({ size, entries: [...entries] });
          }
          const size = Math.round((states.at(-1)?.size ?? 0) * cut);
          await truncate(path, size);
          const expected = states.findLast((state) => state.size <= size);
          const again = openTable(path).entries;
          expect(plain(again)).toEqual(plain(expected?.entries ?? []));
        }),
    ),
  ));

test("a table that is empty takes no room, and one that is not does not grow with what went", () =>
  inFolder(async (path) => {
    const { table, entries } = openTable(path);
    const value = (): object => ({ bytes: Buffer.alloc(1_000_000) });
    for (let number = 0; number < 40; number++)
      change(table, entries, [
        [number, value()],
        [number - 1, null],
      ]);
    expect((await stat(path)).size).toBeLessThan(10_000_000);
    expect([...openTable(path).entries.keys()]).toEqual([39]);
    change(table, entries, [[39, null]]);
    expect((await stat(path)).size).toBe(0);
  }));

test("what two entries have in common is written once, and again when the table was empty in between", () =>
  inFolder(async (path) => {
    const { table, entries } = openTable(path);
    const mime = Buffer.alloc(1_000_000, 7);
    change(table, entries, [[1, { mime, attempt: 0 }]]);
    change(table, entries, [
      [1, null],
      [2, { mime, attempt: 1 }],
    ]);
    expect((await stat(path)).size).toBeLessThan(1_100_000);
    expect(openTable(path).entries.get(2)).toEqual({ mime, attempt: 1 });
    change(table, entries, [[2, null]]);
    change(table, entries, [[3, { mime, attempt: 0 }]]);
    expect(openTable(path).entries).toEqual(new Map([[3, { mime, attempt: 0 }]]));
  }));
