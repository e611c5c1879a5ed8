import { afterAll, beforeAll, expect, test } from "vitest";
import { createDeployment, type Deployment } from "../providers/deployment.ts";

const patience = 120_000;
let deployment: Deployment;
beforeAll(async () => void (deployment = await createDeployment("demo", {})), patience);
afterAll(() => deployment.close());

test(
  "every mistake of the file is told at once with its place, and no stack of calls",
  { timeout: patience },
  async () => {
    await deployment.edit("stacks/demo.yaml", (text) =>
      text
        .replace("environment: hybrid", "environment: hybird")
        .replace("keepOriginal: false", "keepOriginal: perhaps"),
    );
    const { code, output } = await deployment.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toContain("stacks/demo.yaml has 2 mistakes");
    expect(output).toMatch(/stacks\/demo\.yaml:\d+:\d+ environment/);
    expect(output).toMatch(/stacks\/demo\.yaml:\d+:\d+ keepOriginal/);
    expect(output).not.toMatch(/^\s+at /m);
    await deployment.edit("stacks/demo.yaml", (text) =>
      text
        .replace("environment: hybird", "environment: hybrid")
        .replace("keepOriginal: perhaps", "keepOriginal: false"),
    );
  },
);

test("a reference that leads nowhere is told by its name", { timeout: patience }, async () => {
  const { code, output } = await deployment.pulumi("preview");
  expect(code).not.toBe(0);
  expect(output).toContain("set the environment variable SIU_DEMO_");
  expect(output).not.toMatch(/^\s+at /m);
});

test("a stack without a file says which file it wants", { timeout: patience }, async () => {
  await deployment.pulumi("stack", "init", "elsewhere");
  const { finished } = deployment.start("preview", "--stack", "elsewhere");
  const { code, output } = await finished;
  expect(code).not.toBe(0);
  expect(output).toContain("There is no stacks/elsewhere.yaml");
});
