import { expect, test } from "vitest";
import { least, siu, stackFile } from "./siu.ts";

test("a configuration without mistakes ends with 0", async () => {
  expect(await siu(["check", await stackFile(least)])).toMatchObject({
    code: 0,
    out: expect.stringContaining("no mistakes"),
  });
});

test("every mistake is said at once, with file, line, column and path, and the run ends with 1", async () => {
  const file = await stackFile(least.replace("environment", "enviroment").replace("siu@contoso.com", "siu"));
  const { code, out, err } = await siu(["check", file]);
  expect(code).toBe(1);
  expect(out).toBe("");
  expect(err).toMatch(/stack\.yaml:1:1 .*environment/);
  expect(err).toMatch(/stack\.yaml:9:8 serviceAccount\.upn: /);
});

test("--json says the same as data", async () => {
  const { code, out } = await siu(["check", await stackFile("environment: cloud\n"), "--json"]);
  expect(code).toBe(1);
  const { ok, problems } = JSON.parse(out) as { ok: boolean; problems: { line: number; path: string }[] };
  expect(ok).toBe(false);
  expect(problems).toContainEqual(expect.objectContaining({ line: 1, path: "environment" }));
});

test("warnings stop nobody", async () => {
  const service = "signatureService: { preset: codetwo, subdomain: contoso, region: germany }";
  const { code, err } = await siu(["check", await stackFile(`${least}${service}\n`)]);
  expect(err).toMatch(/warning: .*stack\.yaml:11:\d+ signatureService\.region: /);
  expect(code).toBe(0);
});

test("a stack that is not there is named, with what to do", async () => {
  const { code, err } = await siu(["check", "nowhere"]);
  expect(code).toBe(1);
  expect(err).toContain("nowhere.yaml cannot be read. Copy stacks/example.yaml");
});
