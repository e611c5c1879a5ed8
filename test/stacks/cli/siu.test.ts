import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const exchange = ["exchange", "--json", "--insecure-http", "--people", "1", "--items", "0"];
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

test("what runs under npx ends with npx, although npm's shell dies without a word", async () => {
  const shell = spawn(
    "sh",
    ["-c", '"$@"; exit $?', "sh", process.execPath, join(cli, "siu.mjs"), ...exchange],
    {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, npm_command: "exec" },
    },
  );
  // Every process below holds the pipe: it closes with the last of them.
  const ended = once(shell.stdout, "close");
  const [line] = (await once(createInterface({ input: shell.stdout }), "line")) as [string];
  const { ews } = JSON.parse(line) as { ews: string };
  expect((await fetch(ews)).status).toBe(401);
  shell.kill("SIGTERM");
  await ended;
  await expect(fetch(ews)).rejects.toThrow("fetch failed");
});
