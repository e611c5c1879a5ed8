import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { parseCLI, startVitest } from "vitest/node";

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

function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

async function runChecks(): Promise<Count> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command, args] of checks) {
    const { code, output } = await run(command, args);
    console.log(code === 0 ? `✓ ${name}` : `✗ ${name} (${[command, ...args].join(" ")})\n${output}`);
    count[code === 0 ? "passed" : "failed"] += 1;
  }
  return count;
}

async function runTests(args: string[]): Promise<Count> {
  const { filter, options } = parseCLI(["vitest", "run", ...args]);
  const vitest = await startVitest("test", filter, { ...options, watch: false });
  const count = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0 };
  for (const file of vitest.state.getTestModules()) {
    const states = [...file.children.allTests()].map((test) => test.result().state);
    count.passed += states.filter((state) => state === "passed").length;
    count.skipped += states.filter((state) => state === "skipped").length;
    const failed = states.filter((state) => state === "failed").length;
    // A file that cannot be loaded, or a hook that throws, fails without a test of its own having failed.
    count.failed += failed === 0 && file.state() === "failed" ? 1 : failed;
  }
  await vitest.close();
  // Nothing found is no success.
  return count.passed + count.failed + count.skipped === 0 ? { ...count, failed: 1 } : count;
}

const args = process.argv.slice(2);
const onlyChecks = args[0] === "--checks";
const counts: Count[] = [];
if (args.length === 0 || onlyChecks) counts.push(await runChecks());
if (!onlyChecks) counts.push(await runTests(args));
const total = (key: keyof Count): number => counts.reduce((sum, count) => sum + count[key], 0);
process.exitCode = total("failed") === 0 ? 0 : 1;
if (total("skipped") > 0) {
  const reference = "../shared/reference";
  const why = existsSync(reference)
    ? "marked so by the tests"
    : `Microsoft's schemas and cmdlet reference are not at ${reference}`;
  console.log(`${total("skipped")} skipped: ${why}`);
}
console.log(`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
