import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const cli = fileURLToPath(new URL("../../../stacks/cli", import.meta.url));

test("in a checkout that is not set up, siu says what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "siu-bare-"));
  try {
    await cp(cli, join(folder, "stacks/cli"), { recursive: true });
    const run = promisify(execFile)(process.execPath, [join(folder, "stacks/cli/siu.mjs"), "check", "demo"]);
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Run: npm run setup"),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
