import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("exchange.ts", import.meta.url));
const few = "--people 3 --items 20 --real 1 --large 40 --calls 4 --milliseconds 50 --repetitions 1".split(
  " ",
);

// The figures are read from /proc.
test.skipIf(process.platform !== "linux")(
  "the benchmark measures all that it names (skipped where there is no /proc)",
  async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...few, "--json"]);
    expect(stderr).toBe("");
    const some = expect.toSatisfy((value: number) => value > 0);
    const latency = expect.objectContaining({ p50: some, p99: some });
    const spread = { low: some, median: some, high: some };
    expect(JSON.parse(stdout)).toMatchObject({
      mailboxes: 3,
      items: 60,
      realItems: 19,
      loadSeconds: some,
      rssMB: { start: some, allTouched: some },
      findItem: latency,
      findItem50: latency,
      findItemLarge: { p50: some, p99: some, items: 14 },
      graphList: latency,
      updateItemPerSecond: spread,
      graphPatchPerSecond: spread,
      updateItemCpuMs: { client: some },
      bound: expect.stringMatching(/processor/),
    });
  },
);
