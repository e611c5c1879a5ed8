import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { siu } from "./siu.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "siu-pulumi-"));
  await mkdir(join(folder, "bin"));
  const record = `#!/bin/sh\necho "$PULUMI_BACKEND_URL|$*" >> '${folder}/calls'\n[ "$1" = up ] && exit 7\nexit 0\n`;
  await writeFile(join(folder, "bin/pulumi"), record);
  await chmod(join(folder, "bin/pulumi"), 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs `siu` with a program that stands in for the CLI and records how it was called. */
async function onRecorder(args: string[]): Promise<{ code: number; err: string; calls: string[] }> {
  const { code, err } = await siu(args, {
    PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
    PULUMI_BACKEND_URL: "file:///somewhere",
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  });
  const text = await readFile(join(folder, "calls"), "utf8").catch(() => "");
  return { code, err, calls: text.split("\n").filter(Boolean) };
}

test("a verb runs on the named stack, which is made first, and keeps Pulumi's options and exit code", async () => {
  expect(await onRecorder(["up", "demo", "--yes", "--refresh"])).toMatchObject({
    code: 7,
    calls: [
      "file:///somewhere|stack select demo --create --non-interactive",
      "file:///somewhere|up --yes --refresh --stack demo",
    ],
  });
});

test("any other command of Pulumi runs on the stack too", async () => {
  const { calls } = await onRecorder(["pulumi", "demo", "stack", "export"]);
  expect(calls.at(-1)).toBe("file:///somewhere|stack export --stack demo");
});

test("a stack without a file is refused before Pulumi is called", async () => {
  expect(await onRecorder(["up", "nowhere"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("There is no stacks/nowhere.yaml. Copy stacks/example.yaml"),
    calls: [],
  });
});
