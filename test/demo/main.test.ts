import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyCheckout } from "./checkout.ts";
import type { Summary } from "./report.ts";

let folder = "";
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await copyCheckout());
});

afterAll(() => remove());

/** What did not fit Microsoft's EWS schemas is written there, by whichever process of the demo saw it. */
const violations = (): string => join(folder, "violations");

/** Starts the demo of the copied project with this project's programs first on the path. */
function demo(args: string[]) {
  const child = spawn(process.execPath, [join(folder, "test/demo/main.ts"), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
      PULUMI_BACKEND_URL: "",
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      NODE_OPTIONS: `--import=${new URL("../held-process.ts", import.meta.url).href}`,
      SCHEMA_VIOLATIONS: violations(),
    },
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on("line", (line) => lines.push(line));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed = (wanted: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (line: string): void => (wanted.test(line) ? resolve() : undefined);
      lines.forEach(look);
      reader.on("line", look);
      void ended.then(() => reject(new Error(`the demo ended early:\n${lines.join("\n")}\n${errors}`)));
    });
  return { child, lines, ended, printed, errors: () => errors };
}

describe("npm run demo", { timeout: 240_000 }, () => {
  test("deploys, sends and updates: every message ends as it should, and the last line says so", async () => {
    const run = demo(["--json"]);
    const code = await run.ended;
    const text = `${run.lines.join("\n")}\n${run.errors()}`;
    expect(code, text).toBe(0);
    expect(existsSync(violations()) && (await readFile(violations(), "utf8"))).toBe(false);
    const summary = JSON.parse(run.lines.at(-1) ?? "") as Summary;
    expect(summary).toMatchObject({ ok: true, resources: 18, sent: 12, updated: 8, failed: 0 });
    expect(summary.skipped.toSorted((a, b) => a.reason.localeCompare(b.reason))).toEqual([
      { reason: "not-stamped", count: 1 },
      { reason: "nothing-to-change", count: 1 },
      { reason: "origin-not-proved", count: 2 },
      { reason: "sender-out-of-scope", count: 1 },
      { reason: "smime", count: 1 },
    ]);
    const { p50, p95, max } = summary.latencyMs;
    expect(p50).toBeGreaterThan(0);
    expect([p50, p95, max]).toEqual([p50, p95, max].toSorted((a, b) => a - b));
  });

  test("has nothing to change when it runs again, and --keep lasts until Ctrl-C, which ends every process", async () => {
    const run = demo(["--keep"]);
    await run.printed(/^Everything keeps running until Ctrl-C/);
    await run.printed(/vogel@contoso\.com/);
    expect(run.lines.join("\n")).toContain(
      "18 resources, nothing to change; looking again at Exchange: nothing to change.",
    );
    const port = /daemon\s+(http:\/\/[^ ]+)/.exec(run.lines.join("\n"))?.[1];
    expect((await fetch(`${port}/healthz`)).status).toBe(200);
    run.child.kill("SIGINT");
    expect(await run.ended, run.errors()).toBe(0);
    await expect(fetch(`${port}/healthz`)).rejects.toThrow("fetch failed");
  });

  test("Ctrl-C in the middle of the deployment ends it in order, and the next run finds no lock", async () => {
    const interrupted = demo([]);
    await interrupted.printed(/Updating \(demo\)/);
    interrupted.child.kill("SIGINT");
    expect(await interrupted.ended, interrupted.errors()).toBe(130);
    const state = join(folder, ".siu/demo/state/.pulumi");
    const locks = await readdir(join(state, "locks"), { recursive: true });
    expect(
      locks.filter((path) => path.endsWith(".json")),
      interrupted.lines.join("\n"),
    ).toEqual([]);
  });

  test("keeps no secret readable in the state that Pulumi stores", async () => {
    const variables = await readFile(join(folder, ".siu/demo/env"), "utf8");
    const secrets = [...variables.matchAll(/(?:PASSWORD|SECRET)='([^']+)'/g)].map(([, value]) => value ?? "");
    expect(secrets).toHaveLength(4);
    const state = await readFile(
      join(folder, ".siu/demo/state/.pulumi/stacks/sent-items-update/demo.json"),
      "utf8",
    );
    for (const secret of secrets) expect(state.includes(secret)).toBe(false);
  });
});
