import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDurable } from "../../../reconciler/queue/durable.ts";

vi.mock("node:fs", { spy: true });

test("what is committed has been written out to the disk", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "durable-"));
  const pglite = await openDurable(folder);
  onTestFinished(async () => {
    await pglite.close();
    await rm(folder, { recursive: true });
  });
  await pglite.exec("CREATE TABLE one (a int)");
  expect(vi.mocked(fs.fsyncSync).mock.calls.length).toBeGreaterThan(100);
  vi.mocked(fs.fsyncSync).mockClear();
  await pglite.exec("INSERT INTO one VALUES (1)");
  expect(fs.fsyncSync).toHaveBeenCalled();
});
