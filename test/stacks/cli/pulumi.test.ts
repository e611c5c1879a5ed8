import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import cli from "pulumi/package.json" with { type: "json" };
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main, siu } from "./siu.ts";

let folder = "";

/** What the connections of stacks/demo.yaml refer to. */
const demoVariables: Record<string, string> = Object.fromEntries(
  [
    "CA",
    "AUTODISCOVER",
    "ONPREMISES_ADMIN",
    "ADMIN_PASSWORD",
    "ONLINE_ADMIN",
    "TOKEN",
    "CLIENT_SECRET",
    "GRAPH",
    "LOGIN",
  ].map((name) => [`SIU_DEMO_${name}`, "of a test"]),
);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "siu-pulumi-"));
  const bin = join(folder, "versions", cli.version, "bin");
  await mkdir(bin, { recursive: true });
  const record = `#!/bin/sh\necho "$(basename "\${PULUMI_BACKEND_URL%?metadata=skip}")|$*" >> '${folder}/calls'\n[ "$1" = up ] && exit 7\nexit 0\n`;
  await writeFile(join(bin, "pulumi"), record);
  await chmod(join(bin, "pulumi"), 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Where the CLI and its state are. */
const ofFolder = (): Record<string, string> => ({
  PULUMI_HOME: folder,
  PULUMI_BACKEND_URL: `file://${folder}/state`,
  PULUMI_CONFIG_PASSPHRASE: "of a test",
});

/** Runs `siu` with a program that stands in for the CLI and records how it was called. */
async function onRecorder(
  args: string[],
  variables = demoVariables,
): Promise<{ code: number; err: string; calls: string[] }> {
  const { code, err } = await siu(args, { ...variables, ...ofFolder() });
  const text = await readFile(join(folder, "calls"), "utf8").catch(() => "");
  return { code, err, calls: text.split("\n").filter(Boolean) };
}

test("a verb runs on the named stack, which is made first, and keeps Pulumi's options and exit code", async () => {
  expect(await onRecorder(["up", "demo", "--yes", "--refresh"])).toMatchObject({
    code: 7,
    calls: ["state|stack select demo --create --non-interactive", "state|up --yes --refresh --stack demo"],
  });
});

test("a run leaves nothing that a kill could cut short, and mends what one did", async () => {
  const stack = join(folder, "state/.pulumi/stacks/sent-items-update/demo.json");
  await mkdir(dirname(stack), { recursive: true });
  for (const [path, text] of [
    [stack, "{}"],
    [`${stack}.attrs`, ""],
    [`${stack}.bak.attrs`, '{"md5":"AA=="}'],
  ] as const)
    await writeFile(path, text);
  await writeFile(
    join(folder, "versions", cli.version, "bin", "pulumi"),
    `#!/bin/sh\necho "$PULUMI_BACKEND_URL" >> '${folder}/calls'\n`,
  );
  const { calls } = await onRecorder(["preview", "demo"]);
  expect(new Set(calls)).toEqual(new Set([`file://${folder}/state?metadata=skip`]));
  expect(await readdir(dirname(stack))).toEqual(["demo.json", "demo.json.bak.attrs"]);
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

test("preview and up look at Exchange first, unless they are told not to", async () => {
  expect((await onRecorder(["preview", "demo"])).calls.at(-1)).toBe("state|preview --refresh --stack demo");
  expect((await onRecorder(["preview", "demo", "--refresh=false"])).calls.at(-1)).toBe(
    "state|preview --refresh=false --stack demo",
  );
});

test("every variable that is missing is said before Pulumi is called, with its path", async () => {
  const { code, err, calls } = await onRecorder(["up", "demo"], {});
  expect(code).toBe(1);
  expect(err).toContain(
    "connections.onPremises.admin.password: set the environment variable SIU_DEMO_ADMIN_PASSWORD",
  );
  expect(err).toContain(
    "connections.online.admin.clientSecret: set the environment variable SIU_DEMO_CLIENT_SECRET",
  );
  expect(calls).toEqual([]);
});

describe("a lock of the state", () => {
  const lock = async (pid: number): Promise<void> => {
    const locks = join(folder, "state/.pulumi/locks/organization/sent-items-update/demo");
    await mkdir(locks, { recursive: true });
    await writeFile(join(locks, "1f0e.json"), JSON.stringify({ pid, hostname: hostname() }));
  };

  test("is removed when the process that took it is gone", async () => {
    const gone = spawn(process.execPath, ["--version"]);
    await once(gone, "close");
    await lock(gone.pid ?? 0);
    const { err, calls } = await onRecorder(["up", "demo"]);
    expect(err).toContain("a killed run left the state of 'demo' locked; unlocking it");
    expect(calls[1]).toBe("state|cancel --yes --non-interactive --stack demo");
  });

  // Elsewhere `script` is called in another way.
  test.runIf(process.platform === "linux")("is offered to whoever sits at a terminal", async () => {
    const gone = spawn(process.execPath, ["--version"]);
    await once(gone, "close");
    await lock(gone.pid ?? 0);
    const command = `'${process.execPath}' '${main}' up demo`;
    const terminal = spawn("script", ["-qec", command, "/dev/null"], {
      env: { ...process.env, ...demoVariables, ...ofFolder() },
    });
    let shown = "";
    terminal.stdout.on("data", (chunk: Buffer) => {
      shown += String(chunk);
      if (String(chunk).includes("[Y/n]")) terminal.stdin.write("y\n");
    });
    await once(terminal, "close");
    expect(shown).toContain(`is locked by process ${gone.pid}`);
    const calls = (await readFile(join(folder, "calls"), "utf8")).split("\n");
    expect(calls[1]).toBe("state|cancel --yes --non-interactive --stack demo");
    expect(calls[2]).toBe("state|up --refresh --stack demo");
  });

  test("of a run that goes on is explained, with the command that removes it", async () => {
    await lock(process.pid);
    expect((await onRecorder(["up", "demo"])).err).toContain("npx siu pulumi demo cancel --yes");
  });
});
