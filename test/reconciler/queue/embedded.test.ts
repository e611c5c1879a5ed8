import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openQueue } from "../../../reconciler/queue/pg-boss.ts";
import type { Queue } from "../../../reconciler/queue/port.ts";
import { job } from "./job.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let queue: Queue;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "embedded-"));
  queue = await openQueue(folder);
});
afterAll(async () => {
  await queue.close();
  await rm(folder, { recursive: true });
});

test("finished messages leave their space to later ones", async () => {
  const large = randomBytes(2 ** 20);
  const round = async (): Promise<number> => {
    for (let count = 0; count < 8; count++) {
      await queue.add(job(), large);
      const [taken] = await queue.take(1);
      if (taken) await queue.finish(taken, { outcome: "updated", mailboxes: [], items: 1, text: "" });
    }
    await queue.prune({ rows: Date.now() + 1, failed: 0, originals: 0 });
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const data = files.filter((file) => file.isFile() && !file.parentPath.includes("pg_wal"));
    const sizes = data.map(async (file) => (await stat(path.join(file.parentPath, file.name))).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };
  const before = await round();
  expect((await queue.counts()).updated).toBeUndefined();
  expect((await round()) - before).toBeLessThan(4 * 2 ** 20);
});

test("a second opener of the folder is refused and told who holds it", async () => {
  await expect(openQueue(folder)).rejects.toMatchObject({
    code: "DATA_FOLDER_IN_USE",
    message: expect.stringContaining(`process ${process.pid}`),
  });
});
