import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { keyFiguresOf } from "./report.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

// The figures are read from /proc. Growth and deployments take longer than a test may; they share scene and stack with other tests.
test.skipIf(process.platform !== "linux")(
  "the daemon is measured beside its peers (skipped where there is no /proc)",
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "bench-out-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      main,
      "--few",
      "--only",
      "daemon",
      "--out",
      folder,
      "--json",
    ]);
    expect(stderr).toBe("");
    const some = expect.toSatisfy((value: number) => value > 0);
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      p50Ms: some,
      p99Ms: some,
      updatesPerSecond: some,
      throughputVsEwsJavascriptApi: some,
      throughputVsGraphClient: some,
      roundTripsPerUpdate: some,
    });
    expect((await readdir(folder)).toSorted()).toEqual(["bench.json", "latency.svg", "throughput.svg"]);
  },
);

test("what was not measured is null, and no figure is left out", () => {
  const machine = { processors: 2, load: 0, node: "" };
  expect(keyFiguresOf({ machine, daemon: {}, far: {}, growth: [], provisioner: [] })).toEqual({
    p50Ms: null,
    p99Ms: null,
    updatesPerSecond: null,
    throughputVsEwsJavascriptApi: null,
    throughputVsGraphClient: null,
    roundTripsPerUpdate: null,
    roundTripsPerUpdateGraph: null,
    upPerResourceMs: null,
    sessions: null,
    readsPerNoun: null,
  });
});
