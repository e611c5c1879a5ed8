import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Everything that `npm test` runs after set-up. The last line of its output is `N passed, N failed, N skipped`,
 * where types, lint and format count as one each. `--checks` runs only those; other arguments go to vitest, which
 * then runs alone.
 */

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const checks: [name: string, command: string, args: string[]][] = [
  ["types", "tsc", ["--noEmit", "--pretty", "false"]],
  ["lint", "oxlint", []],
  ["format", "oxfmt", ["--check"]],
];

/** Runs a program of the project; `output` is empty when it wrote straight to ours. */
function run(
  command: string,
  args: string[],
  stdout: "pipe" | "inherit",
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", stdout, stdout] });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

async function runChecks(): Promise<Count> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command, args] of checks) {
    const { code, output } = await run(command, args, "pipe");
    console.log(code === 0 ? `✓ ${name}` : `✗ ${name} (${[command, ...args].join(" ")})\n${output}`);
    count[code === 0 ? "passed" : "failed"] += 1;
  }
  return count;
}

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

async function runTests(args: string[]): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), "siu-results-"));
  const file = join(folder, "results.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { code } = await run("vitest", ["run", ...reporters, ...args], "inherit");
    const results = await readFile(file, "utf8").then(
      (text): Results => JSON.parse(text),
      () => undefined,
    );
    if (!results) return { passed: 0, failed: 1, skipped: 0 };
    // A file that cannot be loaded fails without any test of its own having failed.
    const broken = results.testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((one) => one.status === "failed"),
    ).length;
    const failed = results.numFailedTests + broken;
    return {
      passed: results.numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
const counts: Count[] = [];
if (args.length === 0 || args[0] === "--checks") counts.push(await runChecks());
if (args[0] !== "--checks") counts.push(await runTests(args));
const total = (key: keyof Count): number => counts.reduce((sum, count) => sum + count[key], 0);
process.exitCode = total("failed") === 0 ? 0 : 1;
console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
