import { createServer, type AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { siu } from "./siu.ts";

test("hands its options to the daemon: a port that is taken is named, and the run ends with 1", async () => {
  const folder = await mkdtemp(join(tmpdir(), "siu-run-"));
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as AddressInfo;
  try {
    expect(await siu(["run", "--data", folder, "--http-port", String(port)])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`Port ${port} of the daemon's HTTP interface is taken`),
    });
  } finally {
    await new Promise((resolve) => holder.close(resolve));
    await rm(folder, { recursive: true, force: true });
  }
});
