import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bashScript } from "../../../stacks/cli/completion/bash.ts";
import { powershellScript } from "../../../stacks/cli/completion/powershell.ts";
import type { Tree } from "../../../stacks/cli/completion/tree.ts";
import { zshScript } from "../../../stacks/cli/completion/zsh.ts";
import { parse } from "../../pwsh/grammar.ts";
import { inTerminal } from "./pseudo-terminal.ts";
import { siu } from "./siu.ts";

let folder = "";

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "siu-completion-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Shells in which a Tab key is pressed, each with what it wants before a script is sourced. */
const shells = [
  { shell: "bash", args: ["--noprofile", "--norc", "-i"], before: "PS1='ready '" },
  { shell: "zsh", args: ["-f", "-i"], before: "PS1='ready '; autoload -Uz compinit; compinit -D -u" },
];

/** What is typed with Tab keys in it, and the words that `siu` is then called with. */
const lines: [typed: string, called: string][] = [
  ["siu compl\t b\t", "<completion><bash>"],
  ["siu check onl\t", "<check><online>"],
  ["siu check Pul\t", "<check><Pul>"],
  ["siu check demo --js\t", "<check><demo><--json>"],
  ["siu init --environment hyb\t", "<init><--environment><hybrid>"],
  ["siu init --admin-us\t", "<init><--admin-user>"],
  ["siu exchange --no-c\t", "<exchange><--no-color>"],
];

describe.each(shells)("$shell", ({ shell, args, before }) => {
  const isThere = spawnSync(shell, ["--version"]).status === 0;

  test.skipIf(!isThere)("completes commands, stacks, options and their values at the Tab key", async () => {
    const { out } = await siu(["completion", shell]);
    const script = join(folder, shell);
    await writeFile(script, out);
    const session = inTerminal(shell, args, { HOME: folder, HISTFILE: join(folder, "history") });
    session.types(
      `cd ${folder}; mkdir empty-${shell}; cd empty-${shell}; ${before}; source ${script}; siu() { printf '<%s>' "$@"; echo; }; echo so""urced\r`,
    );
    await session.sees("sourced");
    for (const [typed, called] of lines) {
      session.types(`${typed}\r`);
      await session.sees(called);
    }
    session.types("exit 0\r");
    expect(await session.ended).toBe(0);
  });
});

test("the script for PowerShell is PowerShell, with every command, option and choice", async () => {
  const { code, out } = await siu(["completion", "powershell"]);
  expect(code).toBe(0);
  expect(() => parse(out)).not.toThrow();
  expect(out).toContain("'init --environment' = @('onPremises', 'hybrid', 'online')");
  expect(out).toMatch(/\$stacked = @\('init', 'import', 'check', .*'publish'/);
});

test("texts with quotes, colons and dollars stay texts", () => {
  const flag = { names: ["-a", "--all"], text: "it's $HOME: `ls` ’", hasValue: true, values: ["x"] };
  const leaf = { names: ["go"], text: "don't: $(id)", flags: [flag], takesStack: true, values: [] };
  const tree: Tree = { commands: [leaf], flags: [] };
  for (const [shell, script] of [
    ["bash", bashScript(tree, "/it's/here")],
    ["zsh", zshScript(tree, "/it's/here")],
  ] as const) {
    const { status, error, stderr } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    if (error === undefined) expect({ shell, status, stderr }).toEqual({ shell, status: 0, stderr: "" });
  }
  const script = powershellScript(tree, "C:\\it's here");
  expect(() => parse(script)).not.toThrow();
  expect(script).toContain("'it''s $HOME: `ls` ’’'");
});

test("another shell is refused with the ones that there are", async () => {
  expect(await siu(["completion", "fish"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("bash, zsh, powershell"),
  });
});
