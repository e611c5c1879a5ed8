import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as entry from "../../providers/entry.ts";

const source = readFileSync(new URL("../../providers/resource.ts", import.meta.url), "utf8");
const calls = [...source.matchAll(/^  (\w+): async \([^)]*\) =>\s*\(await import\(`([^`]+)`\)\)\.(\w+)\(/gm)];

test("the code that state keeps is nothing but one path that never changes", () => {
  expect(calls.map(([, method]) => method)).toEqual([
    "configure",
    "check",
    "diff",
    "create",
    "read",
    "update",
    "delete",
  ]);
  expect(new Set(calls.map(([, , path]) => path))).toEqual(
    new Set(["file://${process.cwd()}/../providers/entry.ts"]),
  );
});

test("every function that state calls is there", () => {
  for (const [, , , name] of calls)
    expect([name, typeof Reflect.get(entry, name ?? "")]).toEqual([name, "function"]);
});
