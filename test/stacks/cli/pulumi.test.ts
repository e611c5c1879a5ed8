import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cli from "pulumi/package.json" with { type: "json" };
import { afterEach, beforeEach, expect, test } from "vitest";
import { siu } from "./siu.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "siu-pulumi-"));
  const bin = join(folder, "versions", cli.version, "bin");
  await mkdir(bin, { recursive: true });
  const record = `#!/bin/sh\necho "$(basename "$PULUMI_BACKEND_URL")|$*" >> '${folder}/calls'\n[ "$1" = up ] && exit 7\nexit 0\n`;
  await writeFile(join(bin, "pulumi"), record);
  await chmod(join(bin, "pulumi"), 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs `siu` with a program that stands in for the CLI and records how it was called. */
async function onRecorder(args: string[]): Promise<{ code: number; err: string; calls: string[] }> {
  const { code, err } = await siu(args, {
    PULUMI_HOME: folder,
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  });
  const text = await readFile(join(folder, "calls"), "utf8").catch(() => "");
  return { code, err, calls: text.split("\n").filter(Boolean) };
}

test("a verb runs on the named stack, which is made first, and keeps Pulumi's options and exit code", async () => {
  expect(await onRecorder(["up", "demo", "--yes", "--refresh"])).toMatchObject({
    code: 7,
    calls: ["state|stack select demo --create --non-interactive", "state|up --yes --refresh --stack demo"],
  });
});

test("any other command of Pulumi runs on the stack too", async () => {
  const { calls } = await onRecorder(["pulumi", "demo", "stack", "export"]);
  expect(calls.at(-1)).toBe("state|stack export --stack demo");
});

test("a stack without a file is refused before Pulumi is called", async () => {
  expect(await onRecorder(["up", "nowhere"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("There is no stacks/nowhere.yaml. Copy stacks/example.yaml"),
    calls: [],
  });
});

test("a lock that a killed run left is explained, with the command that removes it", async () => {
  const locks = join(folder, "state/.pulumi/locks/organization/sent-items-update/demo");
  await mkdir(locks, { recursive: true });
  await writeFile(join(locks, "1f0e.json"), "{}");
  expect((await onRecorder(["up", "demo"])).err).toContain("npx siu pulumi demo cancel --yes");
});
