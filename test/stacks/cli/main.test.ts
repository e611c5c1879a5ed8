import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exitCodes } from "../../../stacks/cli/exit.ts";
import { atTerminal } from "./pseudo-terminal.ts";
import { least, siu, stackFile, type Ran } from "./siu.ts";

const page = readFileSync(new URL("../../../docs/command-line.md", import.meta.url), "utf8");

/** Commands without `--json`, and why. */
const withoutJson: Record<string, string> = {
  completion: "its output is a script",
  preview: "Pulumi's own options, --json among them",
  up: "Pulumi's own options, --json among them",
  pulumi: "Pulumi's own options, --json among them",
};

test(
  "every command has help with an example, the common options, and a line in docs/command-line.md",
  { timeout: 120_000 },
  async () => {
    const { code, out } = await siu(["--help"]);
    expect(code).toBe(0);
    const names = [...out.matchAll(/^ {2}([a-z]+)[ |]/gm)].map(([, name = ""]) => name);
    const commands = names.filter((name) => name !== "help");
    expect(commands).toEqual(expect.arrayContaining(["init", "check", "up", "run", "publish", "completion"]));
    const helps = await Promise.all(commands.map((name) => siu([name, "--help"])));
    for (const [index, name] of commands.entries()) {
      const help = helps[index] as Ran;
      expect({ name, code: help.code, err: help.err }).toEqual({ name, code: 0, err: "" });
      expect(help.out).toMatch(new RegExp(`Examples?:\\n.*siu ${name}`));
      expect(help.out).toContain("--no-color");
      expect({ name, json: help.out.includes(" --json ") }).toEqual({ name, json: !(name in withoutJson) });
      expect(page).toMatch(new RegExp(`^\\| .*\`${name}[ \`]`, "m"));
    }
  },
);

test.each(["done", "failed", "usage", "interrupted"] as const)(
  "docs/command-line.md tells the code for %s",
  (name) => {
    expect(page).toMatch(new RegExp(`^\\| ${exitCodes[name]} \\|`, "m"));
  },
);

test("colours are for terminals: --no-color and NO_COLOR keep them off", async () => {
  const file = await stackFile(least);
  const coloured = async (args: string[], environment = {}): Promise<boolean> => {
    const session = atTerminal(["check", file, ...args], environment);
    await session.ended;
    return session.raw().includes("\u001B[3");
  };
  expect(await coloured([])).toBe(true);
  expect(await coloured(["--no-color"])).toBe(false);
  expect(await coloured([], { NO_COLOR: "1" })).toBe(false);
  expect((await siu(["check", file])).out).not.toContain("\u001B");
});

test("help of a command shows its arguments and an example", async () => {
  for (const args of [
    ["check", "--help"],
    ["help", "check"],
  ]) {
    const { code, out } = await siu(args);
    expect(code).toBe(0);
    expect(out).toContain("siu check [options] <stack>");
    expect(out).toContain("Example:\n  npx siu check prod");
  }
});

test("a misspelt command, a misspelt option and a missing argument end with 2 and say what would be right", async () => {
  expect(await siu(["chekc"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Did you mean check?"),
  });
  expect(await siu(["check", "demo", "--jsn"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Did you mean --json?"),
  });
  expect(await siu(["check"])).toMatchObject({ code: 2, err: expect.stringContaining("argument 'stack'") });
});

test("nothing at all shows the help and ends with 2", async () => {
  expect(await siu([])).toMatchObject({ code: 2, err: expect.stringContaining("Usage: siu") });
});
