import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { progress } from "../../../../stacks/cli/setup/progress.mjs";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Runs a step of 65 seconds and answers what it wrote. */
function written(isTTY: boolean, expected: number): string[] {
  const lines: string[] = [];
  const done = progress("a build", expected, { isTTY, write: (line: string) => lines.push(line) });
  vi.advanceTimersByTime(65_000);
  done("ready");
  vi.advanceTimersByTime(60_000);
  return lines;
}

test("a log gets a line at the start, every 30 seconds and at the end", () => {
  expect(written(false, 300)).toEqual([
    "set-up: a build (once, usually about 5 min) ...\n",
    "set-up: a build (once, usually about 5 min) ... 30 s\n",
    "set-up: a build (once, usually about 5 min) ... 60 s\n",
    "set-up: a build: ready after 65 s\n",
  ]);
});

test("a terminal sees one line that is rewritten every second", () => {
  const lines = written(true, 20);
  expect(lines).toHaveLength(67);
  expect(lines[12]).toBe("\r\u001B[Kset-up: a build (once, usually about 20 s) ... 12 s");
  expect(lines.slice(0, -1).join("")).not.toContain("\n");
  expect(lines.at(-1)).toBe("\r\u001B[Kset-up: a build: ready after 65 s\n");
});
