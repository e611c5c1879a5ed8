import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Figures } from "./drill.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("a short drill loses, doubles and damages nothing", { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "short-drill-"));
  const violations = path.join(folder, "violations");
  const args = "--messages 100 --kills 2 --seed 1 --minutes 3 --json".split(" ");
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${new URL("../held-process.ts", import.meta.url).href}`,
      SCHEMA_VIOLATIONS: violations,
    },
    // Of a drill that fails, everything that it says is told.
  }).catch((error: Error & { stdout: string }) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  const figures = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Figures;
  expect(figures).toMatchObject({ messages: 100, kills: 2, lost: 0, doubled: 0, damaged: 0 });
  expect(figures.updated + figures.skipped, stdout).toBe(100);
  expect(figures.faults).toBeGreaterThan(10);
  expect(existsSync(violations) && (await readFile(violations, "utf8"))).toBe(false);
  await rm(folder, { recursive: true });
});
