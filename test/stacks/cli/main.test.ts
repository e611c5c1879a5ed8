import { expect, test } from "vitest";
import { siu } from "./siu.ts";

test("--help lists every command and ends with 0", async () => {
  const { code, out } = await siu(["--help"]);
  expect(code).toBe(0);
  for (const command of [
    "init",
    "check",
    "preview",
    "up",
    "destroy",
    "pulumi",
    "run",
    "publish",
    "exchange",
  ]) {
    expect(out).toMatch(new RegExp(`^  ${command}[ |]`, "m"));
  }
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
